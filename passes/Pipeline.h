#ifndef INGOT_PASSES_PIPELINE_H
#define INGOT_PASSES_PIPELINE_H

#include "mlir/Pass/PassManager.h"
#include "passes/normalize/FoldConstants.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace ingot {

/// What becomes of the floats of a model.
enum class Quantization {
  None,
  Integers, ///< 8-bit integers where the attribute `ingot.range` tells the range
  Rows,     ///< 8-bit weights, rows quantized at run time
  F16,      ///< weights in f16
  BF16,     ///< weights in bf16
};

/// What the stages need to know; target facts are attributes of the module.
struct PipelineOptions {
  bool optimize = true;    ///< false: the reference build, plain loops
  bool split = false;      ///< large kernels run in parts, on several threads
  bool instrument = false; ///< kernels call a hook, for profiles
  Quantization quantization = Quantization::None;
  std::vector<std::string> keepFloat; ///< nodes that are not quantized
  bool fastRequant = false;           ///< requantization that the quantizer adds
  Evaluator evaluate;                 ///< computes constants; without one they are left
};

/// One step of the flow from `ingot` ops to the LLVM dialect.
struct Stage {
  llvm::StringLiteral name, summary;
  void (*addPasses)(mlir::OpPassManager &, const PipelineOptions &);
  /// Dialects whose ops may be left after the stage.
  llvm::ArrayRef<llvm::StringLiteral> remaining;
};

/// All stages in flow order.
llvm::ArrayRef<Stage> stages();

/// Null if there is no stage of this name.
const Stage *findStage(llvm::StringRef name);

/// Error at the first op that may not be left after the stage.
mlir::LogicalResult verifyRemaining(mlir::ModuleOp module, const Stage &stage);

/// Registers the passes of the project, and each stage as `ingot-stage-NAME`.
void registerPipeline();

/// Dialects, interface models and translations that the flow needs.
void registerDialects(mlir::DialectRegistry &registry);

} // namespace ingot

#endif
