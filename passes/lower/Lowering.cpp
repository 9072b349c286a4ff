#include "mlir/Dialect/Complex/IR/Complex.h"
#include "passes/lower/Lower.h"

using namespace mlir;
using namespace ingot;

Type ingot::storageType(Type element) {
  auto integer = dyn_cast<IntegerType>(element);
  if (!integer)
    return element;
  return IntegerType::get(element.getContext(), integer.getWidth() == 1 ? 8 : integer.getWidth());
}

LogicalResult Lowering::replace(Operation *op, ValueRange values) {
  for (auto [from, to] : llvm::zip_equal(op->getResults(), values)) {
    shapes.replace(from, to);
    from.replaceAllUsesWith(to);
  }
  op->erase();
  return success();
}

Value Lowering::index(Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(b, loc, value);
}

Value Lowering::zero(Location loc, Type type) {
  if (auto complex = dyn_cast<ComplexType>(type)) {
    auto part = b.getZeroAttr(complex.getElementType());
    return complex::ConstantOp::create(b, loc, type, b.getArrayAttr({part, part}));
  }
  return arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
}

void Lowering::check(Location loc, Value condition, ingot_status status, StringRef message) {
  rt::CheckOp::create(b, loc, condition, int32_t(status), message);
}

void Lowering::checkEqual(Location loc, Dim x, Dim y, StringRef message) {
  if (x != y)
    check(loc,
          arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, index(loc, x), index(loc, y)),
          INGOT_BAD_SHAPE, message);
}

void Lowering::checkSizes(Location loc, ArrayRef<Dim> dims) {
  for (Dim d : dims)
    if (!shapes.table.isNonNegative(d))
      check(loc,
            arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, index(loc, d), index(loc, 0)),
            INGOT_BAD_SHAPE, "a size is negative");
}

void Lowering::checkBytes(Location loc, ArrayRef<Dim> dims, Type element) {
  auto emit = [&](arith::CmpIPredicate p, Value x, Value y) -> Value {
    return arith::CmpIOp::create(b, loc, p, x, y);
  };
  int64_t known = elementBytes(element);
  for (Dim d : dims)
    known *= std::max<int64_t>(d.constant().value_or(1), 1);
  Value total = index(loc, known), limit = index(loc, kMaxTensorBytes);
  // Both factors are at most 2^34: neither the high part of the product nor, if
  // that is small, the product itself overflows.
  constexpr int64_t half = 17;
  Value shift = index(loc, half), highLimit = index(loc, kMaxTensorBytes >> half);
  StringRef message = "a size is negative or the tensor is too large";
  for (Dim d : dims) {
    if (d.constant())
      continue;
    Value extent = index(loc, d);
    Value fits = emit(arith::CmpIPredicate::ule, extent, limit);
    check(loc, fits, INGOT_BAD_SHAPE, message);
    Value high =
        arith::MulIOp::create(b, loc, total, arith::ShRUIOp::create(b, loc, extent, shift));
    check(loc, emit(arith::CmpIPredicate::ule, high, highLimit), INGOT_BAD_SHAPE, message);
    Value one = index(loc, 1);
    Value factor = arith::MaxUIOp::create(b, loc, extent, one);
    total = arith::MulIOp::create(b, loc, total, factor);
    check(loc, emit(arith::CmpIPredicate::ule, total, limit), INGOT_BAD_SHAPE, message);
  }
}

/// True if the elements are constants in [0, limit).
static bool areProvedBelow(ShapeAnalysis &shapes, Value value, Dim limit) {
  auto known = shapes.constantContents(value);
  auto end = limit.constant();
  return known && end && llvm::all_of(*known, [&](int64_t v) { return v >= 0 && v < *end; });
}

void Lowering::checkAllBelow(Location loc, ArrayRef<Operand> operands, ArrayRef<Dim> limits,
                             StringRef message) {
  if (llvm::all_of(llvm::zip(operands, limits), [&](auto pair) {
        return areProvedBelow(shapes, std::get<0>(pair).value, std::get<1>(pair));
      }))
    return;
  SmallVector<Value> ends;
  for (Dim limit : limits)
    ends.push_back(index(loc, limit));
  Type flag = b.getI8Type();
  Value none = filled(loc, {}, flag, zero(loc, flag));
  AffineMap out = AffineMap::get(operands[0].map.getNumDims(), 0, b.getContext());
  Value outside = reduce(loc, none, out, operands, [&](OpBuilder &b, Location loc, ValueRange v) {
    Value found = v.back();
    for (auto [element, end] : llvm::zip(v.drop_back(), ends)) {
      // As unsigned numbers, negative indices are too large.
      Value i = arith::IndexCastOp::create(b, loc, b.getIndexType(), element);
      Value bad = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, i, end);
      found = arith::OrIOp::create(b, loc, found, arith::ExtUIOp::create(b, loc, flag, bad));
    }
    return found;
  });
  Value found = tensor::ExtractOp::create(b, loc, outside, ValueRange());
  check(loc, arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, found, zero(loc, flag)),
        INGOT_OUT_OF_RANGE, message);
}

Value Lowering::fromContents(Location loc, const ShapeInfo &info) {
  ShapeInfo stored{storageType(info.element), info.dims, std::nullopt};
  SmallVector<Value> elements;
  for (Dim d : *info.contents)
    elements.push_back(arith::IndexCastOp::create(b, loc, stored.element, index(loc, d)));
  return tensor::FromElementsOp::create(b, loc, shapes.typeOf(stored), elements);
}

Value Lowering::load(OpBuilder &b, Location loc, Value stored, Type element) {
  if (!element.isInteger(1) || stored.getType().isInteger(1))
    return stored;
  Value zero = arith::ConstantOp::create(b, loc, b.getZeroAttr(stored.getType()));
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, stored, zero);
}

Value Lowering::store(OpBuilder &b, Location loc, Value scalar, Type element) {
  if (!scalar.getType().isInteger(1))
    return scalar;
  return arith::ExtUIOp::create(b, loc, b.getI8Type(), scalar);
}

Value Lowering::empty(Location loc, ArrayRef<Dim> dims, Type element) {
  return tensor::EmptyOp::create(b, loc, shapes.materializeFolded(b, loc, dims),
                                 storageType(element));
}

Value Lowering::filled(Location loc, ArrayRef<Dim> dims, Type element, Value scalar) {
  return linalg::FillOp::create(b, loc, scalar, empty(loc, dims, element)).getResult(0);
}

Value Lowering::generic(Location loc, ArrayRef<Dim> dims, Type element, ArrayRef<Operand> operands,
                        Body body) {
  Value init = empty(loc, dims, element);
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  SmallVector<Type> elements;
  for (const Operand &operand : operands) {
    inputs.push_back(operand.value);
    maps.push_back(operand.map);
    elements.push_back(shapes.elementType(operand.value));
  }
  maps.push_back(identity(dims.size()));
  SmallVector<utils::IteratorType> iterators(dims.size(), utils::IteratorType::parallel);
  auto op = linalg::GenericOp::create(b, loc, init.getType(), inputs, init, maps, iterators,
                                      [&](OpBuilder &nested, Location loc, ValueRange args) {
                                        SmallVector<Value> scalars;
                                        for (auto [arg, type] : llvm::zip(args, elements))
                                          scalars.push_back(load(nested, loc, arg, type));
                                        Value result =
                                            store(nested, loc, body(nested, loc, scalars), element);
                                        linalg::YieldOp::create(nested, loc, result);
                                      });
  Value result = op.getResult(0);
  shapes.set(result, {element, SmallVector<Dim, 4>(dims), std::nullopt});
  return result;
}

Value Lowering::reduce(Location loc, Value init, AffineMap out, ArrayRef<Operand> operands,
                       Body body) {
  SmallVector<Value> inputs;
  SmallVector<AffineMap> maps;
  for (const Operand &operand : operands) {
    inputs.push_back(operand.value);
    maps.push_back(operand.map);
  }
  maps.push_back(out);
  SmallVector<utils::IteratorType> iterators(out.getNumDims(), utils::IteratorType::reduction);
  for (AffineExpr e : out.getResults())
    if (auto d = dyn_cast<AffineDimExpr>(e))
      iterators[d.getPosition()] = utils::IteratorType::parallel;
  auto op =
      linalg::GenericOp::create(b, loc, init.getType(), inputs, init, maps, iterators,
                                [&](OpBuilder &nested, Location loc, ValueRange args) {
                                  linalg::YieldOp::create(nested, loc, body(nested, loc, args));
                                });
  return op.getResult(0);
}

Lowering::Operand Lowering::broadcast(Location loc, Value value, ArrayRef<Dim> dims) {
  SmallVector<Dim, 4> own(shapes.dims(value));
  size_t offset = dims.size() - own.size();
  SmallVector<AffineExpr> exprs;
  SmallVector<unsigned> open; // 1 or the result's extent: run time tells
  for (auto [i, dim] : llvm::enumerate(own)) {
    bool isOne = dim.is(1) && !dims[offset + i].is(1);
    exprs.push_back(isOne ? b.getAffineConstantExpr(0) : b.getAffineDimExpr(offset + i));
    if (!isOne && dim != dims[offset + i])
      open.push_back(i);
  }
  AffineMap map = AffineMap::get(dims.size(), 0, exprs, b.getContext());
  if (open.empty())
    return {value, map};

  for (unsigned i : open) {
    Value extent = index(loc, own[i]), wanted = index(loc, dims[offset + i]);
    Value same = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, wanted);
    Value one = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, extent, index(loc, 1));
    check(loc, arith::OrIOp::create(b, loc, same, one), INGOT_BAD_SHAPE,
          "operands cannot be broadcast to one shape");
  }
  return {stretched(loc, value, open, dims.drop_front(offset)), map};
}

/// `value` with its dimensions `open` repeated to those of `dims`.
Value Lowering::stretched(Location loc, Value value, ArrayRef<unsigned> open, ArrayRef<Dim> dims) {
  SmallVector<Dim, 4> wanted(shapes.dims(value));
  for (unsigned i : open)
    wanted[i] = dims[i];
  ShapeInfo info{storageType(shapes.elementType(value)), wanted, std::nullopt};
  SmallVector<Value> sizes;
  for (Dim d : wanted)
    if (!d.constant())
      sizes.push_back(index(loc, d));
  Value result = rt::BroadcastOp::create(b, loc, shapes.typeOf(info), value, sizes);
  info.element = shapes.elementType(value);
  shapes.set(result, std::move(info));
  return result;
}
