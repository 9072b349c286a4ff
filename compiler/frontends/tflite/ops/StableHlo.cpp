#include "compiler/frontends/tflite/Importer.h"
#include "compiler/frontends/tflite/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

// Operators of StableHLO that need no attributes, and composites, whose decomposition is a
// subgraph of the file.

static LogicalResult buildConvert(Node &n) {
  auto output = n.output(0);
  Value x = n.in(0);
  if (failed(output) || !x)
    return failure();
  Type to = tflite::elementType(n.b.getContext(), (*output)->type);
  return to ? n.out(n.b.cast(n.loc, x, to))
            : n.fail("converts to a type that cannot be compiled yet");
}

/// To the shape that the file notes for the output.
static LogicalResult buildReshape(Node &n) {
  auto output = n.output(0);
  if (failed(output))
    return failure();
  if (!(*output)->ranked || llvm::is_contained((*output)->shape, -1))
    return n.fail("the new shape must be known");
  return n.out(n.b.reshape(n.loc, n.in(0), (*output)->shape));
}

/// (low, x, high)
static LogicalResult buildClamp(Node &n) {
  Value x = n.emit<MaximumOp>({n.in(1), n.in(0)});
  return n.out(n.emit<MinimumOp>({x, n.in(2)}));
}

/// The real cube root.
static LogicalResult buildCbrt(Node &n) {
  Value x = n.in(0);
  if (!x)
    return failure();
  if (!isa<FloatType>(n.element(x)))
    return n.fail("needs floats");
  Value root = n.emit<PowOp>({n.emit<AbsOp>(x), n.scalar(x, 1.0 / 3)});
  return n.out(n.emit<MulOp>({n.emit<SignOp>(x), root}));
}

static LogicalResult buildComposite(Node &n) {
  Values arguments = n.tensors();
  if (llvm::is_contained(arguments, Value()))
    return failure();
  auto callees = calledSubgraphs(n.op);
  if (callees.empty())
    return n.fail("has no decomposition");
  return n.out(n.importer.call(n, callees.front(), arguments));
}

void tflite::addStableHloRows(RowTable &t) {
  auto add = [&](Builtin op, Build build) { t[op] = {build, "elementwise", ""}; };
  add(Builtin::STABLEHLO_LOGISTIC, buildSame<SigmoidOp>);
  add(Builtin::STABLEHLO_ADD, buildSame<AddOp>);
  add(Builtin::STABLEHLO_SUBTRACT, buildSame<SubOp>);
  add(Builtin::STABLEHLO_MULTIPLY, buildSame<MulOp>);
  add(Builtin::STABLEHLO_DIVIDE, buildSame<DivOp>);
  add(Builtin::STABLEHLO_REMAINDER, buildSame<TruncModOp>);
  add(Builtin::STABLEHLO_MAXIMUM, buildSame<MaximumOp>);
  add(Builtin::STABLEHLO_MINIMUM, buildSame<MinimumOp>);
  add(Builtin::STABLEHLO_POWER, buildSame<PowOp>);
  add(Builtin::STABLEHLO_AND, buildSame<AndOp>);
  add(Builtin::STABLEHLO_OR, buildSame<OrOp>);
  add(Builtin::STABLEHLO_SHIFT_LEFT, buildSame<ShiftLeftOp>);
  add(Builtin::STABLEHLO_ABS, buildSame<AbsOp>);
  add(Builtin::STABLEHLO_NEGATE, buildSame<NegOp>);
  add(Builtin::STABLEHLO_COSINE, buildSame<CosOp>);
  add(Builtin::STABLEHLO_EXPONENTIAL, buildSame<ExpOp>);
  add(Builtin::STABLEHLO_FLOOR, buildSame<FloorOp>);
  add(Builtin::STABLEHLO_LOG, buildSame<LogOp>);
  add(Builtin::STABLEHLO_RSQRT, buildSame<RsqrtOp>);
  add(Builtin::STABLEHLO_TANH, buildSame<TanhOp>);
  add(Builtin::STABLEHLO_CBRT, buildCbrt);
  add(Builtin::STABLEHLO_CLAMP, buildClamp);
  add(Builtin::STABLEHLO_SELECT, buildSame<SelectOp>);
  add(Builtin::STABLEHLO_CONVERT, buildConvert);
  t[Builtin::STABLEHLO_RESHAPE] = {buildReshape, "shape", ""};
  t[Builtin::STABLEHLO_COMPOSITE] = {buildComposite, "control", "by the decomposition in the file",
                                     buildComposite};
}
