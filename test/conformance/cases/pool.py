"""Pooling and its gradients."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, NETWORK, SUM, Case, Family

FAMILY = Family("pool")
raw = tf.raw_ops


def window(g, rank: int) -> tuple[list, list, list]:
    """(window, strides, sizes of the image)"""
    kernel = [g.pick([1, 2, 3, 3, 4]) for _ in range(rank)]
    strides = [g.pick([1, 2, 2, 3]) for _ in range(rank)]
    return [1, *kernel, 1], [1, *strides, 1], [k + g.integer(0, 7) for k in kernel]


def image(g, dtype, sizes) -> np.ndarray:
    x = g.array(dtype, (g.integer(0 if g.chance(0.1) else 1, 3), *sizes, g.pick([1, 3, 4, 8, 17])))
    if dtype.kind == "f" and g.chance(0.2):
        g.sprinkle(x, np.array([np.nan, np.inf, -np.inf]).astype(dtype), 0.05)
    return x


def by_channel(function):
    """The function of each channel by itself: TensorFlow's scalar code, where vectors of channels take others.
    Over volumes one passes over NaN that the other does not."""
    def alone(t):
        parts = [function(t[..., i:i + 1]) for i in range(t.shape[-1])]
        return tf.concat(parts, -1) if parts else function(t)

    return alone


def pool(op: str, argument: str, rank: int, tolerance: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        kernel, strides, sizes = window(g, rank)
        pad = g.pick(["SAME", "VALID"])

        def function(t):
            return getattr(raw, op)(**{argument: t}, ksize=kernel, strides=strides, padding=pad)

        return Case(function, [image(g, dtype, sizes)], tolerance, note=f"{dtype.name} {kernel} {strides} {pad}",
                    also=(by_channel(function),) if rank == 3 else ())

    FAMILY.op(op)(make)


for _op, _argument, _rank, _tolerance in [("MaxPool", "input", 2, MOVE), ("AvgPool", "value", 2, SUM),
                                          ("MaxPool3D", "input", 3, MOVE), ("AvgPool3D", "input", 3, SUM)]:
    pool(_op, _argument, _rank, _tolerance)


@FAMILY.op("MaxPool(explicit)")
def max_pool_explicit(g) -> Case:
    kernel, strides, sizes = window(g, 2)
    pads = [0, 0] + [g.integer(0, k - 1) for k in kernel[1:3] for _ in range(2)] + [0, 0]
    return Case(lambda t: raw.MaxPool(input=t, ksize=kernel, strides=strides, padding="EXPLICIT", explicit_paddings=pads),
                [image(g, np.dtype(np.float32), sizes)], MOVE, note=f"{kernel} {strides} {pads}")


@FAMILY.op("MaxPoolV2")
def max_pool_v2(g) -> Case:
    dtype = kernels.pick(g, "MaxPoolV2")
    kernel, strides, sizes = window(g, 2)
    pad = g.pick(["SAME", "VALID"])
    return Case(lambda t: raw.MaxPoolV2(input=t, ksize=np.array(kernel, np.int32), strides=np.array(strides, np.int32),
                                        padding=pad), [image(g, dtype, sizes)], MOVE, note=f"{kernel} {strides} {pad}")


@FAMILY.op("MaxPoolWithArgmax")
def with_argmax(g) -> Case:
    dtype = kernels.pick(g, "MaxPoolWithArgmax")
    kernel, strides, sizes = window(g, 2)
    pad, batch, to = g.pick(["SAME", "VALID"]), g.chance(0.5), g.pick([tf.int32, tf.int64])
    x = g.array(dtype, (g.integer(1, 2), *sizes, 3))
    return Case(lambda t: list(raw.MaxPoolWithArgmax(input=t, ksize=kernel, strides=strides, padding=pad, Targmax=to,
                                                     include_batch_in_index=batch)), [x], MOVE,
                note=f"{dtype.name} {kernel} {strides} {pad} batch={batch}")


def output_size(n: int, k: int, s: int, pad: str) -> int:
    return -(-n // s) if pad == "SAME" else -(-(n - k + 1) // s)


def avg_pool_grad(op: str, rank: int):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        kernel, strides, sizes = window(g, rank)
        pad = g.pick(["SAME", "VALID"])
        shape = np.array([g.integer(1, 2), *sizes, 3], np.int32)
        out = [output_size(n, k, s, pad) for n, k, s in zip(sizes, kernel[1:-1], strides[1:-1])]
        gradient = g.array(dtype, (int(shape[0]), *out, 3))
        return Case(lambda d: getattr(raw, op)(orig_input_shape=shape, grad=d, ksize=kernel, strides=strides, padding=pad),
                    [gradient], SUM, note=f"{dtype.name} {kernel} {strides} {pad}", frozen=(0,))
    return make


FAMILY.op("AvgPoolGrad")(avg_pool_grad("AvgPoolGrad", 2))
FAMILY.op("AvgPool3DGrad")(avg_pool_grad("AvgPool3DGrad", 3))


def max_pool_second(op: str, rank: int):
    def make(g) -> Case:
        kernel, strides, sizes = window(g, rank)
        pad, x = g.pick(["SAME", "VALID"]), g.array(np.float32, (g.integer(1, 2), *sizes, 3))

        def function(t):
            with tf.GradientTape() as outer:
                outer.watch(t)
                with tf.GradientTape() as inner:
                    inner.watch(t)
                    total = tf.reduce_sum(getattr(raw, op)(input=t, ksize=kernel, strides=strides, padding=pad) ** 3)
                square = tf.reduce_sum(inner.gradient(total, t) ** 2)
            return outer.gradient(square, t)

        return Case(function, [x], NETWORK, note=f"{kernel} {strides} {pad}", frozen=(0,))
    return make


FAMILY.op("second gradient of MaxPool")(max_pool_second("MaxPool", 2))
FAMILY.op("second gradient of MaxPool3D")(max_pool_second("MaxPool3D", 3))


@FAMILY.op("MaxPoolGradV2")
def max_pool_grad_v2(g) -> Case:
    """First and second gradient with the window as inputs."""
    kernel, strides, sizes = window(g, 2)
    pad, isSecond = g.pick(["SAME", "VALID"]), g.chance(0.5)
    x = g.array(np.float32, (g.integer(1, 2), *sizes, 3))
    out = [output_size(n, k, s, pad) for n, k, s in zip(sizes, kernel[1:3], strides[1:3])]
    gradient = g.array(np.float32, x.shape if isSecond else (x.shape[0], *out, 3))
    op = raw.MaxPoolGradGradV2 if isSecond else raw.MaxPoolGradV2

    def function(t, d):
        y = raw.MaxPool(input=t, ksize=kernel, strides=strides, padding=pad)
        return op(orig_input=t, orig_output=y, grad=d, ksize=np.array(kernel, np.int32), strides=np.array(strides, np.int32),
                  padding=pad)

    return Case(function, [x, gradient], SUM, note=f"{op.__name__} {kernel} {strides} {pad}", frozen=(0, 1))


@FAMILY.op("MaxPoolGrad")
def max_pool_grad(g) -> Case:
    dtype = kernels.pick(g, "MaxPoolGrad")
    kernel, strides, sizes = window(g, 2)
    pad = g.pick(["SAME", "VALID"])
    x = g.array(dtype, (g.integer(1, 2), *sizes, 3))
    out = [output_size(n, k, s, pad) for n, k, s in zip(sizes, kernel[1:3], strides[1:3])]
    gradient = g.array(dtype, (x.shape[0], *out, 3))

    def function(t, d):
        y = raw.MaxPool(input=t, ksize=kernel, strides=strides, padding=pad)
        return raw.MaxPoolGrad(orig_input=t, orig_output=y, grad=d, ksize=kernel, strides=strides, padding=pad)

    return Case(function, [x, gradient], SUM, terms=lambda t, d: function(x, d), note=f"{dtype.name} {kernel} {strides} {pad}",
                frozen=(0, 1))


@FAMILY.op("global pooling")
def global_pooling(g) -> Case:
    x = g.array(np.float32, g.shape(4, 5))
    axes = list(range(1, x.ndim - 1))
    mean = g.chance(0.5)
    return Case(lambda t: tf.reduce_mean(t, axes) if mean else tf.reduce_max(t, axes), [x], SUM, note=f"mean={mean}")


@FAMILY.op("MaxPool3DGrad")
def max_pool_3d_grad(g) -> Case:
    kernel, strides, sizes = window(g, 3)
    pad, x = g.pick(["SAME", "VALID"]), g.array(np.float32, (g.integer(1, 2), *sizes, 2))

    def function(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            total = tf.reduce_sum(raw.MaxPool3D(input=t, ksize=kernel, strides=strides, padding=pad) ** 2)
        return tape.gradient(total, t)

    return Case(function, [x], SUM, note=f"{kernel} {strides} {pad}", frozen=(0,))


@FAMILY.op("MaxPoolGradWithArgmax")
def max_pool_argmax_grad(g) -> Case:
    kernel, strides, sizes = window(g, 2)
    pad, x = g.pick(["SAME", "VALID"]), g.array(np.float32, (g.integer(1, 2), *sizes, 3))

    def function(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            y, _ = tf.nn.max_pool_with_argmax(t, kernel, strides, pad)
            total = tf.reduce_sum(y ** 2)
        return tape.gradient(total, t)

    return Case(function, [x], SUM, note=f"{kernel} {strides} {pad}", frozen=(0,))
