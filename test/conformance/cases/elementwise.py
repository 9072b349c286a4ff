"""Element-wise ops: one, two or three operands that broadcast; casts; activations and their gradients."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, NETWORK, OP, SUM, Case, Family
from conformance.gen import is_float

FAMILY = Family("elementwise")
raw = tf.raw_ops

UNARY = ["Abs", "Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "BesselI0e", "BesselI1e", "Ceil", "Cos", "Cosh",
         "Digamma", "Elu", "Erf", "Erfc", "Erfinv", "Exp", "Expm1", "Floor", "Inv", "Invert", "IsFinite",
         "IsInf", "IsNan", "Lgamma", "Log", "Log1p", "LogicalNot", "Ndtri", "Neg", "OnesLike",
         "PopulationCount", "Reciprocal", "Relu", "Relu6", "Rint", "Round", "Rsqrt", "Selu", "Sigmoid",
         "Sign", "Sin", "Sinh", "Softplus", "Softsign", "Sqrt", "Square", "Tan", "Tanh", "ZerosLike"]
BINARY = ["Add", "AddV2", "Atan2", "BitwiseAnd", "BitwiseOr", "BitwiseXor", "Div", "DivNoNan", "Equal",
          "FloorDiv", "FloorMod", "Greater", "GreaterEqual", "Igamma", "Igammac", "LeftShift", "Less",
          "LessEqual", "LogicalAnd", "LogicalOr", "Maximum", "Minimum", "Mod", "Mul", "MulNoNan", "NextAfter",
          "NotEqual", "Polygamma", "Pow", "RealDiv", "RightShift", "SquaredDifference", "Sub", "TruncateDiv",
          "TruncateMod", "Xdivy", "Xlog1py", "Xlogy", "Zeta"]
# One operand is the gradient, the other the result or the argument of the function; no broadcasting.
GRADIENTS = {"EluGrad": ("gradients", "outputs"), "InvGrad": ("y", "dy"), "ReciprocalGrad": ("y", "dy"),
             "Relu6Grad": ("gradients", "features"), "ReluGrad": ("gradients", "features"),
             "RsqrtGrad": ("y", "dy"), "SeluGrad": ("gradients", "outputs"), "SigmoidGrad": ("y", "dy"),
             "SoftplusGrad": ("gradients", "features"), "SoftsignGrad": ("gradients", "features"),
             "SqrtGrad": ("y", "dy"), "TanhGrad": ("y", "dy")}
ARGUMENT = {"Relu": "features", "Relu6": "features", "Elu": "features", "Selu": "features",
            "Softplus": "features", "Softsign": "features"}
BOOL_ONLY = {"LogicalNot", "LogicalAnd", "LogicalOr"}
MOVES = {"Abs", "Ceil", "Floor", "Neg", "Relu", "Relu6", "Rint", "Round", "Sign", "Maximum", "Minimum",
         "IsNan", "IsInf", "IsFinite", "OnesLike", "ZerosLike"}
# Where the function is steep, the bound on one op leaves no room for rounding its argument.
DOMAIN = {"Acos": (-1, 1), "Asin": (-1, 1), "Atanh": (-1, 1), "Acosh": (1, 9), "Erfinv": (-1, 1), "Ndtri": (0, 1),
          "Igamma": (0.1, 9), "Igammac": (0.1, 9), "Zeta": (1.1, 9), "Polygamma": (1, 5)}
# Where TensorFlow has kernels of one type each, that treat tiny and huge numbers in ways of their own.
SPECIAL = {**{f"Bessel{kind}": (0.1, 30) for kind in ["K0", "K0e", "K1", "K1e", "Y0", "Y1"]}, "BesselJ0": (-30, 30),
           "BesselJ1": (-30, 30), "Dawsn": (-30, 30), "Expint": (0.1, 40), "FresnelCos": (-9, 9), "FresnelSin": (-9, 9),
           "Spence": (0, 30)}
OPERANDS = {"Igamma": ("a", "x"), "Igammac": ("a", "x"), "NextAfter": ("x1", "x2"), "Polygamma": ("a", "x"),
            "Zeta": ("x", "q")}
# Of -0 TensorFlow's vector code makes something else than its scalar code.
KEEP_ZERO = {"Xdivy", "Xlog1py", "Xlogy"}
# Of complex infinities and NaN, TensorFlow's vector and scalar code make the same in these ops only: in others, such
# as Mul and Div, one recovers what the other makes NaN (measured, 1 against 64 equal elements). The functions get no
# large finite numbers all the same: those whose squares or powers overflow on the way give what the way gives.
COMPLEX_ANY = {"Add", "AddV2", "Equal", "Neg", "NotEqual", "OnesLike", "Sub", "ZerosLike"}
COMPLEX_FUNCTIONS = {"Acos", "Acosh", "Asin", "Asinh", "Atan", "Atanh", "Cos", "Cosh", "Exp", "Expm1", "Log", "Log1p",
                     "Rsqrt", "Sigmoid", "Sin", "Sinh", "Tan", "Tanh"}
# TensorFlow's erf of doubles is NaN where their squares overflow.
BOUNDED = {("Erf", np.dtype(np.float64))}
EXPONENTS = {"Pow": (0, 3), "LeftShift": (0, 7), "RightShift": (0, 7)}


def dtype_of(g, op: str) -> np.dtype:
    return np.dtype(bool) if op in BOOL_ONLY else kernels.pick(g, op)


def tolerance(op: str) -> str:
    return MOVE if op in MOVES else OP


def moderate(part: np.ndarray, special: bool) -> np.ndarray:
    """The numbers within +-80; infinities and NaN as they are, or as numbers too."""
    small = np.clip(np.nan_to_num(part, nan=0.5), -80, 80)
    return np.where(np.isfinite(part), small, part) if special else small


def bounded(op: str, values: np.ndarray) -> np.ndarray:
    """The values, those that TensorFlow treats by chance brought to where it does not."""
    if values.dtype.kind == "c" and op not in COMPLEX_ANY:
        values.real, values.imag = (moderate(p, op in COMPLEX_FUNCTIONS) for p in (values.real, values.imag))
    return np.clip(values, -1e100, 1e100) if (op, values.dtype) in BOUNDED else values


def unary(op: str):
    def make(g) -> Case:
        dtype = dtype_of(g, op)
        low, high = DOMAIN.get(op, (None, None)) if g.chance(0.8) else (None, None)
        x = bounded(op, g.array(dtype, g.shape(), low, high, g.special()))
        name = ARGUMENT.get(op, "x")
        return Case(lambda t: getattr(raw, op)(**{name: t}), [x], tolerance(op), note=dtype.name)

    return make


def operand(g, op: str, dtype, shape, right: bool) -> np.ndarray:
    """Small exponents and shifts for most integer cases."""
    special = g.special()
    if op in DOMAIN and g.chance(0.9):
        return g.array(dtype, shape, *DOMAIN[op])
    if right and op in EXPONENTS and dtype.kind in "iu" and g.chance(0.9):
        return g.array(dtype, shape, *EXPONENTS[op])
    values = bounded(op, g.array(dtype, shape, special=special))
    if not right and op in KEEP_ZERO:
        values = values + dtype.type(0)
    if right and dtype.kind in "iu" and any(w in op for w in ("Div", "Mod")) and g.chance(0.8):
        values[values == 0] = 3
    return values


def binary(op: str):
    def make(g) -> Case:
        dtype = dtype_of(g, op)
        shapes = g.broadcast(2)
        x, y = (operand(g, op, dtype, s, right) for right, s in enumerate(shapes))
        first, second = OPERANDS.get(op, ("x", "y"))
        return Case(lambda a, b: getattr(raw, op)(**{first: a, second: b}), [x, y], tolerance(op), note=dtype.name)

    return make


def gradient(op: str):
    first, second = GRADIENTS[op]

    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        shape = g.shape()
        inputs = [bounded(op, g.array(dtype, shape, special=g.special())) for _ in range(2)]
        turned = [inputs[0], inputs[1].reshape(shape[::-1])]  # as many elements in another shape
        return Case(lambda a, b: getattr(raw, op)(**{first: a, second: b}), inputs, note=dtype.name, calls=(turned,))

    return make


for _op in UNARY:
    FAMILY.op(_op)(unary(_op))
for _op in BINARY:
    FAMILY.op(_op)(binary(_op))
for _op in GRADIENTS:
    FAMILY.op(_op)(gradient(_op))


@FAMILY.op("Equal(mismatch)")
def equal_mismatch(g) -> Case:
    """Shapes that do not broadcast give one `false` where the attribute says so. The shapes are static: a
    result whose rank run time decides cannot be compiled."""
    op = g.pick(["Equal", "NotEqual"])
    dtype = kernels.pick(g, op)
    x, y = g.array(dtype, (3, g.integer(1, 3))), g.array(dtype, (g.integer(2, 3), 3))
    return Case(lambda a, b: getattr(raw, op)(x=a, y=b, incompatible_shape_error=False), [x, y], MOVE, note=op,
                frozen=(0, 1))


@FAMILY.op("Cast")
def cast(g) -> Case:
    source, target = (kernels.pick(g, "Cast", a) for a in ("SrcT", "DstT"))
    truncate = g.chance(0.2)
    special = g.special()
    x = g.array(source, g.shape(), special=special)
    if g.chance(0.3) and source.kind == "f":
        x = (x * source.type(1000)).astype(source)
    if is_float(source) and target.kind in "iu" and (target.itemsize < 4 or target == np.uint32):
        # Out of range, TensorFlow's vector code saturates where its scalar code wraps.
        info = np.iinfo(target)
        x = np.clip(np.nan_to_num(x.astype(np.float64)), max(info.min, -9999), min(info.max, 9999)).astype(source)
    to = tf.as_dtype(target)
    return Case(lambda t: raw.Cast(x=t, DstT=to, Truncate=truncate), [x], MOVE,
                note=f"{source.name}>{target.name} truncate={truncate}")


@FAMILY.op("Bitcast")
def bitcast(g) -> Case:
    source, target = (kernels.pick(g, "Bitcast", a) for a in ("T", "type"))
    shape = g.shape()
    if source.itemsize < target.itemsize:
        shape += (target.itemsize // source.itemsize,)
    x = g.array(source, shape)
    to = tf.as_dtype(target)
    return Case(lambda t: raw.Bitcast(input=t, type=to), [x], MOVE, note=f"{source.name}>{target.name}")


@FAMILY.op("LeakyRelu")
def leaky_relu(g) -> Case:
    dtype = kernels.pick(g, "LeakyRelu")
    alpha = g.pick([0.2, 0.0, 1.0, 1.5, -0.5])
    x = g.array(dtype, g.shape(), special=g.special())
    return Case(lambda t: raw.LeakyRelu(features=t, alpha=alpha), [x], note=f"{dtype.name} alpha={alpha}")


@FAMILY.op("LeakyReluGrad")
def leaky_relu_grad(g) -> Case:
    dtype = kernels.pick(g, "LeakyReluGrad")
    alpha = g.pick([0.2, 0.0, 1.0, 1.5])
    shape = g.shape()
    inputs = [g.array(dtype, shape, special=g.special()) for _ in range(2)]
    return Case(lambda a, b: raw.LeakyReluGrad(gradients=a, features=b, alpha=alpha), inputs, note=dtype.name)


@FAMILY.op("AddN")
def add_n(g) -> Case:
    dtype = kernels.pick(g, "AddN")
    shape = g.shape()
    inputs = [g.array(dtype, shape, special=g.special()) for _ in range(g.integer(1, 5))]
    return Case(lambda *t: raw.AddN(inputs=list(t)), inputs, SUM, note=f"{dtype.name} n={len(inputs)}")


@FAMILY.op("ApproximateEqual")
def approximate_equal(g) -> Case:
    dtype = kernels.pick(g, "ApproximateEqual")
    shape = g.shape()
    x = g.array(dtype, shape, special=g.special())
    y = x if g.chance(0.3) else g.array(dtype, shape)
    bound = g.pick([1e-5, 0.25, 2.0])
    return Case(lambda a, b: raw.ApproximateEqual(x=a, y=b, tolerance=bound), [x, y], MOVE, note=dtype.name)


@FAMILY.op("BiasAdd")
def bias_add(g) -> Case:
    dtype = kernels.pick(g, "BiasAdd")
    layout = g.pick(["NHWC", "NHWC", "NCHW"])
    shape = g.shape(2, 5) if layout == "NHWC" else g.shape(3, 5)
    channels = shape[-1] if layout == "NHWC" else shape[1]
    inputs = [g.array(dtype, shape, special=g.special()), g.array(dtype, (channels,))]
    return Case(lambda a, b: raw.BiasAdd(value=a, bias=b, data_format=layout), inputs, note=f"{dtype.name} {layout}")


@FAMILY.op("ClipByValue")
def clip_by_value(g) -> Case:
    dtype = kernels.pick(g, "ClipByValue")
    shape = g.shape()
    low, high = g.array(dtype, shape if g.chance(0.3) else (), 0, 1), g.array(dtype, (), 2, 4)
    inputs = [g.array(dtype, shape, special=g.special()), low, high]
    return Case(lambda a, b, c: raw.ClipByValue(t=a, clip_value_min=b, clip_value_max=c), inputs, MOVE,
                note=dtype.name)


@FAMILY.op("SelectV2")
def select_v2(g) -> Case:
    dtype = kernels.pick(g, "SelectV2")
    shapes = g.broadcast(3)
    inputs = [g.array(bool, shapes[0])] + [g.array(dtype, s, special=g.special()) for s in shapes[1:]]
    return Case(lambda c, a, b: raw.SelectV2(condition=c, t=a, e=b), inputs, MOVE, note=dtype.name)


@FAMILY.op("Select")
def select(g) -> Case:
    """The condition is a scalar, a vector over the first dimension, or of the same shape."""
    dtype = kernels.pick(g, "Select")
    shape = g.shape(0, 5)
    condition = g.pick([shape, (), shape[:1]])
    inputs = [g.array(bool, condition)] + [g.array(dtype, shape, special=g.special()) for _ in range(2)]
    return Case(lambda c, a, b: raw.Select(condition=c, x=a, y=b), inputs, MOVE, note=dtype.name)


@FAMILY.op("Complex")
def complex_parts(g) -> Case:
    dtype = g.pick([np.dtype(np.float32), np.dtype(np.float64)])
    shapes = g.broadcast(2)
    inputs = [g.array(dtype, s, special=g.special()) for s in shapes]
    to = tf.complex64 if dtype == np.float32 else tf.complex128
    return Case(lambda a, b: raw.Complex(real=a, imag=b, Tout=to), inputs, MOVE, note=dtype.name)


def from_complex(op: str, argument: str):
    def make(g) -> Case:
        dtype = g.pick([np.dtype(np.complex64), np.dtype(np.complex128)])
        to = tf.float32 if dtype == np.complex64 else tf.float64
        x = g.array(dtype, g.shape(), special=g.special())
        return Case(lambda t: getattr(raw, op)(**{argument: t, "Tout": to}), [x], note=dtype.name)

    return make


for _op, _argument in [("Real", "input"), ("Imag", "input"), ("Angle", "input"), ("ComplexAbs", "x")]:
    FAMILY.op(_op)(from_complex(_op, _argument))


@FAMILY.op("Conj")
def conj(g) -> Case:
    dtype = g.pick([np.dtype(np.complex64), np.dtype(np.complex128)])
    return Case(lambda t: raw.Conj(input=t), [g.array(dtype, g.shape(), special=g.special())], MOVE, note=dtype.name)


@FAMILY.op("Bucketize")
def bucketize(g) -> Case:
    dtype = kernels.pick(g, "Bucketize")
    boundaries = sorted(g.array(np.float32, (g.integer(1, 9),)).tolist())
    x = g.array(dtype, g.shape(), special=g.special())
    return Case(lambda t: raw.Bucketize(input=t, boundaries=boundaries), [x], MOVE, note=dtype.name)


@FAMILY.op("CheckNumerics")
def check_numerics(g) -> Case:
    dtype = kernels.pick(g, "CheckNumerics")
    x = g.array(dtype, g.shape(), special=g.pick([0.0, 0.0, 0.05]))
    return Case(lambda t: raw.CheckNumerics(tensor=t, message="odd"), [x], MOVE, note=dtype.name)


@FAMILY.op("CheckNumericsV2")
def check_numerics_v2(g) -> Case:
    dtype = kernels.pick(g, "CheckNumericsV2")
    x = g.array(dtype, g.shape(), special=g.pick([0.0, 0.0, 0.05]))
    return Case(lambda t: raw.CheckNumericsV2(tensor=t, message="odd"), [x], MOVE, note=dtype.name)


@FAMILY.op("FakeQuantWithMinMaxArgs")
def fake_quant(g) -> Case:
    low, high = g.pick([(-6.0, 6.0), (0.0, 6.0), (-1.0, 5.5), (0.5, 2.0), (-3.0, -1.0)])
    bits, narrow = g.pick([8, 8, 4, 2, 16]), g.chance(0.5)
    x = g.array(np.float32, g.shape(), -8, 8)
    return Case(lambda t: raw.FakeQuantWithMinMaxArgs(inputs=t, min=low, max=high, num_bits=bits, narrow_range=narrow),
                [x], note=f"{low}..{high} bits={bits} narrow={narrow}")


@FAMILY.op("activation")
def activation(g) -> Case:
    """Functions that models write as several ops."""
    name, function = g.pick([
        ("gelu", tf.nn.gelu), ("gelu_tanh", lambda t: tf.nn.gelu(t, approximate=True)), ("silu", tf.nn.silu),
        ("hard_swish", lambda t: t * tf.nn.relu6(t + 3) / 6), ("mish", lambda t: t * tf.tanh(tf.nn.softplus(t))),
        ("log_sigmoid", tf.math.log_sigmoid), ("sinc", lambda t: tf.math.divide_no_nan(tf.sin(t), t)),
        ("crelu", tf.nn.crelu)])
    dtype = g.pick([np.float32, np.float32, np.float16, np.float64])
    return Case(function, [g.array(dtype, g.shape(1, 4))], "network", note=name)


@FAMILY.op("BesselI")
def bessel(g) -> Case:
    """Within the range of the result: TensorFlow's own sums are of the narrow type."""
    op = g.pick(["BesselI0", "BesselI1"])
    dtype = g.pick([np.float32, np.float64])
    return Case(lambda t: getattr(raw, op)(x=t), [g.array(dtype, g.shape())], note=f"{op} {dtype.__name__}")


@FAMILY.op("Betainc")
def betainc(g) -> Case:
    dtype, shape = g.pick([np.float32, np.float64]), g.shape(0, 3, 60)
    a, b = g.array(dtype, shape, 0, g.pick([1, 10, 80])), g.array(dtype, g.pick([shape, ()]), 0, g.pick([1, 10, 80]))
    if a.size and g.chance(0.2):
        a.flat[0] = g.pick([-1, 0])
    x = g.array(dtype, shape, 0, 1)
    if x.size and g.chance(0.3):
        x.flat[0] = g.pick([0, 1, -0.5, 1.5])
    return Case(lambda p, q, t: tf.math.betainc(p, q, t), [a, b, x], OP, note=np.dtype(dtype).name, frozen=(0, 1, 2))


def special(op: str):
    def make(g) -> Case:
        dtype = g.pick([np.float32, np.float64])
        x = g.rng.uniform(*SPECIAL[op], g.shape(0, 3)).astype(dtype)
        return Case(lambda t: getattr(raw, op)(x=t), [x], NETWORK, note=np.dtype(dtype).name, frozen=(0,))

    FAMILY.op(op)(make)


for _op in SPECIAL:
    special(_op)
