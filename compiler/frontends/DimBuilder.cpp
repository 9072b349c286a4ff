#include "compiler/frontends/DimBuilder.h"

using namespace mlir;
using namespace ingot;

/// Entry `i` of a vector, as a vector of one i64.
static Value entry(GraphBuilder &b, Location loc, Value vector, int64_t i) {
  auto mask = b.getI64IntegerAttr(0);
  Value one = b.emit<StridedSliceOp>(
      loc, {vector, b.integers(loc, {i}), b.integers(loc, {i + 1}), b.integers(loc, {1})},
      {{"begin_mask", mask}, {"end_mask", mask}, {"shrink_mask", mask}});
  return b.cast(loc, one, b.getI64Type());
}

/// `condition ? x : y` where the condition is `a OP b`.
template <class OpT>
static Value choose(GraphBuilder &b, Location loc, Value left, Value right, Value x, Value y) {
  return b.emit<SelectOp>(loc, {b.emit<OpT>(loc, {left, right}), x, y});
}

static Value vectorOf(GraphBuilder &b, Location loc, Dim dim);

static Value atomVector(GraphBuilder &b, Location loc, const DimAtom &atom) {
  auto arg = [&](unsigned i) { return vectorOf(b, loc, atom.args[i]); };
  switch (atom.kind) {
  case DimAtom::DimOf:
    return entry(b, loc, b.shapeOf(loc, atom.root), atom.index);
  case DimAtom::ElementOf:
    return entry(b, loc, b.reshape(loc, atom.root, {-1}), atom.index);
  case DimAtom::FloorDiv:
    return b.emit<FloorDivOp>(loc, {arg(0), arg(1)});
  case DimAtom::FloorMod:
    return b.emit<FloorModOp>(loc, {arg(0), arg(1)});
  case DimAtom::Max:
    return b.emit<MaximumOp>(loc, {arg(0), arg(1)});
  case DimAtom::Min:
    return b.emit<MinimumOp>(loc, {arg(0), arg(1)});
  case DimAtom::Broadcast: {
    Value x = arg(0), both = choose<EqualOp>(b, loc, x, b.integers(loc, {1}), arg(1), x);
    // Says what later stages cannot follow: no -1 that stands for what is left.
    return b.emit<MaximumOp>(loc, {both, b.integers(loc, {0})});
  }
  case DimAtom::Sum:
    return arg(0);
  case DimAtom::Wrap: {
    Value x = arg(0);
    return choose<LessOp>(b, loc, x, b.integers(loc, {0}), b.emit<AddOp>(loc, {x, arg(1)}), x);
  }
  }
  llvm_unreachable("all kinds of atoms are handled");
}

static Value vectorOf(GraphBuilder &b, Location loc, Dim dim) {
  if (auto constant = dim.constant())
    return b.integers(loc, {*constant});
  Value sum;
  for (const auto &[monomial, coefficient] : dim.terms()) {
    Value product =
        coefficient == 1 && !monomial.empty() ? Value() : b.integers(loc, {coefficient});
    for (unsigned id : monomial) {
      Value factor = atomVector(b, loc, b.shapes.table.atom(id));
      product = product ? b.emit<MulOp>(loc, {product, factor}) : factor;
    }
    sum = sum ? b.emit<AddOp>(loc, {sum, product}) : product;
  }
  return sum;
}

static SmallVector<int64_t> leadingConstants(ArrayRef<Dim> dims) {
  SmallVector<int64_t> run;
  for (Dim d : dims.take_while([](Dim d) { return d.constant().has_value(); }))
    run.push_back(*d.constant());
  return run;
}

Value ingot::dimVector(GraphBuilder &b, Location loc, ArrayRef<Dim> dims) {
  if (dims.empty())
    return b.integers(loc, {});
  SmallVector<Value> parts;
  for (ArrayRef<Dim> left = dims; !left.empty();) {
    SmallVector<int64_t> run = leadingConstants(left);
    parts.push_back(run.empty() ? vectorOf(b, loc, left.front()) : b.integers(loc, run));
    left = left.drop_front(std::max<size_t>(run.size(), 1));
  }
  Value vector = parts.size() == 1
                     ? parts[0]
                     : b.emit<ConcatOp>(loc, parts, {{"axis", b.getI64IntegerAttr(0)}});
  if (!vector)
    return {};
  // Not every op above follows its elements; here they are known.
  ShapeInfo info = b.shapes.info(vector);
  info.contents.emplace(dims);
  b.shapes.set(vector, std::move(info));
  return vector;
}

bool ingot::isVisible(const DimTable &table, Dim dim, Block *block) {
  return llvm::all_of(dim.terms(), [&](const auto &term) {
    return llvm::all_of(term.first, [&](unsigned id) {
      const DimAtom &atom = table.atom(id);
      if (atom.root)
        return Value(atom.root).getParentRegion()->isAncestor(block->getParent());
      return llvm::all_of(atom.args, [&](Dim d) { return isVisible(table, d, block); });
    });
  });
}
