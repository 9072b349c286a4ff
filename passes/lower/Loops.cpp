#include "passes/lower/Loops.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace ingot;

SmallVector<Value> ingot::emitLoops(OpBuilder &b, Location loc, ArrayRef<Value> bounds,
                                    ValueRange init, LoopBody body) {
  Value zero = arith::ConstantIndexOp::create(b, loc, 0);
  Value one = arith::ConstantIndexOp::create(b, loc, 1);
  SmallVector<Value> lower(bounds.size(), zero), steps(bounds.size(), one);
  auto nest = scf::buildLoopNest(
      b, loc, lower, bounds, steps, init,
      [&](OpBuilder &b, Location loc, ValueRange indices, ValueRange carried) -> scf::ValueVector {
        auto next = body(b, loc, indices, carried);
        return {next.begin(), next.end()};
      });
  return SmallVector<Value>(nest.results.begin(), nest.results.end());
}

SmallVector<Value>
ingot::emitIf(OpBuilder &b, Location loc, Value condition, ValueRange otherwise,
              llvm::function_ref<SmallVector<Value>(OpBuilder &, Location)> then) {
  auto branch = scf::IfOp::create(
      b, loc, condition,
      [&](OpBuilder &b, Location loc) { scf::YieldOp::create(b, loc, then(b, loc)); },
      [&](OpBuilder &b, Location loc) { scf::YieldOp::create(b, loc, otherwise); });
  return SmallVector<Value>(branch.getResults());
}
