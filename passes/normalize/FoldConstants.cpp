#include "passes/normalize/FoldConstants.h"
#include "mlir/IR/IRMapping.h"
#include "passes/Passes.h"
#include "passes/fuse/Weights.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/SetVector.h"

namespace ingot {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// A result may have this many bytes, and more if it is at most twice as large as
/// what it is computed from: a constant takes place in the object.
constexpr int64_t kFreeBytes = 64 << 10;

/// Ops that one program computes, unless more hang together: the time to compile
/// a program grows with the square of its length.
constexpr unsigned kBatchOps = 32;

/// Bytes of a tensor; nothing for dynamic shapes and types without a size.
static std::optional<int64_t> bytesOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return std::nullopt;
  return tensor.getNumElements() * elementBytes(tensor.getElementType());
}

static bool isSplat(Operation *op) {
  auto constant = dyn_cast<ConstantOp>(op);
  auto dense = constant ? dyn_cast<DenseElementsAttr>(constant.getValue()) : DenseElementsAttr();
  return dense && dense.isSplat();
}

namespace {
/// Ops that are computed by one program.
struct Batch {
  SmallVector<Operation *> ops;
  SmallVector<Value> needed; ///< results that other ops use
};

/// The ops of a function that depend on constants alone.
class ConstantOps {
public:
  explicit ConstantOps(func::FuncOp function) {
    function.walk<WalkOrder::PreOrder>([&](Operation *op) {
      if (isFoldable(op))
        ops.insert(op);
    });
  }

  /// Ops that use each other's results are in one batch.
  std::vector<Batch> batches() const {
    llvm::EquivalenceClasses<Operation *> parts;
    for (Operation *op : ops) {
      parts.insert(op);
      for (Operation *user : op->getUsers())
        if (ops.contains(user))
          parts.unionSets(op, user);
    }
    std::vector<Batch> result;
    llvm::DenseMap<Operation *, size_t> batchOf; // by the leader of the part
    for (Operation *op : ops) {
      auto [it, isNew] = batchOf.try_emplace(parts.getLeaderValue(op), 0);
      if (isNew) {
        if (result.empty() || result.back().ops.size() >= kBatchOps)
          result.emplace_back();
        it->second = result.size() - 1;
      }
      addTo(result[it->second], op);
    }
    return result;
  }

  llvm::SetVector<Operation *> ops;

private:
  void addTo(Batch &batch, Operation *op) const {
    batch.ops.push_back(op);
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) { return !ops.contains(user); }))
        batch.needed.push_back(result);
  }

  bool isFoldable(Operation *op) const {
    if (!isa<IngotDialect>(op->getDialect()) || isa<ConstantOp>(op) || op->getNumRegions() ||
        !isPure(op) || op->getNumOperands() == 0 || op->getNumResults() == 0)
      return false;
    int64_t from = 0;
    for (Value operand : op->getOperands()) {
      Operation *source = operand.getDefiningOp();
      if (!source || !(isa<ConstantOp>(source) || ops.contains(source)))
        return false;
      int64_t bytes = bytesOf(operand.getType()).value_or(0);
      if (bytes > kFreeBytes && isSplat(source)) // takes no place yet
        return false;
      from += bytes;
    }
    return llvm::all_of(op->getResultTypes(), [&](Type type) {
      auto bytes = bytesOf(type);
      return bytes && *bytes > 0 && *bytes <= std::max(kFreeBytes, 2 * from);
    });
  }
};

/// A module of the ops alone. Large constants are its inputs, so that it
/// compiles at once; small ones stay: shapes depend on them.
class Extract {
public:
  explicit Extract(const Batch &batch) {
    OpBuilder b(batch.ops.front()->getContext());
    Location loc = b.getUnknownLoc();
    module = ModuleOp::create(loc);
    b.setInsertionPointToStart(module->getBody());
    function = func::FuncOp::create(b, loc, "fold", b.getFunctionType({}, {}));
    b.setInsertionPointToStart(function.addEntryBlock());
    for (Operation *op : batch.ops) {
      for (Value operand : op->getOperands())
        if (!map.contains(operand))
          addConstant(b, operand.getDefiningOp<ConstantOp>());
      b.clone(*op, map);
    }
    finish(b, batch.needed);
  }

  OwningOpRef<ModuleOp> module;
  SmallVector<ArrayRef<char>> inputs;

private:
  void addConstant(OpBuilder &b, ConstantOp constant) {
    if (!isa<DenseResourceElementsAttr>(constant.getValue())) {
      b.clone(*constant, map);
      return;
    }
    inputs.push_back(weightBytes(constant));
    Block &body = function.getBody().front();
    map.map(constant.getResult(), body.addArgument(constant.getType(), constant.getLoc()));
  }

  void finish(OpBuilder &b, ArrayRef<Value> needed) {
    auto results = llvm::map_to_vector(needed, [&](Value v) { return map.lookup(v); });
    func::ReturnOp::create(b, function.getLoc(), results);
    function.setFunctionType(
        b.getFunctionType(function.getBody().getArgumentTypes(), ValueRange(results).getTypes()));
    function->setAttr(IngotDialect::kSignatureAttr, b.getStringAttr("fold"));
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      function.setArgAttr(i, IngotDialect::kNameAttr, b.getStringAttr("x" + Twine(i)));
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      function.setResultAttr(i, IngotDialect::kNameAttr, b.getStringAttr("y" + Twine(i)));
  }

  func::FuncOp function;
  IRMapping map;
};

struct FoldConstants : ingot::impl::FoldConstantsBase<FoldConstants> {
  explicit FoldConstants(Evaluator evaluate = {}) : evaluate(std::move(evaluate)) {}

  void runOnOperation() override {
    if (evaluate)
      for (auto function : getOperation().getOps<func::FuncOp>())
        fold(function);
  }

  void fold(func::FuncOp function) {
    ConstantOps constants(function);
    for (const Batch &batch : constants.batches())
      fold(batch);
    for (Operation *op : llvm::reverse(constants.ops))
      if (op->use_empty())
        op->erase();
  }

  void fold(const Batch &batch) {
    if (batch.needed.empty())
      return;
    Extract extract(batch);
    std::vector<std::vector<char>> results;
    SmallVector<MutableArrayRef<char>> outputs;
    for (Value value : batch.needed)
      outputs.push_back(results.emplace_back(*bytesOf(value.getType())));
    // Where an op among them gives an error status, it is the program's to report.
    if (failed(evaluate(*extract.module, extract.inputs, outputs)))
      return;
    for (auto [value, bytes] : llvm::zip(batch.needed, results))
      replace(value, bytes);
  }

  static void replace(Value value, ArrayRef<char> bytes) {
    OpBuilder b(value.getDefiningOp());
    auto type = cast<RankedTensorType>(value.getType());
    Value constant;
    if (type.getElementType().isInteger(1)) { // one byte each in the interface
      auto bits = llvm::map_to_vector(bytes, [](char c) { return c != 0; });
      constant = ConstantOp::create(b, value.getLoc(), DenseElementsAttr::get(type, bits));
    } else {
      constant = weightConstant(b, value.getLoc(), type, bytes);
    }
    value.replaceAllUsesWith(constant);
  }

  Evaluator evaluate;
};
} // namespace

std::unique_ptr<Pass> ingot::createFoldConstants(Evaluator evaluate) {
  return std::make_unique<FoldConstants>(std::move(evaluate));
}

std::unique_ptr<Pass> ingot::createFoldConstants() { return createFoldConstants(Evaluator()); }
