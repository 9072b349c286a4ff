#include "dialects/rt/Parallel.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "passes/Passes.h"

namespace ingot {
#define GEN_PASS_DEF_SPLITKERNELS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Less work than this, some 10 us of one core, is done before a second thread has begun.
static constexpr int64_t kMinWork = 1 << 20;
/// Fewer iterations than this leave threads idle; a loop further in is split then.
static constexpr int64_t kManyIterations = 8;

//===--- What a kernel costs ----------------------------------------------===//

static std::optional<int64_t> constant(Value v) {
  IntegerAttr attr;
  return matchPattern(v, m_Constant(&attr)) ? std::optional(attr.getInt()) : std::nullopt;
}

/// Null where only run time tells.
static std::optional<int64_t> trips(scf::ForOp loop) {
  auto lower = constant(loop.getLowerBound()), upper = constant(loop.getUpperBound());
  auto step = constant(loop.getStep());
  if (!lower || !upper || !step)
    return std::nullopt;
  return std::max<int64_t>(0, llvm::divideCeilSigned(*upper - *lower, *step));
}

/// Elements that are computed, vector lanes of multiply-adds twice: scalar code is vectorised
/// later.
static int64_t weight(Operation &op) {
  if (op.getNumResults() != 1 || isa<arith::ConstantOp>(op))
    return 0;
  Type type = op.getResult(0).getType();
  if (!isa<FloatType, IntegerType>(getElementTypeOrSelf(type)))
    return 0;
  auto vector = dyn_cast<VectorType>(type);
  int64_t lanes = vector && !vector.isScalable() ? vector.getNumElements() : 1;
  return lanes * (isa<math::MathDialect>(op.getDialect()) ? 16 : 1);
}

/// Of one run, loops of unknown length counted as one iteration. Kernels are nested no
/// deeper than tensors have dimensions.
static int64_t work(Region &region) {
  int64_t sum = 0;
  for (Operation &op : region.getOps()) {
    int64_t inner = weight(op);
    for (Region &nested : op.getRegions())
      inner = llvm::SaturatingAdd<uint64_t>(inner, work(nested));
    if (auto loop = dyn_cast<scf::ForOp>(op))
      inner = llvm::SaturatingMultiply<uint64_t>(inner, trips(loop).value_or(1));
    sum = std::min<uint64_t>(INT64_MAX, llvm::SaturatingAdd<uint64_t>(sum, inner));
  }
  return sum;
}

//===--- Which loops are split --------------------------------------------===//

static bool isMarked(Operation *op) { return isa<scf::ForOp>(op) && op->hasAttr(kParallelAttr); }

/// The loop that is all there is to do in `loop`, if it may be split too.
static scf::ForOp markedInside(scf::ForOp loop) {
  scf::ForOp inside;
  for (Operation &op : loop.getBody()->without_terminator())
    if (isMarked(&op) && !inside)
      inside = cast<scf::ForOp>(op);
    else if (!isMemoryEffectFree(&op))
      return {};
  return inside;
}

/// `loop`, or the one in it that has more iterations to hand out.
static scf::ForOp choose(scf::ForOp loop) {
  while (trips(loop).value_or(kManyIterations) < kManyIterations) {
    scf::ForOp inside = markedInside(loop);
    if (!inside || trips(inside).value_or(kManyIterations) <= *trips(loop))
      break;
    loop = inside;
  }
  return loop;
}

static bool writes(Operation *op) {
  auto effects = getEffectsRecursively(op);
  return !effects || llvm::any_of(*effects, [](const MemoryEffects::EffectInstance &effect) {
    return !isa<MemoryEffects::Read>(effect.getEffect());
  });
}

/// Through ops that read no memory, not the variables of loops.
static bool followsFromParameters(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    return isa<func::FuncOp>(argument.getOwner()->getParentOp());
  Operation *op = value.getDefiningOp();
  return op->getNumRegions() == 0 && isMemoryEffectFree(op) &&
         llvm::all_of(op->getOperands(), followsFromParameters);
}

namespace {
/// The loops of a kernel that share one range, and what stands beside them.
class SplitPlan {
public:
  explicit SplitPlan(func::FuncOp kernel) : kernel(kernel) {
    isPossible = plan(kernel.getBody()) && !loops.empty() && haveOneRange();
  }

  bool isPossible;
  SmallVector<scf::ForOp> loops;
  /// Groups of ops, each at the end of its block, that one part alone must run.
  using Rest = SmallVector<Operation *>;
  SmallVector<Rest> rests;

private:
  bool holdsMarked(Operation *op) {
    return op
        ->walk([](scf::ForOp loop) {
          return isMarked(loop) ? WalkResult::interrupt() : WalkResult::advance();
        })
        .wasInterrupted();
  }

  bool plan(Region &region) {
    if (!region.hasOneBlock())
      return false;
    SmallVector<Operation *> rest;
    for (Operation &op : region.front().without_terminator()) {
      if (!holdsMarked(&op)) {
        rest.push_back(&op);
        continue;
      }
      if (op.getNumResults() || llvm::any_of(rest, writes))
        return false;
      rest.clear();
      if (isMarked(&op))
        loops.push_back(choose(cast<scf::ForOp>(op)));
      else if (!isa<scf::ForOp, scf::IfOp, scf::IndexSwitchOp>(op) ||
               !llvm::all_of(op.getRegions(), [&](Region &r) { return r.empty() || plan(r); }))
        return false;
    }
    if (llvm::any_of(rest, writes))
      rests.push_back(std::move(rest));
    return true;
  }

  /// From 0 on, to bounds that the function's parameters tell.
  bool haveOneRange() {
    scf::ForOp first = loops.front();
    return llvm::all_of(loops, [&](scf::ForOp loop) {
      bool isEqual = trips(first) ? trips(loop) == trips(first)
                                  : loop.getUpperBound() == first.getUpperBound() &&
                                        constant(loop.getStep()) == constant(first.getStep());
      return isEqual && constant(loop.getLowerBound()) == 0 && constant(loop.getStep()) &&
             loop->getNumResults() == 0 && followsFromParameters(loop.getUpperBound());
    });
  }

  func::FuncOp kernel;
};

/// Makes index arithmetic on a function's parameters again, with others in their place.
class Remake {
public:
  Remake(OpBuilder b, func::FuncOp function, ValueRange parameters) : b(b) {
    map.map(function.getArguments().take_front(parameters.size()), parameters);
  }

  Value operator()(Value value) {
    if (Value known = map.lookupOrNull(value))
      return known;
    Operation *op = value.getDefiningOp();
    for (Value operand : op->getOperands())
      (*this)(operand);
    b.clone(*op, map);
    return map.lookup(value);
  }

  OpBuilder b;

private:
  IRMapping map;
};

struct SplitKernels : ingot::impl::SplitKernelsBase<SplitKernels> {
  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    llvm::MapVector<Operation *, SmallVector<func::CallOp>> calls;
    getOperation().walk([&](func::CallOp call) {
      if (auto kernel = symbols.lookup<func::FuncOp>(call.getCallee()))
        calls[kernel].push_back(call);
    });
    for (auto &[kernel, callers] : calls)
      split(cast<func::FuncOp>(kernel), callers, symbols);
  }

  /// Kernels that may end the call have a result.
  void split(func::FuncOp kernel, ArrayRef<func::CallOp> calls, SymbolTable &symbols) {
    if (!kernel->hasAttr("llvm.bareptr") || kernel.isExternal() || kernel.getNumResults())
      return;
    SplitPlan plan(kernel);
    if (!plan.isPossible)
      return;
    Cost cost(plan, kernel);
    if (cost.isKnown() && cost.work < kMinWork)
      return;
    func::FuncOp inParts = declare(kernel, symbols);
    for (func::CallOp call : calls)
      change(call, kernel, inParts, plan, cost);
    restrict(kernel, plan);
  }

  /// Of one call: a number, and trip counts to multiply it with.
  struct Cost {
    Cost(SplitPlan &plan, func::FuncOp kernel) : work(::work(kernel.getBody())) {
      scf::ForOp split = plan.loops.front();
      takesCount = !trips(split);
      for (Operation *op = split->getParentOp(); op != kernel; op = op->getParentOp())
        addBound(op);
      split.getBody()->walk([&](scf::ForOp loop) { addBound(loop); });
    }
    /// Loops in others have steps of one.
    void addBound(Operation *op) {
      auto loop = dyn_cast<scf::ForOp>(op);
      if (loop && !trips(loop) && followsFromParameters(loop.getUpperBound()))
        bounds.insert(loop.getUpperBound());
    }
    bool isKnown() const { return !takesCount && bounds.empty(); }

    int64_t work;
    bool takesCount; ///< the number of iterations that are split is a factor
    llvm::SetVector<Value> bounds;
  };

  static func::FuncOp declare(func::FuncOp kernel, SymbolTable &symbols) {
    OpBuilder b(kernel);
    SmallVector<Type> types(kernel.getArgumentTypes());
    types.insert(types.begin(), LLVM::LLVMPointerType::get(b.getContext()));
    types.push_back(b.getIndexType());
    auto inParts = func::FuncOp::create(b, kernel.getLoc(), (kernel.getName() + ".parts").str(),
                                        b.getFunctionType(types, {}));
    inParts.setPrivate();
    inParts->setAttr("llvm.bareptr", b.getUnitAttr());
    Attribute name = b.getStrArrayAttr({kInPartsAttr, kernel.getName()});
    inParts->setAttr("passthrough", b.getArrayAttr({b.getStringAttr("nounwind"), name}));
    symbols.insert(inParts, Block::iterator(kernel));
    return inParts;
  }

  /// Calls `inParts` where that pays.
  static void change(func::CallOp call, func::FuncOp kernel, func::FuncOp inParts, SplitPlan &plan,
                     const Cost &cost) {
    Remake remake(OpBuilder(call), kernel, call.getOperands());
    OpBuilder &b = remake.b;
    Location loc = call.getLoc();
    auto number = [&](int64_t n) { return arith::ConstantIndexOp::create(b, loc, n); };
    scf::ForOp loop = plan.loops.front();
    Value count = b.createOrFold<arith::CeilDivSIOp>(loc, remake(loop.getUpperBound()),
                                                     number(*constant(loop.getStep())));
    Value work = number(cost.work);
    if (cost.takesCount)
      work = arith::MulIOp::create(b, loc, work, count);
    for (Value bound : cost.bounds)
      work = arith::MulIOp::create(b, loc, work, remake(bound));
    Value pays = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, work, number(kMinWork));
    SmallVector<Value> whole(call.getOperands()), parts(whole);
    whole.append({number(0), count});
    parts.insert(parts.begin(), call->getParentOfType<func::FuncOp>().getArgument(0));
    parts.push_back(count);
    auto choice = scf::IfOp::create(b, loc, pays, /*withElseRegion=*/true);
    func::CallOp::create(b = choice.getThenBodyBuilder(), loc, inParts, parts);
    func::CallOp::create(b = choice.getElseBodyBuilder(), loc, kernel, whole);
    call.erase();
  }

  /// The kernel gets two parameters: the first iteration, and the one behind the last.
  static void restrict(func::FuncOp kernel, SplitPlan &plan) {
    OpBuilder b(kernel.getBody());
    Location loc = kernel.getLoc();
    unsigned at = kernel.getNumArguments();
    (void)kernel.insertArguments({at, at}, {b.getIndexType(), b.getIndexType()}, {{}, {}},
                                 {loc, loc});
    Value begin = kernel.getArgument(at), end = kernel.getArgument(at + 1);
    for (const SplitPlan::Rest &rest : plan.rests)
      guard(rest, kernel, plan.loops.front(), end);
    for (scf::ForOp loop : plan.loops) {
      b.setInsertionPoint(loop);
      loop.setLowerBound(b.createOrFold<arith::MulIOp>(loc, begin, loop.getStep()));
      loop.setUpperBound(b.createOrFold<arith::MulIOp>(loc, end, loop.getStep()));
    }
  }

  /// Runs the ops in the last part only.
  static void guard(const SplitPlan::Rest &rest, func::FuncOp kernel, scf::ForOp loop, Value end) {
    Remake remake(OpBuilder(rest.front()), kernel, kernel.getArguments());
    OpBuilder &b = remake.b;
    Location loc = rest.front()->getLoc();
    Value upper = remake(loop.getUpperBound()), step = remake(loop.getStep());
    Value reached = arith::MulIOp::create(b, loc, end, step);
    Value isLast = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, reached, upper);
    auto only = scf::IfOp::create(b, loc, isLast, /*withElseRegion=*/false);
    for (Operation *op : rest)
      op->moveBefore(only.thenBlock()->getTerminator());
  }
};
} // namespace
