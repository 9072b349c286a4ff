#include "passes/Passes.h"
#include "passes/tile/Emitter.h"
#include "passes/tile/UpperProducts.h"

namespace ingot {
#define GEN_PASS_DEF_EXPANDCONTRACTIONS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
struct ExpandContractions : ingot::impl::ExpandContractionsBase<ExpandContractions> {
  void runOnOperation() override {
    TargetFacts facts = TargetFacts::of(getOperation());
    SmallVector<rt::ContractOp> contractions;
    getOperation().walk([&](rt::ContractOp op) { contractions.push_back(op); });
    for (rt::ContractOp op : contractions) {
      OpBuilder b(op);
      Emitter emitter(b, op, facts);
      if (isa<IntegerType>(emitter.vectorType().getElementType()))
        emitInteger(emitter);
      else if (op.getKind() == "matmul")
        emitMatmul(emitter);
      else if (op.getKind() == "conv")
        emitConv(emitter);
      else
        emitDepthwise(emitter);
      op.erase();
    }
    if (facts.dot == "vpdpbusd" || facts.dot == "pmaddwd")
      pairUpperProducts(getOperation());
  }
};
} // namespace
