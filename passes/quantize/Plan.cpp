#include "passes/quantize/Plan.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

static bool isF32(Value value) {
  return isa<RankedTensorType>(value.getType()) && getElementTypeOrSelf(value).isF32();
}

bool ingot::isFloatConstant(Value value) { return isF32(value) && !weightBytes(value).empty(); }

bool ingot::isScalarConstant(Value value) {
  return isFloatConstant(value) && cast<ShapedType>(value.getType()).getNumElements() == 1;
}

Plan::Plan(func::FuncOp function, KeptNodes &keepFloat) : keepFloat(keepFloat) {
  Block &body = function.getBody().front();
  chooseForward(body);
  chooseBackward(body);
}

void Plan::chooseForward(Block &body) {
  for (Operation &op : body) {
    if (absorbed.contains(&op))
      continue;
    Kind kind = keepFloat.contains(&op) ? Kind::Float : classify(&op);
    if (kind == Kind::Float)
      continue;
    kinds[&op] = kind;
    absorb(&op);
    if (llvm::any_of(chain(&op), [&](Operation *part) { return keepFloat.contains(part); })) {
      demote(&op);
      continue;
    }
    Value result = tail(&op)->getResult(0);
    bool keepsScale = kind == Kind::SameScale || kind == Kind::Clamp;
    if (keepsScale || rangeOf(result))
      available.insert(result);
  }
}

//===--- Kinds ----------------------------------------------------------------===//

/// Elements that one result of a reduction is of; 0 if only run time knows.
static int64_t reducedCount(Value x, ArrayRef<int64_t> axes) {
  auto shape = cast<RankedTensorType>(x.getType()).getShape();
  int64_t count = 1;
  for (int64_t axis : axes) {
    if (ShapedType::isDynamic(shape[axis]) || count > INT32_MAX)
      return 0;
    count *= shape[axis];
  }
  return count;
}

template <class OpT> static bool isCountable(OpT op) {
  constexpr int64_t kMost = INT32_MAX / 256;
  int64_t count = reducedCount(op.getX(), op.getAxes());
  return count > 0 && count <= kMost;
}

Kind Plan::classify(Operation *op) {
  if (op->getNumResults() != 1 || op->getNumRegions() || !isF32(op->getResult(0)))
    return Kind::Float;
  if (quantizableOp(op)) {
    Value x = op->getOperand(0);
    return isAvailable(x) || rangeOf(x) ? Kind::Contraction : Kind::Float;
  }
  if (auto concat = dyn_cast<ConcatOp>(op)) {
    bool fits = rangeOf(concat.getResult()) && llvm::all_of(concat.getInputs(), [&](Value v) {
                  return isAvailable(v) || isFloatConstant(v);
                });
    return fits ? Kind::Join : Kind::Float;
  }
  return classifyData(op);
}

/// Tensors of which one at least is integer, the others constant.
static bool isOfTensors(Operation *op, llvm::function_ref<bool(Value)> isAvailable) {
  return llvm::any_of(op->getOperands(), isAvailable) &&
         llvm::all_of(op->getOperands(), [&](Value v) {
           return isAvailable(v) || (isFloatConstant(v) && !isScalarConstant(v));
         });
}

/// A padding that the numbers of any scale have: 0.
static bool isZeroPad(Operation *op) {
  auto pad = dyn_cast<PadOp>(op);
  return !pad || matchPattern(pad.getValue(), m_AnyZeroFloat());
}

Kind Plan::classifyData(Operation *op) {
  auto available = [&](Value v) { return isAvailable(v); };
  bool isData = op->getNumOperands() > 0 && isAvailable(op->getOperand(0));
  bool hasRange = rangeOf(op->getResult(0)).has_value();
  return llvm::TypeSwitch<Operation *, Kind>(op)
      .Case<AddOp, SubOp>([&](auto) {
        if (findRoot(op))
          return Kind::Table;
        return hasRange && isOfTensors(op, available) ? Kind::Sum : Kind::Float;
      })
      .Case([&](MulOp) {
        if (findRoot(op))
          return Kind::Table;
        return hasRange && isOfTensors(op, available) ? Kind::Product : Kind::Float;
      })
      .Case<ReluOp, Relu6Op>([&](auto) { return isData ? Kind::Clamp : Kind::Float; })
      .Case<ReduceSumOp, ReduceMeanOp>([&](auto reduce) {
        return isData && hasRange && isCountable(reduce) ? Kind::Reduction : Kind::Float;
      })
      .Case<ReshapeOp, TransposeOp, BroadcastToOp, EnsureShapeOp, StridedSliceOp, SliceOp, PadOp,
            MaxPoolOp, AvgPoolOp, ReduceMaxOp, ReduceMinOp, ReverseSequenceOp, GatherOp>(
          [&](auto) { return isData && isZeroPad(op) ? Kind::SameScale : Kind::Float; })
      .Default([&](Operation *) { return findRoot(op) ? Kind::Table : Kind::Float; });
}

/// Whether the result is a function, by elements, of one integer tensor; notes it.
bool Plan::findRoot(Operation *op) {
  constexpr unsigned kMostOperands = 3;
  bool isElementwise = op->hasTrait<ElementwiseTrait>() && op->getNumOperands() <= kMostOperands;
  if (!isElementwise || !rangeOf(op->getResult(0)))
    return false;
  Value root;
  for (Value operand : op->getOperands()) {
    if (isScalarConstant(operand))
      continue;
    Operation *source = operand.getDefiningOp();
    Value from = source && roots.count(source) ? roots.lookup(source) : operand;
    if (root && root != from)
      return false;
    root = from;
  }
  if (!root || !isAvailable(root) || root.getType() != op->getResult(0).getType())
    return false;
  roots[op] = root;
  return true;
}

//===--- Absorbing --------------------------------------------------------------===//

/// The one op that computes with a value; null if there are several, or none.
static Operation *onlyUser(Value value) {
  Operation *found = nullptr;
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (isa<ShapeOp>(user))
      continue;
    auto ret = dyn_cast<func::ReturnOp>(user);
    auto function = ret ? ret->getParentOfType<func::FuncOp>() : nullptr;
    if (function && function.getResultAttr(use.getOperandNumber(), kObservedAttr))
      continue;
    if (found)
      return nullptr;
    found = user;
  }
  return found && found->getBlock() == value.getParentBlock() ? found : nullptr;
}

static bool isBias(Operation *op, Value x) {
  auto type = cast<RankedTensorType>(x.getType());
  if (!isa<AddOp>(op) || type.getRank() == 0 || op->getResult(0).getType() != type)
    return false;
  Value other = op->getOperand(op->getOperand(0) == x ? 1 : 0);
  return other != x && channelValues(other, type.getShape().back()).has_value();
}

static bool keepsChannels(ReshapeOp op, Value x) {
  auto from = cast<RankedTensorType>(x.getType()), to = cast<RankedTensorType>(op.getType());
  return from.getRank() > 0 && to.getRank() > 0 && from.getShape().back() == to.getShape().back() &&
         !ShapedType::isDynamic(to.getShape().back());
}

/// The op behind `value` that can be a part of `head`.
Operation *Plan::absorbable(Operation *head, Value value, bool &isBiased) {
  Operation *user = onlyUser(value);
  if (!user)
    return nullptr;
  bool isContraction = kinds.lookup(head) == Kind::Contraction;
  if (isa<ReluOp, Relu6Op>(user))
    return user;
  if (isContraction && !isBiased && isBias(user, value)) {
    isBiased = true;
    return user;
  }
  auto reshape = dyn_cast<ReshapeOp>(user);
  bool leads = isContraction && reshape && keepsChannels(reshape, value) &&
               reshape.getX() == value && absorbable(head, reshape.getResult(), isBiased);
  return leads ? user : nullptr;
}

void Plan::absorb(Operation *op) {
  Kind kind = kinds.lookup(op);
  if (kind != Kind::Contraction && kind != Kind::Sum && kind != Kind::Product)
    return;
  SmallVector<Operation *, 3> chain;
  bool isBiased = false;
  for (Operation *last = op; !isa<ReluOp, Relu6Op>(last); last = chain.back()) {
    bool before = isBiased;
    Operation *next = absorbable(op, last->getResult(0), isBiased);
    if (!next)
      break;
    if (isa<ReshapeOp>(next))
      isBiased = before; // the bias behind it is yet to come
    chain.push_back(next);
  }
  absorbed.insert(chain.begin(), chain.end());
  if (!chain.empty())
    chains[op] = std::move(chain);
}

//===--- Demand -----------------------------------------------------------------===//

void Plan::demote(Operation *op) {
  for (Operation *part : chains.lookup(op))
    absorbed.erase(part);
  chains.erase(op);
  kinds[op] = Kind::Float;
}

void Plan::want(Operation *op) {
  Kind kind = kinds.lookup(op);
  if (kind == Kind::Table) {
    wanted.insert(roots.lookup(op));
    return;
  }
  bool isOfAll = kind == Kind::Sum || kind == Kind::Product || kind == Kind::Join;
  for (Value operand : isOfAll ? ValueRange(op->getOperands()) : op->getOperands().take_front())
    wanted.insert(operand);
}

static bool reducesSize(Operation *op) {
  return isa<MaxPoolOp, AvgPoolOp, ReduceMaxOp, ReduceMinOp>(op);
}

void Plan::chooseBackward(Block &body) {
  for (Operation &op : llvm::reverse(body)) {
    Kind kind = kinds.lookup(&op);
    if (kind == Kind::Float)
      continue;
    Value result = tail(&op)->getResult(0);
    bool isUsed = wanted.contains(result) && available.contains(result);
    if (!isUsed && kind == Kind::Contraction) { // gives floats itself; the rest follows it
      demote(&op);
      kinds[&op] = Kind::Contraction;
    } else if (!isUsed && kind != Kind::Reduction && !reducesSize(&op)) {
      demote(&op);
      continue;
    }
    want(&op);
  }
}
