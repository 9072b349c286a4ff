#include "passes/tile/Emitter.h"
#include "dialects/rt/Parallel.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "passes/tile/DotLayout.h"

using namespace mlir;
using namespace ingot;

Emitter::Emitter(OpBuilder &b, rt::ContractOp op, const TargetFacts &facts)
    : b(b), op(op), loc(op.getLoc()), facts(facts) {
  Type element = op.getBody().front().getArgument(0).getType(); // of sums
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  if (isa<IntegerType>(element))
    tile = chooseDotTile(facts, op.columns());
  else
    tile = op.getPanel() ? tileOfPanel(facts, bytes, op.getPanel())
                         : chooseTile(facts, bytes, op.columns(), /*depth=*/0);
  vector = VectorType::get({tile.lanes}, element);
}

Value Emitter::index(int64_t v) { return arith::ConstantIndexOp::create(b, loc, v); }
Value Emitter::add(Value x, Value y) { return b.createOrFold<arith::AddIOp>(loc, x, y); }
Value Emitter::sub(Value x, Value y) { return b.createOrFold<arith::SubIOp>(loc, x, y); }
Value Emitter::mul(Value x, int64_t y) {
  return y == 1 ? x : b.createOrFold<arith::MulIOp>(loc, x, index(y));
}
Value Emitter::min(Value x, Value y) { return b.createOrFold<arith::MinSIOp>(loc, x, y); }
Value Emitter::max(Value x, Value y) { return b.createOrFold<arith::MaxSIOp>(loc, x, y); }

Value Emitter::divide(Value x, int64_t y, bool up) {
  if (y == 1)
    return x;
  if (auto v = constant(x))
    return index(up ? llvm::divideCeilSigned(*v, y) : llvm::divideFloorSigned(*v, y));
  Value divisor = index(y);
  return up ? arith::CeilDivSIOp::create(b, loc, x, divisor).getResult()
            : arith::FloorDivSIOp::create(b, loc, x, divisor).getResult();
}

std::optional<int64_t> Emitter::constant(Value v) {
  IntegerAttr attr;
  if (matchPattern(v, m_Constant(&attr)))
    return attr.getInt();
  return std::nullopt;
}

Value Emitter::extent(Value buffer, int64_t d) {
  auto type = cast<MemRefType>(buffer.getType());
  if (!type.isDynamicDim(d))
    return index(type.getDimSize(d));
  return memref::DimOp::create(b, loc, buffer, d);
}

void Emitter::loop(Value from, Value to, int64_t step, function_ref<void(Value)> body,
                   bool isParallel) {
  auto plain = [&](Value i, ValueRange) {
    body(i);
    return Values();
  };
  loop(from, to, step, {}, plain, isParallel);
}

Emitter::Values Emitter::loop(Value from, Value to, int64_t step, ValueRange carried,
                              function_ref<Values(Value, ValueRange)> body, bool isParallel) {
  auto lower = constant(from), upper = constant(to);
  if (lower && upper && *upper - *lower <= step) {
    if (*lower >= *upper)
      return Values(carried);
    return body(from, carried);
  }
  auto loop = scf::ForOp::create(b, loc, from, to, index(step), carried);
  if (isParallel)
    loop->setAttr(kParallelAttr, b.getUnitAttr());
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  Values results = body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty() || loop.getBody()->empty() ||
      !loop.getBody()->back().hasTrait<OpTrait::IsTerminator>())
    scf::YieldOp::create(b, loc, results);
  return Values(loop.getResults());
}

bool Emitter::splitsPanels(int64_t others) {
  int64_t columns = op.columns();
  if (ShapedType::isDynamic(columns))
    return ShapedType::isStatic(others) && others < kManyParts;
  int64_t full = columns / tile.panel();
  return full >= kManyParts || (ShapedType::isStatic(others) && full >= others);
}

void Emitter::panels(const RegisterTile &tile, bool isParallel,
                     function_ref<void(const Panel &)> body) {
  Value columns = extent(op.getOut(), cast<MemRefType>(op.getOut().getType()).getRank() - 1);
  int64_t width = tile.panel();
  Value full = divide(columns, width);
  auto whole = [&](Value p) { body({mul(p, width), p, tile.vectors, Value()}); };
  loop(index(0), full, 1, whole, isParallel);
  Value start = mul(full, width);
  if (auto count = constant(columns)) {
    int64_t rest = *count % width;
    if (rest == 0)
      return;
    int64_t vectors = llvm::divideCeil(rest, tile.lanes), last = rest % tile.lanes;
    body({start, full, vectors, last ? index(last) : Value()});
    return;
  }
  // One vector at a time where only run time tells how many there are.
  Value lanes = index(tile.lanes);
  loop(start, columns, tile.lanes,
       [&](Value column) { body({column, full, 1, min(sub(columns, column), lanes)}); });
}

Value Emitter::zeroVector() { return arith::ConstantOp::create(b, loc, b.getZeroAttr(vector)); }

Value Emitter::broadcast(Value scalar) {
  return vector::BroadcastOp::create(b, loc, vectorType(scalar.getType()), scalar);
}

Value Emitter::fma(Value x, Value y, Value sum) {
  // Not vector.fma, which would be a call where the target has no such instruction.
  auto contract = arith::FastMathFlags::contract;
  return arith::AddFOp::create(b, loc, sum, arith::MulFOp::create(b, loc, x, y, contract),
                               contract);
}

/// Null if the vector is whole.
Value Emitter::mask(const Panel &panel, int64_t v) {
  if (!panel.lastCount || v + 1 < panel.vectors)
    return {};
  auto type = VectorType::get(vector.getShape(), b.getI1Type());
  return vector::CreateMaskOp::create(b, loc, type, panel.lastCount);
}

Value Emitter::loadVector(Value buffer, ValueRange indices, const Panel &panel, int64_t v) {
  Values at(indices);
  at.back() = add(at.back(), v * tile.lanes);
  VectorType type = vectorType(cast<MemRefType>(buffer.getType()).getElementType());
  if (Value m = mask(panel, v)) {
    Value zeros = arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
    return vector::MaskedLoadOp::create(b, loc, type, buffer, at, m, zeros);
  }
  return vector::LoadOp::create(b, loc, type, buffer, at);
}

//===--- Epilogue ---------------------------------------------------------===//

/// Operand i of the epilogue at the elements that a vector of the result holds.
Value Emitter::extra(unsigned i, const Values &position, const Panel &panel, int64_t v) {
  Value buffer = op.getExtras()[i];
  AffineMap map = cast<AffineMapAttr>(op.getExtraMaps()[i]).getValue();
  unsigned columns = map.getNumDims() - 1;
  bool alongColumns =
      map.getNumResults() && map.getResults().back() == getAffineDimExpr(columns, b.getContext());
  if (!isa<MemRefType>(buffer.getType()))
    return broadcast(buffer);
  Values at;
  for (AffineExpr expr : map.getResults()) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    at.push_back(dim ? position[dim.getPosition()] : index(0));
  }
  if (alongColumns)
    return loadVector(buffer, at, panel, v);
  return broadcast(memref::LoadOp::create(b, loc, buffer, at));
}

/// The scalar code of the region on vectors.
Value Emitter::epilogue(Value sum, const Values &position, const Panel &panel, int64_t v) {
  Block &body = op.getBody().front();
  IRMapping map;
  map.map(body.getArgument(0), sum);
  for (unsigned i = 0; i < op.getExtras().size(); ++i)
    map.map(body.getArgument(i + 1), extra(i, position, panel, v));
  auto mapped = [&](Value v) {
    if (!map.contains(v))
      map.map(v, splat(v));
    return map.lookup(v);
  };
  for (Operation &inner : body.without_terminator()) {
    if (isa<arith::ConstantOp>(inner))
      continue;
    for (Value operand : inner.getOperands())
      mapped(operand);
    Operation *copy = b.clone(inner, map);
    for (OpResult result : copy->getResults())
      result.setType(VectorType::get(vector.getShape(), result.getType()));
  }
  return mapped(body.getTerminator()->getOperand(0));
}

/// A scalar that is the same for all elements.
Value Emitter::splat(Value scalar) {
  Attribute value;
  auto type = VectorType::get(vector.getShape(), scalar.getType());
  if (matchPattern(scalar, m_Constant(&value)))
    return arith::ConstantOp::create(b, loc, DenseElementsAttr::get(type, value));
  return vector::BroadcastOp::create(b, loc, type, scalar);
}

void Emitter::store(ArrayRef<Values> accumulators, const Panel &panel,
                    function_ref<Values(int64_t)> position) {
  for (auto [row, vectors] : llvm::enumerate(accumulators)) {
    Values at = position(row);
    for (auto [v, sum] : llvm::enumerate(vectors)) {
      Value result = epilogue(sum, at, panel, v);
      Values to = at;
      to.back() = add(to.back(), v * tile.lanes);
      if (Value m = mask(panel, v))
        vector::MaskedStoreOp::create(b, loc, op.getOut(), to, m, result);
      else
        vector::StoreOp::create(b, loc, result, op.getOut(), to);
    }
  }
}
