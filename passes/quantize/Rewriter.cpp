#include "passes/quantize/Rewriter.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <functional>

using namespace mlir;
using namespace ingot;

/// First the integer ops, with the float ops around them as they were: what is absorbed, or
/// becomes a table, is read from them.
void QuantizeRewriter::run() {
  auto ops = llvm::map_to_vector(function.getBody().front(), [](Operation &op) { return &op; });
  for (Operation *op : ops) {
    b.setInsertionPoint(op);
    plan.isAbsorbed(op) ? absorb(op) : emit(op);
  }
  for (Operation *op : ops)
    useFloats(op);
  dropUnobserved(cast<func::ReturnOp>(ops.back()));
}

void QuantizeRewriter::emit(Operation *op) {
  switch (plan.kind(op)) {
  case Kind::Contraction:
    return accumulate(op, contraction(op));
  case Kind::Sum:
    return accumulate(op, sum(op));
  case Kind::Product:
    return accumulate(op, product(op));
  case Kind::Reduction:
    return accumulate(op, reduction(op));
  case Kind::SameScale:
    return sameScale(op);
  case Kind::Clamp:
    return clamp(op);
  case Kind::Join:
    return join(cast<ConcatOp>(op));
  case Kind::Table:
    return table(op);
  case Kind::Float:
    return;
  }
  llvm_unreachable("all kinds are listed");
}

//===--- Values ---------------------------------------------------------------===//

Quantized QuantizeRewriter::quantized(Value value) {
  auto found = numbers.find(value);
  if (found != numbers.end())
    return found->second;
  if (isFloatConstant(value))
    return b.quantizedConstant(value);
  Scale scale = Scale::of(*rangeOf(value));
  OpBuilder::InsertionGuard guard(b);
  Value x = floats(value);
  b.setInsertionPointAfterValue(x);
  Quantized result{b.quantize(value.getLoc(), x, scale), scale};
  numbers[value] = result;
  reals[value] = x;
  return result;
}

Value QuantizeRewriter::floats(Value value) {
  auto known = reals.find(value);
  if (known != reals.end())
    return known->second;
  auto number = numbers.find(value);
  if (number == numbers.end())
    return value;
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointAfterValue(number->second.value);
  Value real = b.dequantize(value.getLoc(), number->second.value, number->second.scale);
  return reals[value] = real;
}

/// Operands that integer ops compute now; of shapes, no floats are needed.
void QuantizeRewriter::useFloats(Operation *op) {
  op->walk([&](Operation *user) {
    for (OpOperand &operand : user->getOpOperands()) {
      Value value = operand.get();
      auto sums = pending.find(value);
      auto number = numbers.find(value);
      if (isa<ShapeOp>(user) && sums != pending.end())
        operand.set(sums->second.acc.sums);
      else if (isa<ShapeOp>(user) && number != numbers.end())
        operand.set(number->second.value);
      else
        operand.set(floats(value));
    }
  });
}

/// What others absorbed cannot be observed.
void QuantizeRewriter::dropUnobserved(func::ReturnOp op) {
  llvm::BitVector dropped(op.getNumOperands());
  for (unsigned i = 0; i < op.getNumOperands(); ++i)
    if (Value value = op.getOperand(i); function.getResultAttr(i, kObservedAttr))
      dropped[i] = pending.count(value) && !reals.count(value);
  op->eraseOperands(dropped);
  (void)function.eraseResults(dropped);
}

//===--- Sums of 32 bits --------------------------------------------------------===//

void QuantizeRewriter::accumulate(Operation *op, Accumulator acc) {
  if (plan.tail(op) == op)
    finish(op, acc);
  else
    pending[op->getResult(0)] = {std::move(acc), op};
}

void QuantizeRewriter::absorb(Operation *op) {
  auto head = llvm::find_if(op->getOperands(), [&](Value v) { return pending.count(v); });
  auto [acc, first] = pending.lookup(*head);
  if (auto reshape = dyn_cast<ReshapeOp>(op)) {
    Type type = withElement(reshape.getType(), b.getI32Type());
    acc.sums = b.emit<ReshapeOp>(op->getLoc(), type, {acc.sums, reshape.getShape()});
  } else if (isa<ReluOp, Relu6Op>(op)) {
    acc.low = 0;
    acc.high = isa<Relu6Op>(op) ? 6 : acc.high;
  }
  pending[op->getResult(0)] = {acc, first};
  if (plan.tail(first) == op)
    finish(op, acc);
}

void QuantizeRewriter::finish(Operation *op, const Accumulator &acc) {
  Value result = op->getResult(0);
  if (!plan.isWanted(result)) {
    reals[result] = b.finishFloat(op->getLoc(), acc);
    return;
  }
  Scale scale = Scale::of(*rangeOf(result));
  numbers[result] = {b.finish(op->getLoc(), acc, scale), scale};
}

/// What is added to each channel behind a product; zeros if nothing is.
SmallVector<double, 0> QuantizeRewriter::biasOf(Operation *op, int64_t channels) const {
  for (Operation *part : plan.chain(op))
    if (isa<AddOp>(part))
      for (Value operand : part->getOperands())
        if (auto values = channelValues(operand, channels))
          return *values;
  return SmallVector<double, 0>(channels, 0);
}

/// With sum((x - z) * w) = sum(x * w) - z * sum(w): the latter is a constant. So is what the
/// rounding of the weights adds on average, which the bias takes off again (M. Nagel et al.,
/// Data-free quantization through weight equalization and bias correction, 2019).
Accumulator QuantizeRewriter::contraction(Operation *op) {
  WeightedOp weighted = *quantizableOp(op);
  Quantized x = quantized(op->getOperand(0));
  SmallVector<double, 0> bias = biasOf(op, weighted.channels);
  constexpr double kMostBias = 1 << 30;
  auto least = llvm::map_to_vector(
      bias, [&](double v) { return std::fabs(v) / (kMostBias * double(x.scale.step)); });
  IntegerWeights weights = IntegerWeights::of(weighted, least);
  SmallVector<double> shifts = weights.shifts(weighted, meansOf(op->getOperand(0)));
  Accumulator acc;
  SmallVector<int64_t> offsets;
  for (int64_t c = 0; c < weighted.channels; ++c) {
    acc.steps.push_back(double(x.scale.step) * weights.steps[c]);
    double added = std::round((bias[c] - shifts[c]) / acc.steps[c]);
    offsets.push_back((std::isfinite(added) ? int64_t(added) : 0) -
                      x.scale.zeroPoint * weights.sums[c]);
  }
  Value sums = integerProduct(b, op, x.value, weights.constant(b, weighted), x.scale.zeroPoint);
  acc.sums = b.addByChannel(op->getLoc(), sums, offsets);
  return acc;
}

/// Both operands in one scale with bits to spare, as TensorFlow Lite has it: the larger
/// step twice, less 20 bits.
Accumulator QuantizeRewriter::sum(Operation *op) {
  constexpr int64_t kBits = 20;
  Location loc = op->getLoc();
  auto operands = llvm::map_to_vector(op->getOperands(), [&](Value v) { return quantized(v); });
  double most = std::max(operands[0].scale.step, operands[1].scale.step);
  double step = 2 * most / double(1 << kBits);
  SmallVector<Value> terms;
  for (auto [value, number] : llvm::zip(op->getOperands(), operands)) {
    if (isFloatConstant(value)) {
      terms.push_back(b.roundedConstant(value, step));
      continue;
    }
    Factor factor = factorOf(double(number.scale.step) / (2 * most));
    terms.push_back(b.spread(loc, number, factor, kBits));
  }
  Type type = withElement(op->getResult(0).getType(), b.getI32Type());
  Value sums = isa<AddOp>(op) ? b.emit<AddOp>(loc, type, terms) : b.emit<SubOp>(loc, type, terms);
  return Accumulator{sums, {step}};
}

/// Constants have 15 bits: products then have 24.
Accumulator QuantizeRewriter::product(Operation *op) {
  constexpr double kMost = 32767;
  Location loc = op->getLoc();
  double step = 1;
  SmallVector<Value> factors;
  for (Value value : op->getOperands()) {
    if (isFloatConstant(value)) {
      double largest = 0;
      for (float v : floatsOf(value))
        largest = std::isfinite(v) ? std::max(largest, double(std::fabs(v))) : largest;
      double own = largest > 0 ? largest / kMost : 1;
      factors.push_back(b.roundedConstant(value, own));
      step *= own;
      continue;
    }
    Quantized x = quantized(value);
    factors.push_back(b.centered(loc, x));
    step *= double(x.scale.step);
  }
  Type type = withElement(op->getResult(0).getType(), b.getI32Type());
  return Accumulator{b.emit<MulOp>(loc, type, factors), {step}};
}

Accumulator QuantizeRewriter::reduction(Operation *op) {
  Location loc = op->getLoc();
  Quantized x = quantized(op->getOperand(0));
  auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes").asArrayRef();
  auto shape = cast<RankedTensorType>(op->getOperand(0).getType()).getShape();
  int64_t count = 1;
  for (int64_t axis : axes)
    count *= shape[axis];
  Type i32 = b.getI32Type();
  Value wide = b.emit<CastOp>(loc, withElement(x.value.getType(), i32), x.value,
                              {b.named("to", TypeAttr::get(i32))});
  Value sums = b.emit<ReduceSumOp>(loc, withElement(op->getResult(0).getType(), i32), wide,
                                   {b.named("axes", b.getDenseI64ArrayAttr(axes)),
                                    b.named("keep_dims", op->getAttr("keep_dims"))});
  Value zeros = b.number(loc, i32, x.scale.zeroPoint * count);
  Accumulator acc;
  acc.sums = b.emit<SubOp>(loc, sums.getType(), {sums, zeros});
  double step = double(x.scale.step);
  acc.steps.push_back(isa<ReduceMeanOp>(op) ? step / double(count) : step);
  return acc;
}

//===--- Numbers of 8 bits --------------------------------------------------------===//

/// The op on 8-bit numbers as they are.
void QuantizeRewriter::sameScale(Operation *op) {
  Quantized x = quantized(op->getOperand(0));
  Value zero = isa<PadOp>(op) ? b.number(op->getLoc(), b.getI8Type(), x.scale.zeroPoint) : Value();
  Operation *moved = b.clone(*op);
  moved->setDiscardableAttrs(ArrayRef<NamedAttribute>());
  moved->setOperand(0, x.value);
  if (auto pad = dyn_cast<PadOp>(moved))
    pad.getValueMutable().assign(zero);
  moved->getResult(0).setType(withElement(op->getResult(0).getType(), b.getI8Type()));
  numbers[op->getResult(0)] = {moved->getResult(0), x.scale};
}

void QuantizeRewriter::clamp(Operation *op) {
  Location loc = op->getLoc();
  Quantized x = quantized(op->getOperand(0));
  auto limit = [&](double value) { return b.number(loc, b.getI8Type(), x.scale.quantized(value)); };
  Value q = b.emit<MaximumOp>(loc, x.value.getType(), {x.value, limit(0)});
  if (isa<Relu6Op>(op))
    q = b.emit<MinimumOp>(loc, x.value.getType(), {q, limit(6)});
  numbers[op->getResult(0)] = {q, x.scale};
}

void QuantizeRewriter::join(ConcatOp op) {
  Scale scale = Scale::of(*rangeOf(op.getResult()));
  SmallVector<Value> parts;
  for (Value input : op.getInputs())
    parts.push_back(b.rescale(op.getLoc(), quantized(input), scale));
  Value joined = b.emit<ConcatOp>(op.getLoc(), withElement(op.getType(), b.getI8Type()), parts,
                                  {b.named("axis", op.getAxisAttr())});
  numbers[op.getResult()] = {joined, scale};
}

/// The ops between `root` and `value`, in the order of the program.
static SmallVector<Operation *> opsBetween(Value root, Value value) {
  llvm::SetVector<Operation *> found;
  std::function<void(Value)> visit = [&](Value v) {
    Operation *op = v.getDefiningOp();
    if (v == root || isScalarConstant(v) || found.contains(op))
      return;
    for (Value operand : op->getOperands())
      visit(operand);
    found.insert(op);
  };
  visit(value);
  return found.takeVector();
}

/// The function of all 256 numbers, which are a constant: so is the table, once constants
/// are folded. An index of the table is the bits of a number.
void QuantizeRewriter::table(Operation *op) {
  Location loc = op->getLoc();
  Value result = op->getResult(0), root = plan.root(op);
  Quantized x = quantized(root);
  Scale scale = Scale::of(*rangeOf(result));
  SmallVector<float> reals;
  for (int i = 0; i < 256; ++i)
    reals.push_back(float(int8_t(i) - x.scale.zeroPoint) * x.scale.step);
  auto type = RankedTensorType::get({256}, b.getF32Type());
  IRMapping map;
  map.map(root, ConstantOp::create(b, loc, DenseElementsAttr::get(type, ArrayRef(reals))));
  for (Operation *step : opsBetween(root, result)) {
    Operation *copy = b.clone(*step, map);
    copy->setDiscardableAttrs(ArrayRef<NamedAttribute>());
    copy->getResult(0).setType(type);
  }
  Value entries = b.quantize(loc, map.lookup(result), scale);
  Value q = b.emit<LookupOp>(loc, x.value.getType(), {x.value, entries});
  numbers[result] = {q, scale};
}
