#include "passes/Pipeline.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVMPass.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Transforms/Passes.h"
#include "passes/Passes.h"

using namespace mlir;
using namespace ingot;

static void addCleanup(OpPassManager &pm) {
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createEliminateCommon());
}

static void addNormalize(OpPassManager &pm, const PipelineOptions &options) {
  pm.addPass(createPromoteVariables());
  addCleanup(pm);
  pm.addPass(createBoundIndices());
  if (!options.optimize)
    return;
  pm.addPass(createFoldConstants(options.evaluate));
  pm.addPass(createHoistProjections());
  addCleanup(pm);
}

static void addFuse(OpPassManager &pm, const PipelineOptions &options) {
  if (!options.optimize)
    return;
  pm.addPass(createFoldTranspose());
  pm.addPass(createFoldPad());
  pm.addPass(createFoldBatchNorm());
  pm.addPass(createExpandTransposedConv());
  addCleanup(pm);
  pm.addPass(createBoundIntegers());
}

static void addQuantize(OpPassManager &pm, const PipelineOptions &options) {
  SmallVector<std::string> kept(options.keepFloat.begin(), options.keepFloat.end());
  switch (options.quantization) {
  case Quantization::None:
    return;
  case Quantization::Integers:
    pm.addPass(createQuantizeIntegers({kept, options.fastRequant ? "nearest" : "double"}));
    break;
  case Quantization::Rows:
    pm.addPass(createQuantizeRows({kept}));
    break;
  case Quantization::F16:
    pm.addPass(createNarrowWeights({"f16", kept}));
    return;
  case Quantization::BF16:
    pm.addPass(createNarrowWeights({"bf16", kept}));
    return;
  }
  pm.addPass(createFoldConstants(options.evaluate)); // tables
  addCleanup(pm);
  pm.addPass(createBoundIntegers());
}

static void addLower(OpPassManager &pm, const PipelineOptions &) {
  pm.addPass(createLowerToLinalg());
  addCleanup(pm);
}

static void addTile(OpPassManager &pm, const PipelineOptions &options) {
  if (!options.optimize)
    return;
  pm.addPass(createMarkBatch());
  pm.addPass(createFuseElementwise());
  addCleanup(pm);
  pm.addPass(createFormContractions());
  pm.addPass(createFormIntegerContractions());
  addCleanup(pm);
  pm.addPass(createFuseEpilogues());
  pm.addPass(createOrderLoops());
  addCleanup(pm);
}

static void addBufferize(OpPassManager &pm, const PipelineOptions &) {
  pm.addPass(createSeparateTensors());
  pm.addPass(createLimitAliases());
  pm.addPass(createBindInterface());
  pm.addPass(createBufferize());
  addCleanup(pm);
  pm.addPass(createCanonicalizerPass()); // copies of a buffer to itself, found to be one by CSE
}

static void addMemory(OpPassManager &pm, const PipelineOptions &options) {
  pm.addNestedPass<func::FuncOp>(createComputeInPlace());
  pm.addPass(createReuseBuffers());
  pm.addNestedPass<func::FuncOp>(createExpandCopies());
  pm.addPass(createLinalgToLoops());
  if (options.optimize)
    pm.addPass(createHoistAccumulators());
  pm.addPass(createLowerAffinePass()); // the arena plan reads sizes in arith
  addCleanup(pm);
  pm.addPass(createPlanArena());
  addCleanup(pm);
  pm.addPass(createOutlineKernels());
  pm.addPass(createExpandContractions()); // once for all layers of a shape
  addCleanup(pm);
  if (options.instrument)
    pm.addPass(createInstrumentKernels());
  if (options.split) {
    pm.addPass(createSplitKernels());
    addCleanup(pm);
  }
}

static void addLLVM(OpPassManager &pm, const PipelineOptions &options) {
  pm.addPass(createLowerHost());
  pm.addPass(createSplitEntries());
  pm.addNestedPass<func::FuncOp>(createExpandReshapes());
  pm.addPass(memref::createExpandStridedMetadataPass());
  pm.addPass(createLowerAffinePass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createLowerChecks());
  pm.addPass(createLowerVariables());
  pm.addPass(createConvertVectorToSCFPass());
  pm.addPass(createConvertComplexToStandardPass());
  pm.addPass(createExpandMath({options.optimize}));
  pm.addPass(createExpandNarrowFloats());
  pm.addNestedPass<func::FuncOp>(createConvertMathToLLVMPass());
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
  pm.addPass(createSplitComplexConstants());
  addCleanup(pm);
  pm.addPass(createAddDebugLines());
}

static constexpr llvm::StringLiteral onIngot[] = {"builtin", "func", "ingot", "rt"};
static constexpr llvm::StringLiteral onTensors[] = {"builtin", "func",   "arith",  "math",
                                                    "complex", "tensor", "linalg", "scf",
                                                    "affine",  "rt",     "cf",     "bufferization"};
static constexpr llvm::StringLiteral onBuffers[] = {"builtin", "func",   "arith",  "math",
                                                    "complex", "memref", "linalg", "scf",
                                                    "affine",  "rt",     "vector", "llvm"};
static constexpr llvm::StringLiteral onLoops[] = {"builtin", "func",   "arith", "math",
                                                  "complex", "memref", "scf",   "affine",
                                                  "rt",      "vector", "llvm"};
static constexpr llvm::StringLiteral onLLVM[] = {"builtin", "llvm"};

ArrayRef<Stage> ingot::stages() {
  static constexpr Stage table[] = {
      {"normalize", "canonical forms, constants folded, dead and repeated ops removed",
       addNormalize, onIngot},
      {"fuse", "neighbouring ops of the dialect joined", addFuse, onIngot},
      {"quantize", "floats become integers, where that is asked for", addQuantize, onIngot},
      {"lower", "ops become linalg, tensor, scf and arith on tensors", addLower, onTensors},
      {"tile", "loops fused, tiled and vectorised", addTile, onTensors},
      {"bufferize", "tensors become buffers, in place where possible", addBufferize, onBuffers},
      {"memory", "buffers get their places in the arena", addMemory, onLoops},
      {"llvm", "everything becomes the LLVM dialect", addLLVM, onLLVM},
  };
  return table;
}

const Stage *ingot::findStage(StringRef name) {
  auto it = llvm::find_if(stages(), [&](const Stage &s) { return s.name == name; });
  return it == stages().end() ? nullptr : it;
}

LogicalResult ingot::verifyRemaining(ModuleOp module, const Stage &stage) {
  auto result = module.walk([&](Operation *op) {
    if (llvm::is_contained(stage.remaining, op->getName().getDialectNamespace()))
      return WalkResult::advance();
    op->emitError() << op->getName() << " may not be left after stage " << stage.name;
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

void ingot::registerPipeline() {
  registerIngotPasses();
  for (const Stage &stage : stages())
    PassPipelineRegistration<>("ingot-stage-" + stage.name.str(), stage.summary,
                               [&stage](OpPassManager &pm) { stage.addPasses(pm, {}); });
}
