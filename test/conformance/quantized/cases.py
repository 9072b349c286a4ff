"""One maker of random cases for each operator: MAKERS[name](draw) -> Case."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from .draw import Draw
from .model import Case, Tensor

MAKERS = {}


def maker(op):
    def add(function):
        MAKERS[op.lower()] = function
        return function
    return add


def options(kind: str, **values):
    result = getattr(schema, kind + "OptionsT")()
    for name, value in values.items():
        assert hasattr(result, name), (kind, name)
        setattr(result, name, value)
    return result


def activation(d: Draw) -> int:
    return d.one_of(0, 0, 1, 2, 3)


def constant(values) -> Tensor:
    values = np.asarray(values, np.int32)
    return Tensor("i32", list(values.shape), data=values)


# --- element by element -------------------------------------------------------

def add_binary(op: str, kind: str):
    @maker(op)
    def make(d: Draw) -> Case:
        a = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
        b = d.like(a)
        b.shape = [n if d.chance(0.7) else 1 for n in a.shape]
        unit = a.scale * b.scale * 300 if op == "MUL" else max(a.scale, b.scale)
        y = Tensor(a.dtype, a.shape, d.near(unit), d.zero(a.dtype))
        more = {} if op == "MUL" else {"potScaleInt16": False}
        return Case(op, 2, [a, b], y, options(kind, fusedActivationFunction=activation(d), **more))


def add_unary(op: str, dtypes: tuple, version=2, kind="", **values):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*dtypes), d.shape())
        return Case(op, version, [x], d.like(x), options(kind, **values) if kind else None)


def add_extreme(op: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
        return Case(op, 2, [x, x_like(x)], x_like(x), options("MaximumMinimum"))


def x_like(x: Tensor) -> Tensor:
    return Tensor(x.dtype, x.shape, x.scale, x.zero)


def add_comparison(op: str, kind: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8"), d.shape(), -8, -1)
        y = d.like(x, -1, 0.9) if d.chance(0.6) else x_like(x)
        return Case(op, 2, [x, y], Tensor("bool", x.shape), options(kind))


for name in ("Add", "Sub", "Mul"):
    add_binary(name.upper(), name)
for name in ("RELU", "RELU6"):
    add_unary(name, ("i8", "u8", "i16"))
add_unary("RELU_N1_TO_1", ("i8", "u8"), 1)
add_unary("LEAKY_RELU", ("i8", "u8", "i16"), kind="LeakyRelu", alpha=0.25)
add_unary("HARD_SWISH", ("i8", "u8"), 1, "HardSwish")
add_unary("ABS", ("i8",), kind="Abs")
add_unary("GELU", ("i8",), kind="Gelu", approximate=True)
add_unary("NEG", ("i8", "i16"), 1, "Neg")
for name in ("MAXIMUM", "MINIMUM"):
    add_extreme(name)
for name in ("Equal", "Less", "Greater"):
    add_comparison(name.upper(), name)


@maker("LOGISTIC")
def logistic(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), d.shape(), -8, 0)
    return Case("LOGISTIC", 2, [x], Tensor(x.dtype, x.shape, 1 / 256, -128 if x.dtype == "i8" else 0))


@maker("TANH")
def tanh(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), d.shape(), -8, 0)
    return Case("TANH", 2, [x], Tensor(x.dtype, x.shape, 1 / 128, 0 if x.dtype == "i8" else 128))


@maker("SOFTMAX")
def softmax(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), d.shape() + [d.number(1, 60)], -7, 1)
    y = Tensor(x.dtype, x.shape, 1 / 256, -128 if x.dtype == "i8" else 0)
    return Case("SOFTMAX", 2, [x], y, options("Softmax", beta=d.one_of(1.0, 0.5, 2.25)))


# --- products -----------------------------------------------------------------

def bias(d: Draw, x: Tensor, count: int) -> Tensor | None:
    if d.chance(0.2):
        return None
    if x.dtype == "f32":
        return Tensor("f32", [count], data=d.numbers("f32", [count]))
    dtype = "i64" if x.dtype == "i16" else "i32"
    return Tensor(dtype, [count], 1e-3, 0, d.rng.integers(-20000, 20000, count))


def product(d: Draw, x: Tensor, w: Tensor, depth: int, shape) -> Tensor:
    """What holds most sums of `depth` products."""
    if x.dtype == "f32":
        return Tensor("f32", list(shape))
    unit = 60 * depth ** 0.5 * x.scale * float(np.mean(w.scale))
    return Tensor(x.dtype, list(shape), d.near(unit, -1, 2), d.zero(x.dtype))


def factors(d: Draw, hybrid: bool, x_shape, w_shape, axis: int) -> tuple[Tensor, Tensor]:
    if hybrid:
        return Tensor("f32", x_shape), d.weights("i8", w_shape, axis)
    dtype = d.one_of("i8", "u8", "i16")
    return d.tensor(dtype, x_shape), d.weights("u8" if dtype == "u8" else "i8", w_shape, axis)


def add_fully_connected(name: str, hybrid: bool):
    @maker(name)
    def make(d: Draw) -> Case:
        rows, depth, units = d.number(1, 4), d.number(1, 40), d.number(1, 20)
        x, w = factors(d, hybrid, [rows, depth], [units, depth], 0)
        o = options("FullyConnected", fusedActivationFunction=activation(d),
                    asymmetricQuantizeInputs=hybrid and d.chance(0.5))
        y = product(d, x, w, depth, [rows, units])
        return Case("FULLY_CONNECTED", 9, [x, w, bias(d, x, units)], y, o)


def add_convolution(name: str, hybrid: bool, depthwise: bool):
    op, kind = ("DEPTHWISE_CONV_2D", "DepthwiseConv2D") if depthwise else ("CONV_2D", "Conv2D")

    @maker(name)
    def make(d: Draw) -> Case:
        height, width, channels = d.number(3, 8), d.number(3, 8), d.number(1, 6)
        kh, kw, multiplier = d.number(1, 3), d.number(1, 3), d.number(1, 2)
        outputs = channels * multiplier if depthwise else d.number(1, 8)
        filter_shape = [1, kh, kw, outputs] if depthwise else [outputs, kh, kw, channels]
        x, w = factors(d, hybrid, [d.number(1, 2), height, width, channels], filter_shape,
                       3 if depthwise else 0)
        if hybrid and depthwise and not isinstance(w.scale, list):
            w.scale, w.axis = [w.scale] * outputs, 3  # the kernel takes no other
        o = options(kind, fusedActivationFunction=activation(d), padding=d.number(0, 1),
                    strideH=d.number(1, 2), strideW=d.number(1, 2), dilationHFactor=1,
                    dilationWFactor=1, **({"depthMultiplier": multiplier} if depthwise else {}))
        depth = kh * kw * (1 if depthwise else channels)
        b = bias(d, x, outputs)
        if b is None and hybrid:
            b = Tensor("f32", [outputs], data=np.zeros(outputs, np.float32))
        return Case(op, 6 if depthwise else 5, [x, w, b], product(d, x, w, depth, [0]), o)


def add_batch_matmul(name: str, hybrid: bool):
    @maker(name)
    def make(d: Draw) -> Case:
        b, n, m, depth = (d.number(1, 6) for _ in range(4))
        adj_x, adj_y = d.chance(0.5), d.chance(0.5)
        x_shape, y_shape = [b, depth, n] if adj_x else [b, n, depth], [b, m, depth] if adj_y else [b, depth, m]
        if hybrid:
            x = Tensor("f32", x_shape)
            w = Tensor("i8", y_shape, d.scale(-8, -4), 0, d.numbers("i8", y_shape))
        else:
            x, w = d.tensor("i8", x_shape), d.tensor("i8", y_shape)
        o = options("BatchMatMul", adjX=adj_x, adjY=adj_y,
                    asymmetricQuantizeInputs=hybrid and d.chance(0.5))
        return Case("BATCH_MATMUL", 4, [x, w], product(d, x, w, depth, [b, n, m]), o)


for prefix, is_hybrid in (("", False), ("hybrid_", True)):
    add_fully_connected(prefix + "fully_connected", is_hybrid)
    add_convolution(prefix + "conv_2d", is_hybrid, depthwise=False)
    add_convolution(prefix + "depthwise_conv_2d", is_hybrid, depthwise=True)
    add_batch_matmul(prefix + "batch_matmul", is_hybrid)


# --- windows, images and parts ------------------------------------------------

def add_pool(op: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8", "i16"), [2, d.number(3, 7), d.number(3, 7), 3])
        o = options("Pool2D", filterHeight=d.number(1, 3), filterWidth=d.number(1, 3),
                    strideH=d.number(1, 2), strideW=d.number(1, 2), padding=d.number(0, 1),
                    fusedActivationFunction=activation(d))
        return Case(op, 2, [x], Tensor(x.dtype, [0], x.scale, x.zero), o)


add_pool("AVERAGE_POOL_2D")
add_pool("MAX_POOL_2D")


@maker("RESIZE_BILINEAR")
def resize_bilinear(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), [d.number(1, 2), d.number(1, 8), d.number(1, 8), d.number(1, 3)])
    mode = d.number(0, 2)
    o = options("ResizeBilinear", alignCorners=mode == 1, halfPixelCenters=mode == 2)
    size = constant([d.number(1, 12), d.number(1, 12)])
    return Case("RESIZE_BILINEAR", 3, [x, size], Tensor(x.dtype, [0], x.scale, x.zero), o)


@maker("PAD")
def pad(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
    edges = constant(d.rng.integers(0, 3, (len(x.shape), 2)))
    return Case("PAD", 2, [x, edges], Tensor(x.dtype, [0], x.scale, x.zero), options("Pad"))


@maker("SPACE_TO_BATCH_ND")
def space_to_batch(d: Draw) -> Case:
    block, counts = [d.number(1, 3), d.number(1, 3)], [d.number(1, 3), d.number(1, 3)]
    before = [d.number(0, min(1, b * c - 1)) for b, c in zip(block, counts)]
    sides = [b * c - p for b, c, p in zip(block, counts, before)]
    x = d.tensor(d.one_of("i8", "u8"), [d.number(1, 2), *sides, d.number(1, 3)])
    edges = constant([[p, 0] for p in before])
    return Case("SPACE_TO_BATCH_ND", 2, [x, constant(block), edges],
                Tensor(x.dtype, [0], x.scale, x.zero), options("SpaceToBatchND"))


@maker("BATCH_TO_SPACE_ND")
def batch_to_space(d: Draw) -> Case:
    block = [d.number(1, 3), d.number(1, 3)]
    x = d.tensor(d.one_of("i8", "u8"), [block[0] * block[1] * d.number(1, 2), 2, 3, d.number(1, 3)])
    edges = constant([[0, d.number(0, 1)], [d.number(0, 1), 0]])
    return Case("BATCH_TO_SPACE_ND", 2, [x, constant(block), edges],
                Tensor(x.dtype, [0], x.scale, x.zero), options("BatchToSpaceND"))


def add_reduction(op: str, dtypes: tuple):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*dtypes), d.shape())
        rank = len(x.shape)
        axes = constant(d.rng.choice(rank, d.number(1, rank), replace=False))
        y = d.like(x, -2, 2) if op in ("MEAN", "SUM") else x_like(x)
        y.shape = [0]
        return Case(op, 2, [x, axes], y, options("Reducer", keepDims=d.chance(0.5)))


add_reduction("MEAN", ("i8", "u8", "i16"))
add_reduction("SUM", ("i8", "u8"))
add_reduction("REDUCE_MAX", ("i8", "u8", "i16"))
add_reduction("REDUCE_MIN", ("i8", "u8", "i16"))
