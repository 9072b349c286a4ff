#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/Utils/MemRefUtils.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_EXPANDCOPIES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
struct ExpandCopies : ingot::impl::ExpandCopiesBase<ExpandCopies> {
  void runOnOperation() override {
    getOperation().walk([](memref::CopyOp copy) {
      auto from = dyn_cast<MemRefType>(copy.getSource().getType());
      auto to = dyn_cast<MemRefType>(copy.getTarget().getType());
      if (from && to && !(isContiguous(from) && isContiguous(to)))
        expand(copy);
    });
  }

  static bool isContiguous(MemRefType type) {
    return type.getLayout().isIdentity() || memref::isStaticShapeAndContiguousRowMajor(type);
  }

  static void expand(memref::CopyOp copy) {
    OpBuilder b(copy);
    linalg::makeMemRefCopyOp(b, copy.getLoc(), copy.getSource(), copy.getTarget());
    copy.erase();
  }
};
} // namespace
