#include "passes/lower/Loops.h"
#include "passes/lower/Reduce.h"
#include "passes/lower/Scalar.h"

using namespace mlir;
using namespace ingot;

using P = arith::CmpIPredicate;

namespace {
/// The k largest of each row by insertion: the results hold those found so far in
/// descending order. Most elements are only compared with the smallest of them.
struct TopK {
  Lowering &l;
  Location loc;
  TopKOp op;
  ShapeInfo x;
  Value k, columns; ///< as index

  Value constant(int64_t v) { return l.index(loc, v); }
  Value compare(OpBuilder &b, P p, Value x, Value y) {
    return arith::CmpIOp::create(b, loc, p, x, y);
  }
  Value minusOne(OpBuilder &b, Value v) { return arith::SubIOp::create(b, loc, v, constant(1)); }
  static SmallVector<Value> at(ValueRange row, Value column) {
    SmallVector<Value> indices(row);
    indices.push_back(column);
    return indices;
  }
  /// x > y. 16-bit floats are compared as f32.
  Value isGreater(OpBuilder &b, Value x, Value y) {
    Type element = this->x.element, wide = accumulatorType(element);
    if (isa<FloatType>(element)) {
      Value left = emitCast(b, loc, x, element, wide), right = emitCast(b, loc, y, element, wide);
      return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OGT, left, right);
    }
    bool isUnsigned = element.isUnsignedInteger() || element.isInteger(1);
    return compare(b, isUnsigned ? P::ugt : P::sgt, x, y);
  }

  void check();
  Value position(OpBuilder &b, ValueRange row, Value element, Value kept, Value values);
  SmallVector<Value> insert(OpBuilder &b, ValueRange row, Value column, Value element, Value kept,
                            ValueRange results);
  SmallVector<Value> step(OpBuilder &b, ValueRange indices, ValueRange results);
  SmallVector<Value> emit();
};
} // namespace

void TopK::check() {
  SmallVector<Value> zeros(l.shapes.rank(op.getK()), constant(0));
  Value stored = tensor::ExtractOp::create(l.b, loc, op.getK(), zeros);
  stored = arith::IndexCastOp::create(l.b, loc, l.b.getIndexType(), stored);
  Value holds = arith::AndIOp::create(l.b, loc, compare(l.b, P::sge, stored, constant(0)),
                                      compare(l.b, P::sle, stored, columns));
  l.check(loc, holds, INGOT_INVALID_ARGUMENT, "k is not in the range of the last dimension");
}

/// Number of the `kept` elements that stay in front of `element`.
Value TopK::position(OpBuilder &b, ValueRange row, Value element, Value kept, Value values) {
  return emitLoops(
             b, loc, kept, constant(0),
             [&](OpBuilder &b, Location loc, ValueRange p, ValueRange count) -> SmallVector<Value> {
               Value other = tensor::ExtractOp::create(b, loc, values, at(row, p[0]));
               Value next = arith::AddIOp::create(b, loc, count[0], constant(1));
               return {
                   arith::SelectOp::create(b, loc, isGreater(b, element, other), count[0], next)};
             })
      .front();
}

/// Moves those behind the element's place back by one, and puts it there.
SmallVector<Value> TopK::insert(OpBuilder &b, ValueRange row, Value column, Value element,
                                Value kept, ValueRange results) {
  Value place = position(b, row, element, kept, results[0]);
  Value last = arith::MinSIOp::create(b, loc, kept, minusOne(b, k));
  Value moved = arith::SubIOp::create(b, loc, last, place);
  auto shift = [&](OpBuilder &b, Location loc, ValueRange i,
                   ValueRange results) -> SmallVector<Value> {
    Value to = arith::SubIOp::create(b, loc, last, i[0]), from = minusOne(b, to);
    SmallVector<Value> next;
    for (Value result : results) {
      Value kept = tensor::ExtractOp::create(b, loc, result, at(row, from));
      next.push_back(tensor::InsertOp::create(b, loc, kept, result, at(row, to)));
    }
    return next;
  };
  SmallVector<Value> shifted = emitLoops(b, loc, moved, results, shift);
  Value index = arith::IndexCastOp::create(b, loc, storageType(op.getTo()), column);
  return {tensor::InsertOp::create(b, loc, element, shifted[0], at(row, place)),
          tensor::InsertOp::create(b, loc, index, shifted[1], at(row, place))};
}

/// Takes in one element: always while there are less than k, else if it is
/// greater than the smallest kept.
SmallVector<Value> TopK::step(OpBuilder &b, ValueRange indices, ValueRange results) {
  ValueRange row = indices.drop_back();
  Value column = indices.back();
  Value element = tensor::ExtractOp::create(b, loc, op.getX(), indices);
  Value kept = arith::MinSIOp::create(b, loc, column, k);
  Value isFilling = compare(b, P::slt, column, k);
  Value smallest = tensor::ExtractOp::create(b, loc, results[0], at(row, minusOne(b, k)));
  Value isWanted = arith::OrIOp::create(b, loc, isFilling, isGreater(b, element, smallest));
  return emitIf(b, loc, isWanted, results, [&](OpBuilder &b, Location) {
    return insert(b, row, column, element, kept, results);
  });
}

SmallVector<Value> TopK::emit() {
  SmallVector<Value> bounds;
  for (Dim d : x.dims)
    bounds.push_back(l.index(loc, d));
  // Nothing to do for k = 0; there is no smallest element then.
  Value isZero = compare(l.b, P::eq, k, constant(0));
  bounds.back() = arith::SelectOp::create(l.b, loc, isZero, k, columns);
  SmallVector<Value> init;
  for (Value result : op->getResults()) {
    ShapeInfo info = l.shapes.info(result);
    Type stored = storageType(info.element);
    init.push_back(l.filled(loc, info.dims, info.element, l.zero(loc, stored)));
  }
  return emitLoops(l.b, loc, bounds, init,
                   [&](OpBuilder &b, Location, ValueRange indices, ValueRange results) {
                     return step(b, indices, results);
                   });
}

static LogicalResult lowerTopK(TopKOp op, Lowering &l) {
  Location loc = op.getLoc();
  ShapeInfo x = l.shapes.info(op.getX());
  Dim k = l.shapes.dims(op.getValues()).back();
  TopK top{l, loc, op, x, l.index(loc, k), l.index(loc, x.dims.back())};
  if (!k.constant() || !x.dims.back().constant())
    top.check();
  return l.replace(op, top.emit());
}

void ingot::addSortLowerings(LowerTable &table) { addLowering<TopKOp, lowerTopK>(table); }
