#include "dialects/ingot/ShapeAnalysis.h"
#include "dialects/ingot/DimWeight.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/CheckedArithmetic.h"

#include "dialects/ingot/ShapeInterface.cpp.inc"

using namespace mlir;
using namespace ingot;

int64_t ingot::elementBytes(Type element) {
  if (auto complex = dyn_cast<ComplexType>(element))
    return 2 * elementBytes(complex.getElementType());
  return element.isIntOrFloat() ? (element.getIntOrFloatBitWidth() + 7) / 8 : 8;
}

SmallVector<Dim, 4> ShapeAnalysis::constants(ArrayRef<int64_t> values) {
  return llvm::map_to_vector<4>(values, [&](int64_t v) { return constant(v); });
}

/// Booleans are followed where they are known: conditions on shapes.
static bool isTrackedInteger(Type element) {
  return element.isInteger(1) || element.isInteger(32) || element.isInteger(64);
}

/// The number that an element stands for: true is 1.
static int64_t toInteger(const APInt &element) {
  return element.getBitWidth() == 1 ? element.getZExtValue() : element.getSExtValue();
}

const ShapeInfo &ShapeAnalysis::info(Value value) {
  auto it = infos.find(value);
  if (it != infos.end())
    return it->second;
  ShapeInfo fresh;
  if (auto type = dyn_cast<RankedTensorType>(value.getType())) {
    fresh.element = type.getElementType();
    for (auto [i, extent] : llvm::enumerate(type.getShape()))
      fresh.dims.push_back(ShapedType::isDynamic(extent) ? table.dimOf(value, i)
                                                         : table.constant(extent));
  } else {
    fresh.element = getElementTypeOrSelf(value.getType());
  }
  return infos[value] = std::move(fresh);
}

void ShapeAnalysis::set(Value value, ShapeInfo info) { infos[value] = std::move(info); }

void ShapeAnalysis::replace(Value from, Value to) {
  if (from == to)
    return;
  ShapeInfo known = info(from);
  infos.erase(from);
  infos[to] = std::move(known);
  table.replaceRoot(from, to);
}

void ShapeAnalysis::erase(Operation *op) {
  auto forget = [&](Value value) { infos.erase(value); };
  op->walk([&](Operation *inner) {
    llvm::for_each(inner->getResults(), forget);
    for (Region &region : inner->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), forget);
  });
  op->erase();
}

std::optional<SmallVector<Dim, 4>> ShapeAnalysis::contents(Value value) {
  const ShapeInfo &known = info(value);
  if (known.contents)
    return known.contents;
  if (!isTrackedInteger(known.element))
    return std::nullopt;
  auto count = table.product(known.dims).constant();
  if (!count || *count > kMaxTrackedElements)
    return std::nullopt;
  SmallVector<Dim, 4> elements;
  DenseIntElementsAttr attr;
  if (matchPattern(value, m_Constant(&attr))) {
    for (const APInt &element : attr)
      elements.push_back(constant(toInteger(element)));
  } else if (known.element.isInteger(1)) {
    return std::nullopt;
  } else {
    for (int64_t i = 0; i < *count; ++i)
      elements.push_back(table.elementOf(value, i));
  }
  infos[value].contents = elements;
  return elements;
}

std::optional<SmallVector<int64_t, 4>> ShapeAnalysis::constantContents(Value value) {
  auto elements = contents(value);
  if (!elements)
    return std::nullopt;
  SmallVector<int64_t, 4> values;
  for (Dim element : *elements) {
    auto v = element.constant();
    if (!v)
      return std::nullopt;
    values.push_back(*v);
  }
  return values;
}

RankedTensorType ShapeAnalysis::typeOf(const ShapeInfo &info) const {
  SmallVector<int64_t> shape;
  for (Dim d : info.dims)
    shape.push_back(d.constant().value_or(ShapedType::kDynamic));
  return RankedTensorType::get(shape, info.element);
}

LogicalResult ShapeAnalysis::setResult(Operation *op, unsigned i, Type element, ArrayRef<Dim> dims,
                                       std::optional<SmallVector<Dim, 4>> contents) {
  if (dims.size() > kMaxTensorRank)
    return op->emitError() << "result " << i << " has more than " << kMaxTensorRank
                           << " dimensions";
  int64_t bytes = elementBytes(element);
  for (auto [d, dim] : llvm::enumerate(dims)) {
    if (!dim)
      return op->emitError() << "dimension " << d << " of result " << i
                             << " does not fit the operands or overflows";
    auto extent = dim.constant();
    if (!extent && weightOf(table, dim) > kMaxDimWeight)
      return op->emitError() << "dimension " << d << " of result " << i
                             << " depends on too many others (--input-shape can fix these)";
    if (!extent)
      continue;
    if (*extent < 0)
      return op->emitError() << "dimension " << d << " of result " << i << " is negative ("
                             << *extent << ")";
    auto product = llvm::checkedMul(bytes, std::max<int64_t>(*extent, 1));
    if (!product || *product > kMaxTensorBytes)
      return op->emitError() << "result " << i << " needs more than 16 GiB";
    bytes = *product;
  }
  if (!isProductOfTerms(dims))
    return op->emitError() << "the number of elements of result " << i
                           << " depends on too many sizes (--input-shape can fix these)";
  // What is not followed is computed by the op itself.
  auto isFollowed = [&](Dim d) { return d && weightOf(table, d) <= kMaxDimWeight; };
  if (contents && (!isTrackedInteger(element) || !llvm::all_of(*contents, isFollowed)))
    contents.reset();
  auto named = llvm::map_to_vector<4>(dims, [&](Dim d) { return table.shortened(d); });
  infos[op->getResult(i)] = {element, std::move(named), std::move(contents)};
  return success();
}

/// True if a tensor of `stated` may hold what `inferred` describes.
static bool fits(RankedTensorType stated, RankedTensorType inferred) {
  if (stated.getElementType() != inferred.getElementType() ||
      stated.getRank() != inferred.getRank())
    return false;
  return llvm::all_of(llvm::zip(stated.getShape(), inferred.getShape()), [](auto pair) {
    auto [a, b] = pair;
    return a == b || ShapedType::isDynamic(a) || ShapedType::isDynamic(b);
  });
}

LogicalResult ShapeAnalysis::visit(Operation *op, bool setTypes) {
  auto shaped = dyn_cast<ShapeOpInterface>(op);
  if (!shaped)
    return success();
  if (failed(shaped.inferShapes(*this)))
    return failure();
  for (OpResult result : op->getResults()) {
    if (!isa<TensorType>(result.getType()))
      continue;
    RankedTensorType inferred = typeOf(info(result));
    if (setTypes) {
      result.setType(inferred);
      continue;
    }
    auto stated = dyn_cast<RankedTensorType>(result.getType());
    if (!stated || !fits(stated, inferred))
      return op->emitOpError() << "result " << result.getResultNumber() << " is stated as "
                               << result.getType() << " but its operands give " << inferred;
  }
  return success();
}

LogicalResult ShapeAnalysis::visitBody(Region &region) {
  for (Block &block : region)
    for (Operation &op : block)
      if (failed(visit(&op, /*setTypes=*/false)))
        return failure();
  return success();
}

Value ShapeAnalysis::materializeAtom(OpBuilder &b, Location loc, unsigned id,
                                     MaterializedAtoms &made) {
  if (Value value = made.lookup(id))
    return value;
  Value value = computeAtom(b, loc, table.atom(id), made);
  return made[id] = value;
}

Value ShapeAnalysis::computeAtom(OpBuilder &b, Location loc, const DimAtom &atom,
                                 MaterializedAtoms &made) {
  auto arg = [&](unsigned i) { return materialize(b, loc, atom.args[i], made); };
  auto constant = [&](int64_t v) -> Value { return arith::ConstantIndexOp::create(b, loc, v); };
  // A divisor of 0 is refused where the quotient is used; here it must only not trap.
  auto divisor = [&]() -> Value {
    if (atom.args[1].constant())
      return arg(1);
    Value d = arg(1);
    Value isZero = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, d, constant(0));
    return b.createOrFold<arith::SelectOp>(loc, isZero, constant(1), d);
  };
  switch (atom.kind) {
  case DimAtom::DimOf:
    return b.createOrFold<tensor::DimOp>(loc, atom.root, atom.index);
  case DimAtom::ElementOf: {
    auto type = cast<RankedTensorType>(atom.root.getType());
    SmallVector<Value> indices;
    int64_t rest = atom.index;
    for (int64_t d = type.getRank() - 1; d >= 0; --d) {
      indices.insert(indices.begin(), constant(rest % type.getDimSize(d)));
      rest /= type.getDimSize(d);
    }
    Value element = b.createOrFold<tensor::ExtractOp>(loc, atom.root, indices);
    return b.createOrFold<arith::IndexCastOp>(loc, b.getIndexType(), element);
  }
  case DimAtom::Sum:
    return arg(0);
  case DimAtom::FloorDiv:
    return b.createOrFold<arith::FloorDivSIOp>(loc, arg(0), divisor());
  case DimAtom::FloorMod: {
    Value a = arg(0), m = divisor();
    Value quotient = b.createOrFold<arith::FloorDivSIOp>(loc, a, m);
    return b.createOrFold<arith::SubIOp>(loc, a, b.createOrFold<arith::MulIOp>(loc, quotient, m));
  }
  case DimAtom::Max:
    return b.createOrFold<arith::MaxSIOp>(loc, arg(0), arg(1));
  case DimAtom::Min:
    return b.createOrFold<arith::MinSIOp>(loc, arg(0), arg(1));
  case DimAtom::Broadcast: {
    Value a = arg(0);
    Value isOne = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, a, constant(1));
    return b.createOrFold<arith::SelectOp>(loc, isOne, arg(1), a);
  }
  case DimAtom::Wrap: {
    Value index = arg(0);
    Value isNegative =
        b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::slt, index, constant(0));
    Value wrapped = b.createOrFold<arith::AddIOp>(loc, index, arg(1));
    return b.createOrFold<arith::SelectOp>(loc, isNegative, wrapped, index);
  }
  }
  llvm_unreachable("all kinds of atoms are handled");
}

Value ShapeAnalysis::materialize(OpBuilder &b, Location loc, Dim dim) {
  MaterializedAtoms made;
  return materialize(b, loc, dim, made);
}

Value ShapeAnalysis::materialize(OpBuilder &b, Location loc, Dim dim, MaterializedAtoms &made) {
  if (!dim) {
    emitError(loc) << "a size overflows or depends on too many others "
                      "(--input-shape can fix these)";
    return arith::ConstantIndexOp::create(b, loc, 0);
  }
  Value sum;
  for (const auto &[monomial, coefficient] : dim.terms()) {
    Value product;
    for (unsigned id : monomial) {
      Value factor = materializeAtom(b, loc, id, made);
      product = product ? b.createOrFold<arith::MulIOp>(loc, product, factor) : factor;
    }
    if (!product || coefficient != 1) {
      Value c = arith::ConstantIndexOp::create(b, loc, coefficient);
      product = product ? b.createOrFold<arith::MulIOp>(loc, product, c) : c;
    }
    sum = sum ? b.createOrFold<arith::AddIOp>(loc, sum, product) : product;
  }
  return sum ? sum : arith::ConstantIndexOp::create(b, loc, 0);
}

OpFoldResult ShapeAnalysis::materializeFolded(OpBuilder &b, Location loc, Dim dim) {
  if (auto value = dim.constant())
    return b.getIndexAttr(*value);
  // Static in the types only what is known here, whatever folds later.
  return materialize(b, loc, dim);
}

SmallVector<OpFoldResult> ShapeAnalysis::materializeFolded(OpBuilder &b, Location loc,
                                                           ArrayRef<Dim> dims) {
  return llvm::map_to_vector(dims, [&](Dim d) { return materializeFolded(b, loc, d); });
}
