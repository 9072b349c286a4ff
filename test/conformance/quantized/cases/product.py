"""Sums of products."""

import numpy as np

from . import Case, Draw, Tensor, activation, maker, options


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


def factors(d: Draw, hybrid: bool, x_shape, w_shape, axis: int, nibbles=False) -> tuple[Tensor, Tensor]:
    if nibbles:
        return d.tensor("i8", x_shape), d.weights("i4", w_shape, axis)
    if hybrid:
        return Tensor("f32", x_shape), d.weights("i8", w_shape, axis)
    dtype = d.one_of("i8", "u8", "i16")
    return d.tensor(dtype, x_shape), d.weights("u8" if dtype == "u8" else "i8", w_shape, axis)


def add_fully_connected(name: str, hybrid: bool, nibbles=False):
    @maker(name)
    def make(d: Draw) -> Case:
        rows, depth, units = d.extent(4, 20), d.extent(40, 150), d.extent(20, 80)
        x, w = factors(d, hybrid, [rows, depth], [units, depth], 0, nibbles)
        o = options("FullyConnected", fusedActivationFunction=activation(d),
                    asymmetricQuantizeInputs=hybrid and d.chance(0.5))
        y = product(d, x, w, depth, [rows, units])
        return Case("FULLY_CONNECTED", 9, [x, w, bias(d, x, units)], y, o)


def add_convolution(name: str, hybrid: bool, depthwise: bool, nibbles=False):
    op, kind = ("DEPTHWISE_CONV_2D", "DepthwiseConv2D") if depthwise else ("CONV_2D", "Conv2D")

    @maker(name)
    def make(d: Draw) -> Case:
        dilation = d.extent(1, 2)
        reach = 2 * (dilation - 1)
        height, width, channels = reach + d.number(3, 8), reach + d.extent(8, 20, 3), d.extent(6, 40)
        kh, kw, multiplier = d.number(1, 3), d.number(1, 3), d.number(1, 2)
        outputs = channels * multiplier if depthwise else d.extent(8, 70)
        filter_shape = [1, kh, kw, outputs] if depthwise else [outputs, kh, kw, channels]
        x, w = factors(d, hybrid, [d.number(1, 2), height, width, channels], filter_shape,
                       3 if depthwise else 0, nibbles)
        if hybrid and depthwise and not isinstance(w.scale, list):
            w.scale, w.axis = [w.scale] * outputs, 3  # the kernel takes no other
        o = options(kind, fusedActivationFunction=activation(d), padding=d.number(0, 1),
                    strideH=d.number(1, 2), strideW=d.number(1, 2), dilationHFactor=dilation,
                    dilationWFactor=dilation, **({"depthMultiplier": multiplier} if depthwise else {}))
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
            dtype = d.one_of("i8", "i8", "i16")
            x, w = d.tensor(dtype, x_shape), d.tensor(dtype, y_shape)
        o = options("BatchMatMul", adjX=adj_x, adjY=adj_y,
                    asymmetricQuantizeInputs=hybrid and d.chance(0.5))
        return Case("BATCH_MATMUL", 4, [x, w], product(d, x, w, depth, [b, n, m]), o)


@maker("TRANSPOSE_CONV")
def transpose_conv(d: Draw) -> Case:
    dtype = d.one_of("i8", "u8", "i16")
    height, width, channels, outputs = d.number(1, 6), d.number(1, 6), d.number(1, 10), d.number(1, 10)
    kh, kw, sh, sw, padding = d.number(1, 4), d.number(1, 4), d.number(1, 3), d.number(1, 3), d.number(0, 1)
    x = d.tensor(dtype, [d.number(1, 2), height, width, channels])
    w = d.weights("u8" if dtype == "u8" else "i8", [outputs, kh, kw, channels], 0)
    if padding:
        size = [(height - 1) * sh + kh, (width - 1) * sw + kw]
    else:
        size = [height * sh - d.number(0, sh - 1), width * sw - d.number(0, sw - 1)]
    sizes = np.asarray([x.shape[0], *size, outputs], np.int32)
    o = options("TransposeConv", padding=padding, strideH=sh, strideW=sw, fusedActivationFunction=activation(d))
    inputs = [Tensor("i32", [4], data=sizes), w, x]
    if (b := bias(d, x, outputs)) is not None:
        inputs.append(b)
    return Case("TRANSPOSE_CONV", 4, inputs, product(d, x, w, kh * kw * channels, [0]), o)


for prefix, is_hybrid in (("", False), ("hybrid_", True)):
    add_fully_connected(prefix + "fully_connected", is_hybrid)
    add_convolution(prefix + "conv_2d", is_hybrid, depthwise=False)
    add_convolution(prefix + "depthwise_conv_2d", is_hybrid, depthwise=True)
    add_batch_matmul(prefix + "batch_matmul", is_hybrid)

add_fully_connected("fully_connected_int4", False, nibbles=True)
add_convolution("conv_2d_int4", False, depthwise=False, nibbles=True)
