#ifndef INGOT_PASSES
#define INGOT_PASSES

include "mlir/Pass/PassBase.td"

// In flow order; Pipeline.cpp says when each runs.

//===--- normalize --------------------------------------------------------===//

def EliminateCommon : Pass<"ingot-eliminate-common", "::mlir::ModuleOp"> {
  let summary = "joins ops that compute the same";
  let description = [{
    Upstream's elimination of common subexpressions compares an op with all
    others of its hash, and that leaves regions out: a thousand loops from 0 to n
    would be compared pair by pair. An attribute that stands for the regions is
    in the hash.
  }];
}

def FoldConstants : Pass<"ingot-fold-constants", "::mlir::ModuleOp"> {
  let summary = "computes what depends on constants alone";
  let description = [{
    By compiling these ops and calling them, so that no op needs an evaluator of
    its own. Results that are much larger than their operands stay as they are:
    see kFreeBytes.
  }];
  let constructor = "::ingot::createFoldConstants()";
}

def BoundIndices : Pass<"ingot-bound-indices", "::mlir::ModuleOp"> {
  let summary = "notes the size of the table that an integer input indexes";
  let description = [{
    As the attribute `ingot.index_bound` of the argument, the smallest one where
    there are several tables: for those who must make up inputs, as `ingot bench`.
  }];
}

def PromoteVariables : Pass<"ingot-promote-variables", "::mlir::ModuleOp"> {
  let summary = "variables become values: arguments and results of the signatures";
  let description = [{
    What `ingot.read_variable` gives at its place in the program is the last
    value that was assigned before, through branches and loops, or else an
    argument of the function. Upstream's mem2reg does not carry values through
    the regions of our ops. As values, variables are fused and updated in place
    like any other tensor.
  }];
  let dependentDialects = ["::ingot::rt::RtDialect"];
}

def HoistProjections : Pass<"ingot-hoist-projections", "::mlir::ModuleOp"> {
  let summary = "products of a list's elements with a matrix become one in front of the loop";
  let description = [{
    A recurrent layer multiplies each step's input by the same matrix. For all
    steps at once the matrix is read once, not once for each step.
  }];
}

//===--- fuse -------------------------------------------------------------===//

def FoldTranspose : Pass<"ingot-fold-transpose", "::mlir::ModuleOp"> {
  let summary = "moves transposes towards the results, where they meet their inverse";
  let description = [{
    Through elementwise ops, concatenations, pads and reductions: a network with
    channels first becomes one with channels last but for its ends.
  }];
}

def FoldPad : Pass<"ingot-fold-pad", "::mlir::ModuleOp"> {
  let summary = "makes a pad with zeros the padding of the convolution behind it";
}

def BoundIntegers : Pass<"ingot-bound-integers", "::mlir::ModuleOp"> {
  let summary = "proves how large the numbers are that ingot.requantize multiplies";
  let description = [{
    From the types of activations, the weights and the ranges of requantizations
    before; the attribute `ingot.magnitude` has the result. Shorter code does where
    they are small.
  }];
}

def ExpandTransposedConv : Pass<"ingot-expand-transposed-conv", "::mlir::ModuleOp"> {
  let summary = "makes transposed convolutions plain ones with more channels";
  let description = [{
    With constant weights and known sizes: a convolution of stride 1 gives, for
    each position, the elements of the result up to the next one as channels,
    which then are put side by side. No multiplication with the zeros between
    the elements of a spread input is left.
  }];
}

def FoldBatchNorm : Pass<"ingot-fold-batch-norm", "::mlir::ModuleOp"> {
  let summary = "folds scales and biases by channel into the weights before them";
  let description = [{
    Differences, sums and products with constants that vary along the channels,
    behind a product with constant weights in f32 or f64: other weights and at
    most one sum stay.
  }];
}

//===--- quantize ---------------------------------------------------------===//

def QuantizeIntegers : Pass<"ingot-quantize-integers", "::mlir::ModuleOp"> {
  let summary = "floats whose range is known become 8-bit integers";
  let description = [{
    From products with constant weights on: convolutions and matrix products with 8-bit
    weights by channel and 32-bit biases, sums, means, pools, concatenations, and functions
    of one number as tables. The attribute `ingot.range` of an op or argument is what
    calibration saw there, `ingot.means` its means by channel, by which biases make up for
    the rounding of weights. Other ops compute with floats; what is returned are floats.
  }];
  let options = [
    ListOption<"keepFloat", "keep-float", "std::string", "names of nodes to leave as they are">,
    Option<"rounding", "rounding", "std::string", "\"double\"", "that of ingot.requantize">];
}

def QuantizeRows : Pass<"ingot-quantize-rows", "::mlir::ModuleOp"> {
  let summary = "products with constant weights take 8-bit weights, and rows that are made so";
  let description = [{
    Without data: each row of a matrix, and each image of a convolution, is brought to 8
    bits at run time by its largest magnitude; sums become floats at once.
  }];
  let options = [
    ListOption<"keepFloat", "keep-float", "std::string", "names of nodes to leave as they are">];
}

def NarrowWeights : Pass<"ingot-narrow-weights", "::mlir::ModuleOp"> {
  let summary = "weights and tables of f32 are kept in a 16-bit type";
  let options = [
    Option<"type", "type", "std::string", "\"f16\"", "f16 or bf16">,
    ListOption<"keepFloat", "keep-float", "std::string", "names of nodes to leave as they are">];
}

//===--- lower ------------------------------------------------------------===//

def LowerToLinalg : Pass<"ingot-lower", "::mlir::ModuleOp"> {
  let summary = "lowers ingot ops to linalg, tensor, scf and arith on tensors";
  let description = [{
    Op by op in program order, with the sizes that the shape analysis knows.
    Booleans become i8 and unsigned integers signless; arguments and results of
    functions remember their source type in the attribute `ingot.type`.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::complex::ComplexDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
    "::mlir::tensor::TensorDialect", "::mlir::bufferization::BufferizationDialect",
    "::ingot::rt::RtDialect"];
}

def ExpandMath : Pass<"ingot-expand-math", "::mlir::ModuleOp"> {
  let summary = "functions of f32 and rounding as straight-line arithmetic";
  let description = [{
    Loops that call the C library are not vectorised; loops over this code are.
    Functions that are not expanded stay calls of the C library; rounding is left
    to the target where it has instructions for it.
  }];
  let options = [
    Option<"functions", "functions", "bool", "true", "expand exponentials and their kin">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def ExpandNarrowFloats : Pass<"ingot-expand-narrow-floats", "::mlir::ModuleOp"> {
  let summary = "f16 and bf16 as integers that are converted to f32 and back";
  let description = [{
    Round to nearest even, infinities and NaN kept; f64 goes through f32, as in
    Eigen. Targets without instructions for it would call the compiler's runtime
    library, which a model's object does not have; they would do so also where a
    number is only kept in a register. Where the target converts f16 itself, that is
    left to it.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def LowerVariables : Pass<"ingot-lower-variables", "::mlir::ModuleOp"> {
  let summary = "initial values of variables become globals";
  let description = [{
    `rt.variable` number N becomes the constant `ingot_initial_N`, which the
    entry point `NAME_init_state()` copies; none where it is all zeros.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def SplitComplexConstants : Pass<"ingot-split-complex-constants", "::mlir::ModuleOp"> {
  let summary = "globals of complex numbers become globals of pairs of floats";
  let description = [{
    The same bytes in a form that the translation to LLVM IR knows.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def AddDebugLines : Pass<"ingot-add-debug-lines", "::mlir::ModuleOp"> {
  let summary = "the names of the source's nodes become debug lines";
  let description = [{
    A debugger or profiler shows of each instruction, as its file, the node of
    the source model that it was made for: `model/conv1/Conv2D:1`.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

//===--- tile -------------------------------------------------------------===//

def FuseElementwise : Pass<"ingot-fuse-elementwise", "::mlir::ModuleOp"> {
  let summary = "joins elementwise loops with the one loop that reads their result";
}

def MarkBatch : Pass<"ingot-mark-batch", "::mlir::ModuleOp"> {
  let summary = "finds signatures whose samples do not depend on each other";
  let description = [{
    A call with many samples can then be calls with a part of them each, in an
    arena that does not grow with the batch and that stays in the caches. Sets
    `ingot.batch` on such functions, a dictionary: `inputs` and `outputs` tell
    which have the batch as dimension 0, `least` how many samples a part should
    have. Entry points make the parts.
  }];
}

def OrderLoops : Pass<"ingot-order-loops", "::mlir::ModuleOp"> {
  let summary = "puts the contiguous dimension of a reduction's result innermost";
  let description = [{
    Pools and reductions over leading dimensions then vectorise along it.
  }];
}

def FormContractions : Pass<"ingot-form-contractions", "::mlir::ModuleOp"> {
  let summary = "finds matrix products and convolutions and packs their weights";
  let description = [{
    Generics that add products to zero become rt.contract: leading dimensions
    of a product collapsed, 1x1 convolutions as products, a border of zeros
    around the input taken into the window. Constant weights are brought into
    the order in which the register tiles read them.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::ingot::rt::RtDialect"];
}

def FormIntegerContractions : Pass<"ingot-form-integer-contractions", "::mlir::ModuleOp"> {
  let summary = "the same of bytes with 32-bit sums and constant weights";
  let description = [{
    The weights are brought into groups along the depth, as the target's instruction
    for sums of products of bytes reads them. A border of any number around the input of
    a convolution is taken into the window.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::ingot::rt::RtDialect"];
}

def FuseEpilogues : Pass<"ingot-fuse-epilogues", "::mlir::ModuleOp"> {
  let summary = "moves elementwise work behind a contraction before its store";
  let dependentDialects = ["::ingot::rt::RtDialect"];
}

def ExpandContractions : Pass<"ingot-expand-contractions", "::mlir::ModuleOp"> {
  let summary = "expands rt.contract to loops over register tiles";
  let description = [{
    Emits the vector code directly: the same schedule from upstream's tiling,
    vectorisation and transfer folding compiles an order of magnitude slower
    for the tiles of every remainder, and two of those foldings are wrong in
    MLIR 22 for unit dimensions between vector dimensions.
  }];
  let dependentDialects = ["::mlir::vector::VectorDialect", "::mlir::scf::SCFDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

//===--- memory -----------------------------------------------------------===//

def BindInterface : Pass<"ingot-bind-interface", "::mlir::ModuleOp"> {
  let summary = "gives entry functions the form that the C interface calls";
  let description = [{
    From tensors to tensors becomes: context, arena, buffers of the inputs and
    of the outputs, to a status. Outputs are computed in place where the caller
    has them. An output whose size only the data tells is a further result.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect"];
}

def SeparateTensors : Pass<"ingot-separate-tensors", "::mlir::ModuleOp"> {
  let summary = "gives each op that fills a new tensor a tensor of its own";
  let description = [{
    Ops that share a `tensor.empty` are computed in one buffer where no conflict
    forbids it. To find that out, bufferization compares all reads and writes of
    the buffer: cubic in the length of a chain of ops. ingot-reuse-buffers and
    ingot-plan-arena share memory without. So too for ops that go on from one
    filled tensor. What was stored into the variable of a loop that is inlined by now
    stays where it is. A stored tensor that is one of two is chosen element by element.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def LimitAliases : Pass<"ingot-limit-aliases", "::mlir::ModuleOp"> {
  let summary = "copies a tensor that many branches and loops hand on, or many ops read";
  let description = [{
    All tensors that may share memory with one that goes through a chain of
    branches are one alias set, whose analysis is cubic in the length of the
    chain. A copy at every 32nd link bounds it. It is quadratic in the number of ops
    that read one tensor, which a copy for every 512 of them bounds.
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect"];
}

def Bufferize : Pass<"ingot-bufferize", "::mlir::ModuleOp"> {
  let summary = "tensors become buffers, in place where that is legal";
  let description = [{
    Upstream's elimination of empty tensors and one-shot bufferization, function by
    function. Their analysis compares all reads with all writes of each set of tensors
    that may share memory; a function without loops for which that would take longer
    than some seconds is bufferized without it, with a copy before each write.
  }];
  let statistics = [Statistic<"comparisons", "comparisons",
                              "most comparisons of a read with a write that the analysis makes">];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect"];
}

def ComputeInPlace : Pass<"ingot-compute-in-place", "::mlir::func::FuncOp"> {
  let summary = "computes a buffer where it is copied to";
  let description = [{
    A buffer that is copied to its place in another one (a part of a
    concatenation, an output) becomes a view of that place, if nothing else uses
    the place while the buffer is alive, and if no more bytes are alive at once.
    Bufferization can do so too, but compares all reads and writes for it: the
    fourth power of the number of parts.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def ReuseBuffers : Pass<"ingot-reuse-buffers", "::mlir::ModuleOp"> {
  let summary = "computes elementwise ops in place of an operand that ends there";
  let description = [{
    The first op that writes a buffer takes the memory of a buffer of the same
    shape of which it is the last to read, where each element depends on the
    same element only.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

def ExpandCopies : Pass<"ingot-expand-copies", "::mlir::func::FuncOp"> {
  let summary = "turns copies from or to parts of buffers into loops";
  let description = [{
    Copies of whole buffers stay: they become memcpy.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def HoistAccumulators : Pass<"ingot-hoist-accumulators", "::mlir::ModuleOp"> {
  let summary = "keeps elements that a loop always comes back to in registers";
  let description = [{
    An element of a buffer that a loop reads at the same place in every step is
    read before it; if the loop writes it too, it is carried and written behind
    the loop. Buffers are known to be disjoint here, which is no longer so once
    they lie in the arena; reductions do not vectorise without.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def PlanArena : Pass<"ingot-plan-arena", "::mlir::ModuleOp"> {
  let summary = "places every buffer in the arena";
  let description = [{
    Buffers of known size get fixed offsets by lifetime (greedy by size), those
    whose size follows from the inputs' dimensions get slots whose offsets are
    computed at the start of the call; the function SIGNATURE__arena_bytes
    tells the sum. The rest comes from a checked bump region behind them.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
                           "::ingot::rt::RtDialect"];
}

def LinalgToLoops : Pass<"ingot-linalg-to-loops", "::mlir::ModuleOp"> {
  let summary = "linalg ops become loops that remember which of them are parallel";
  let description = [{
    Outer loops of parallel iterators get the attribute `ingot.parallel`: upstream's
    pass forgets them, or makes scf.parallel, which the passes behind do not take. A
    short innermost loop is kept from being unrolled before LLVM vectorises.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::affine::AffineDialect", "::mlir::LLVM::LLVMDialect"];
}

def SplitKernels : Pass<"ingot-split-kernels", "::mlir::ModuleOp"> {
  let summary = "kernels with work for several threads run in parts";
  let description = [{
    A kernel whose loops carry `ingot.parallel` gets two parameters, the first
    iteration and the one behind the last. It is called through KERNEL.parts, whose
    body codegen/abi/ParallelCalls.cpp makes, where there is work enough: known now, or
    tested at run time. What stands behind the loops is done with the last part.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def OutlineKernels : Pass<"ingot-outline-kernels", "::mlir::ModuleOp"> {
  let summary = "makes loop nests functions, equal ones a single one";
  let description = [{
    Layers of one shape then share their code, and what follows works on many
    small functions. Takes buffers as bare pointers, marked noalias as the arena
    plan and the C interface promise.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def InstrumentKernels : Pass<"ingot-instrument-kernels", "::mlir::ModuleOp"> {
  let summary = "calls a hook before and after each kernel, for profiles";
  let description = [{
    The module exports `ingot_profile_hook`, a variable with the address of a function
    (int32_t kernel, int32_t isEnd) that does nothing until a loader sets it, and
    `ingot_profile_nodes`: for each kernel the names of its node and its op, each ended
    by a zero byte, then another one.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ExpandReshapes : Pass<"ingot-expand-reshapes", "::mlir::func::FuncOp"> {
  let summary = "expands reshapes that split a dimension into several of unknown extent";
  let description = [{
    MLIR 22's expand-strided-metadata takes one such part for each dimension at most.
  }];
  let dependentDialects = ["::mlir::memref::MemRefDialect", "::mlir::arith::ArithDialect"];
}

def SplitEntries : Pass<"ingot-split-entries", "::mlir::ModuleOp"> {
  let summary = "cuts the functions of signatures with thousands of ops into several";
  let description = [{
    Each piece is a function of the context and of what it uses, and returns a status
    and what is used behind it; constants and views are made again in each. LLVM's
    register allocation is quadratic in the length of a block.
  }];
  let options = [
    Option<"maxOps", "max-ops", "unsigned", /*default=*/"2048",
           "the most ops of a function that stays whole">,
    Option<"pieceOps", "piece-ops", "unsigned", /*default=*/"512", "ops of a piece">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
                           "::ingot::rt::RtDialect"];
}

def LowerHost : Pass<"ingot-lower-host", "::mlir::ModuleOp"> {
  let summary = "turns what the host does (rt.format, rt.print ...) into calls of its functions";
  let description = [{
    Through the pointers of `struct ingot_host`, which the context has. On structured
    control flow.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::LLVM::LLVMDialect"];
}

def LowerChecks : Pass<"ingot-lower-checks", "::mlir::ModuleOp"> {
  let summary = "turns rt.check into a branch out of the function";
  let description = [{
    On unstructured control flow. The node's name and the message are left in
    the context.
  }];
  let dependentDialects = ["::mlir::cf::ControlFlowDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::ub::UBDialect"];
}

#endif
