#include "mlir/Interfaces/LoopLikeInterface.h"
#include "passes/Passes.h"
#include "passes/memory/KernelArguments.h"

namespace ingot {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

static bool isLoop(Operation *op) { return isa<LoopLikeOpInterface, rt::ContractOp>(op); }

/// A loop nest that does not call functions, those of the host too, or hand on buffers.
static bool isKernel(Operation *nest) {
  if (nest->getNumRegions() == 0 || nest->hasTrait<OpTrait::IsTerminator>() ||
      llvm::any_of(nest->getResultTypes(), llvm::IsaPred<BaseMemRefType>))
    return false;
  bool hasLoop = false;
  auto walked = nest->walk([&](Operation *op) {
    hasLoop |= isLoop(op);
    bool leaves = isa<func::CallOp, memref::AllocaOp, rt::FormatSizeOp, rt::FormatOp, rt::PrintOp,
                      rt::FailOp, rt::TimestampOp>(op);
    return leaves ? WalkResult::interrupt() : WalkResult::advance();
  });
  return !walked.wasInterrupted() && hasLoop;
}

/// The nests in `region`, outermost ones that are kernels.
static void findKernels(Region &region, SmallVectorImpl<Operation *> &kernels) {
  SmallVector<Region *> regions = {&region};
  while (!regions.empty())
    for (Operation &op : regions.pop_back_val()->getOps())
      if (isKernel(&op))
        kernels.push_back(&op);
      else
        for (Region &inner : op.getRegions())
          regions.push_back(&inner);
}

/// The same for functions that `isSame` takes for one.
static llvm::hash_code hashOf(func::FuncOp function) {
  llvm::hash_code hash = mlir::hash_value(function.getFunctionType());
  function.walk([&](Operation *op) {
    if (op != function)
      hash = llvm::hash_combine(hash, op->getName(), op->getRawDictionaryAttrs(),
                                op->getPropertiesAsAttribute());
  });
  return hash;
}

/// Checks tell the node that they belong to.
static bool hasChecks(Operation *op) {
  return op->walk([](rt::CheckOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

static bool isSame(func::FuncOp a, func::FuncOp b) {
  auto flags = hasChecks(a) ? OperationEquivalence::None : OperationEquivalence::IgnoreLocations;
  return a.getFunctionType() == b.getFunctionType() && a.getArgAttrsAttr() == b.getArgAttrsAttr() &&
         OperationEquivalence::isRegionEquivalentTo(&a.getBody(), &b.getBody(), flags);
}

/// The source node of a location, as the name of a function.
static std::string kernelName(Location loc) {
  std::string name = "kernel";
  if (auto node = loc->findInstanceOf<NameLoc>())
    name = node.getName().str();
  for (char &c : name)
    if (!llvm::isAlnum(c) && c != '_' && c != '/' && c != '.')
      c = '_';
  return "ingot.kernel." + name;
}

namespace {
struct OutlineKernels : ingot::impl::OutlineKernelsBase<OutlineKernels> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>())) {
      if (!function->hasAttr(IngotDialect::kSignatureAttr))
        continue;
      SmallVector<Operation *> kernels;
      findKernels(function.getBody(), kernels);
      for (Operation *kernel : kernels)
        outline(kernel, function, symbols);
    }
  }

  void outline(Operation *op, func::FuncOp caller, SymbolTable &symbols) {
    OpBuilder b(op);
    Location loc = op->getLoc();
    KernelArguments arguments(b, op, caller);
    func::FuncOp function = createFunction(b, op, arguments);
    auto call = func::CallOp::create(b, loc, function, arguments.values());
    ValueRange results = call.getResults();
    if (hasChecks(op)) {
      rt::LeaveOp::create(b, loc, results[0]);
      results = results.drop_front();
    }
    op->replaceAllUsesWith(results);
    fill(function, op, arguments);
    call.setCallee(share(function, caller, symbols).getName());
  }

  /// With checks: of the context, and with a status as its first result.
  static func::FuncOp createFunction(OpBuilder &b, Operation *op,
                                     const KernelArguments &arguments) {
    OpBuilder::InsertionGuard guard(b);
    b.clearInsertionPoint();
    SmallVector<Type> results(op->getResultTypes());
    if (hasChecks(op))
      results.insert(results.begin(), b.getI32Type());
    auto type = b.getFunctionType(arguments.types(), results);
    auto function = func::FuncOp::create(b, op->getLoc(), kernelName(op->getLoc()), type);
    describe(function, arguments.disjoint());
    return function;
  }

  /// Moves the op into the function.
  static void fill(func::FuncOp function, Operation *op, const KernelArguments &arguments) {
    OpBuilder b = OpBuilder::atBlockBegin(function.addEntryBlock());
    SmallVector<Value> results;
    if (hasChecks(op))
      results.push_back(arith::ConstantOp::create(b, op->getLoc(), b.getI32IntegerAttr(0)));
    llvm::append_range(results, op->getResults());
    auto ret = func::ReturnOp::create(b, op->getLoc(), results);
    op->moveBefore(ret);
    b.setInsertionPoint(op);
    arguments.rebuild(b, op, function.getArguments());
  }

  /// A private function of bare pointers that stays one.
  static void describe(func::FuncOp function, ArrayRef<bool> disjoint) {
    Builder b(function.getContext());
    function.setPrivate();
    function->setAttr("llvm.bareptr", b.getUnitAttr());
    function->setAttr("llvm.linkage",
                      LLVM::LinkageAttr::get(b.getContext(), LLVM::Linkage::Internal));
    function->setAttr("passthrough", b.getStrArrayAttr({"noinline", "nounwind"}));
    for (auto [i, alone] : llvm::enumerate(disjoint))
      if (alone)
        function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
  }

  /// The function that is in the module already and does the same, else this one.
  func::FuncOp share(func::FuncOp function, func::FuncOp caller, SymbolTable &symbols) {
    SmallVector<func::FuncOp> &alike = known[hashOf(function)];
    for (func::FuncOp other : alike)
      if (isSame(function, other)) {
        function.erase();
        return other;
      }
    alike.push_back(function);
    symbols.insert(function, Block::iterator(caller));
    return function;
  }

  llvm::DenseMap<size_t, SmallVector<func::FuncOp>> known;
};
} // namespace
