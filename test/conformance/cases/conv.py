"""Convolutions in one, two and three dimensions, depthwise, transposed, and their gradients."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import NETWORK, SUM, Case, Family

FAMILY = Family("conv")
raw = tf.raw_ops


def window(g, rank: int) -> dict:
    """Sizes, strides and padding of a window of `rank` spatial dimensions."""
    pad = g.pick(["SAME", "VALID", "SAME", "VALID", "EXPLICIT"])
    kernel = [g.pick([1, 2, 3, 3, 5]) for _ in range(rank)]
    dilations = [g.pick([1, 1, 1, 2, 3])] * rank
    extent = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
    return {"padding": pad, "kernel": kernel, "dilations": dilations,
            "strides": [g.pick([1, 1, 2, 3])] * rank,
            "image": [e + g.integer(0, 6) for e in extent],
            "explicit": [0, 0] + [g.integer(0, 2) for _ in range(2 * rank)] + [0, 0] if pad == "EXPLICIT" else []}


def full(values: list[int]) -> list[int]:
    return [1, *values, 1]


def weights_fed(g, image, weights):
    """(inputs, call): the weights are an input or, as in models, a constant."""
    if g.chance(0.4):
        return [image, weights], lambda f: f
    return [image], lambda f: lambda x: f(x, weights)


def note(dtype, w: dict, extra="") -> str:
    return (f"{np.dtype(dtype).name} kernel={w['kernel']} strides={w['strides']} dilations={w['dilations']} "
            f"{w['padding']} {w['explicit'] or ''} {extra}")


def magnitude(function, weights, fed: bool):
    return None if fed else lambda x: function(x, np.abs(weights))


@FAMILY.op("Conv2D")
def conv2d(g) -> Case:
    dtype, w = kernels.pick(g, "Conv2D"), window(g, 2)
    groups, channels = g.pick([1, 1, 1, 2, 3]), g.pick([1, 2, 3, 4])
    image = g.array(dtype, (g.integer(0 if g.chance(0.1) else 1, 3), *w["image"], channels * groups))
    weights = g.array(dtype, (*w["kernel"], channels, groups * g.pick([1, 2, 5, 8])))

    def function(x, f):
        return raw.Conv2D(input=x, filter=f, strides=full(w["strides"]), padding=w["padding"],
                          dilations=full(w["dilations"]), explicit_paddings=w["explicit"])

    inputs, call = weights_fed(g, image, weights)
    return Case(call(function), inputs, SUM, terms=magnitude(function, weights, len(inputs) == 2),
                note=note(dtype, w, f"groups={groups}"), frozen=(1,), nonempty=True)


@FAMILY.op("Conv2D(layer)")
def conv2d_layer(g) -> Case:
    """Bias and activation follow, as in networks; channels that fill vectors."""
    w = window(g, 2)
    image = g.array(np.float32, (g.integer(1, 2), *w["image"], g.pick([3, 8, 16])))
    weights = g.array(np.float32, (*w["kernel"], image.shape[-1], g.pick([8, 16, 24])))
    bias = g.array(np.float32, weights.shape[-1:])
    name, activation = g.pick([("relu", tf.nn.relu), ("relu6", tf.nn.relu6), ("silu", tf.nn.silu)])

    def function(x, f, b):
        y = raw.Conv2D(input=x, filter=f, strides=full(w["strides"]), padding=w["padding"],
                       dilations=full(w["dilations"]), explicit_paddings=w["explicit"])
        return tf.nn.bias_add(y, b)

    return Case(lambda x: activation(function(x, weights, bias)), [image], SUM,
                terms=lambda x: function(x, np.abs(weights), np.abs(bias)), note=note(np.float32, w, name),
                nonempty=True)


@FAMILY.op("DepthwiseConv2dNative")
def depthwise(g) -> Case:
    dtype, w = kernels.pick(g, "DepthwiseConv2dNative"), window(g, 2)
    channels, multiplier = g.pick([1, 2, 3, 8]), g.pick([1, 1, 2, 3])
    image = g.array(dtype, (g.integer(1, 2), *w["image"], channels))
    weights = g.array(dtype, (*w["kernel"], channels, multiplier))

    def function(x, f):
        return raw.DepthwiseConv2dNative(input=x, filter=f, strides=full(w["strides"]), padding=w["padding"],
                                         dilations=full(w["dilations"]), explicit_paddings=w["explicit"])

    inputs, call = weights_fed(g, image, weights)
    return Case(call(function), inputs, SUM, terms=magnitude(function, weights, len(inputs) == 2),
                note=note(dtype, w, f"multiplier={multiplier}"), frozen=(1,))


@FAMILY.op("Conv3D")
def conv3d(g) -> Case:
    dtype, w = kernels.pick(g, "Conv3D"), window(g, 3)
    w["padding"] = "SAME" if w["padding"] == "EXPLICIT" else w["padding"]
    w["kernel"] = [min(k, 3) for k in w["kernel"]]
    image = g.array(dtype, (g.integer(1, 2), *w["image"], g.pick([1, 3])))
    weights = g.array(dtype, (*w["kernel"], image.shape[-1], g.pick([1, 2, 5])))

    def function(x, f):
        return raw.Conv3D(input=x, filter=f, strides=full(w["strides"]), padding=w["padding"])

    inputs, call = weights_fed(g, image, weights)
    return Case(call(function), inputs, SUM, terms=magnitude(function, weights, len(inputs) == 2),
                note=note(dtype, w), frozen=(1,))


@FAMILY.op("Conv3D(groups)")
def conv3d_grouped(g) -> Case:
    """TensorFlow's own kernel has no groups: Keras lets XLA compile such a layer."""
    w, groups, channels = window(g, 3), g.pick([2, 3]), g.pick([1, 2])
    w["padding"] = "SAME" if w["padding"] == "EXPLICIT" else w["padding"]
    w["kernel"] = [min(k, 3) for k in w["kernel"]]
    image = g.array(np.float32, (g.integer(1, 2), *w["image"], channels * groups))
    weights = g.array(np.float32, (*w["kernel"], channels, groups * g.pick([1, 2])))

    @tf.function(jit_compile=True)
    def function(x, f):
        return raw.Conv3D(input=x, filter=f, strides=full(w["strides"]), padding=w["padding"])

    return Case(lambda x: function(x, weights), [image], SUM, terms=magnitude(function, weights, False),
                note=note(np.float32, w, f"groups={groups}"), frozen=(0,))


@FAMILY.op("conv1d")
def conv1d(g) -> Case:
    w = window(g, 1)
    pad = "VALID" if w["padding"] == "EXPLICIT" else w["padding"]
    image = g.array(np.float32, (g.integer(1, 3), *w["image"], g.pick([1, 3, 8])))
    weights = g.array(np.float32, (*w["kernel"], image.shape[-1], g.pick([1, 4])))

    def function(x, f):
        return tf.nn.conv1d(x, f, w["strides"][0], pad, dilations=w["dilations"][0])

    return Case(lambda x: function(x, weights), [image], SUM, terms=lambda x: function(x, np.abs(weights)),
                note=note(np.float32, w), nonempty=True)


def backprop_shapes(g, dtype) -> tuple:
    """(window, image, filter, gradient of the output) that fit each other."""
    w = window(g, 2)
    w["dilations"] = [1, 1]
    image = g.array(dtype, (g.integer(1, 2), *w["image"], g.pick([1, 3])))
    weights = g.array(dtype, (*w["kernel"], image.shape[-1], g.pick([1, 4])))
    out = [(n + (sum(w["explicit"][2 + 2 * i:4 + 2 * i])) - (0 if w["padding"] == "SAME" else k - 1) + s - 1) // s
           for i, (n, k, s) in enumerate(zip(w["image"], w["kernel"], w["strides"]))]
    return w, image, weights, g.array(dtype, (image.shape[0], *out, weights.shape[-1]))


def attributes(w: dict) -> dict:
    return {"strides": full(w["strides"]), "padding": w["padding"], "explicit_paddings": w["explicit"]}


@FAMILY.op("Conv2DBackpropInput")
def backprop_input(g) -> Case:
    """Also what a transposed convolution is."""
    dtype = kernels.pick(g, "Conv2DBackpropInput")
    w, image, weights, gradient = backprop_shapes(g, dtype)
    sizes = np.array(image.shape, np.int32)

    def function(d, f):
        return raw.Conv2DBackpropInput(input_sizes=sizes, filter=f, out_backprop=d, **attributes(w))

    inputs, call = weights_fed(g, gradient, weights)
    return Case(call(function), inputs, SUM, terms=magnitude(function, weights, len(inputs) == 2),
                note=note(dtype, w), frozen=(0, 1))


@FAMILY.op("conv2d_transpose(dynamic batch)")
def transposed(g) -> Case:
    _, image, weights, gradient = spec = backprop_shapes(g, np.dtype(np.float32))
    w = spec[0]

    def function(d, f):
        sizes = tf.concat([tf.shape(d)[:1], image.shape[1:]], 0)
        return raw.Conv2DBackpropInput(input_sizes=sizes, filter=f, out_backprop=d, **attributes(w))

    return Case(lambda d: function(d, weights), [gradient], SUM, terms=lambda d: function(d, np.abs(weights)),
                note=note(np.float32, w))


def known_channels(function, *arrays):
    """`function` of images whose channels, as in models, are known."""
    return lambda *images: function(*(tf.ensure_shape(x, [None] * (a.ndim - 1) + [a.shape[-1]])
                                      for x, a in zip(images, arrays)))


@FAMILY.op("Conv2DBackpropFilter")
def backprop_filter(g) -> Case:
    dtype = kernels.pick(g, "Conv2DBackpropFilter")
    w, image, weights, gradient = backprop_shapes(g, dtype)
    sizes = np.array(weights.shape, np.int32)

    def function(x, d):
        return raw.Conv2DBackpropFilter(input=x, filter_sizes=sizes, out_backprop=d, **attributes(w))

    return Case(known_channels(function, image, gradient), [image, gradient], SUM, note=note(dtype, w))


@FAMILY.op("Conv3DBackpropInputV2")
def backprop_input_3d(g) -> Case:
    dtype, w = kernels.pick(g, "Conv3DBackpropInputV2"), window(g, 3)
    w["padding"] = "SAME" if w["padding"] == "EXPLICIT" else w["padding"]
    w["kernel"] = [min(k, 3) for k in w["kernel"]]
    channels, batch = g.pick([1, 2]), g.integer(1, 2)
    weights = g.array(dtype, (*w["kernel"], channels, g.pick([1, 3])))
    out = [(n - (0 if w["padding"] == "SAME" else k - 1) + s - 1) // s
           for n, k, s in zip(w["image"], w["kernel"], w["strides"])]
    gradient = g.array(dtype, (batch, *out, weights.shape[-1]))
    sizes = np.array([batch, *w["image"], channels], np.int32)

    def function(f, d):
        return raw.Conv3DBackpropInputV2(input_sizes=sizes, filter=f, out_backprop=d, strides=full(w["strides"]),
                                         padding=w["padding"])

    return Case(function, [weights, gradient], SUM, note=note(dtype, w), frozen=(0, 1))


@FAMILY.op("Conv3DBackpropFilterV2")
def backprop_filter_3d(g) -> Case:
    dtype, w = kernels.pick(g, "Conv3DBackpropFilterV2"), window(g, 3)
    w["padding"] = "SAME" if w["padding"] == "EXPLICIT" else w["padding"]
    w["kernel"] = [min(k, 3) for k in w["kernel"]]
    image = g.array(dtype, (g.integer(1, 2), *w["image"], g.pick([1, 2])))
    weights = g.array(dtype, (*w["kernel"], image.shape[-1], g.pick([1, 3])))
    out = [(n - (0 if w["padding"] == "SAME" else k - 1) + s - 1) // s
           for n, k, s in zip(w["image"], w["kernel"], w["strides"])]
    gradient = g.array(dtype, (image.shape[0], *out, weights.shape[-1]))
    sizes = np.array(weights.shape, np.int32)

    def function(x, d):
        return raw.Conv3DBackpropFilterV2(input=x, filter_sizes=sizes, out_backprop=d, strides=full(w["strides"]),
                                          padding=w["padding"])

    return Case(known_channels(function, image, gradient), [image, gradient], SUM, note=note(dtype, w))


def depthwise_backprop(op: str, ofFilter: bool):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        w, image, _, _ = backprop_shapes(g, dtype)
        w["padding"] = "SAME" if w["padding"] == "EXPLICIT" else w["padding"]
        w["strides"] = [w["strides"][0]] * 2
        weights = g.array(dtype, (*w["kernel"], image.shape[-1], g.pick([1, 2])))
        out = [(n - (0 if w["padding"] == "SAME" else k - 1) + s - 1) // s
               for n, k, s in zip(w["image"], w["kernel"], w["strides"])]
        gradient = g.array(dtype, (image.shape[0], *out, weights.shape[2] * weights.shape[3]))
        named = {"strides": full(w["strides"]), "padding": w["padding"]}
        if ofFilter:
            sizes = np.array(weights.shape, np.int32)
            return Case(known_channels(lambda x, d: raw.DepthwiseConv2dNativeBackpropFilter(
                input=x, filter_sizes=sizes, out_backprop=d, **named), image, gradient), [image, gradient], SUM,
                        note=note(dtype, w))
        sizes = np.array(image.shape, np.int32)

        def function(d, f):
            return raw.DepthwiseConv2dNativeBackpropInput(
                input_sizes=tf.concat([tf.shape(d)[:1], sizes[1:]], 0), filter=f, out_backprop=d, **named)

        return Case(lambda d: function(d, weights), [gradient], SUM, terms=magnitude(function, weights, False),
                    note=note(dtype, w))

    FAMILY.op(op)(make)


depthwise_backprop("DepthwiseConv2dNativeBackpropFilter", True)
depthwise_backprop("DepthwiseConv2dNativeBackpropInput", False)


@FAMILY.op("Dilation2D")
def dilation2d(g) -> Case:
    dtype, w = kernels.pick(g, "Dilation2D"), window(g, 2)
    image = g.array(dtype, (g.integer(1, 2), *w["image"], g.pick([1, 3])))
    weights = g.array(dtype, (*w["kernel"], image.shape[-1]))
    pad = "SAME" if w["padding"] == "EXPLICIT" else w["padding"]
    return Case(lambda x, f: raw.Dilation2D(input=x, filter=f, strides=full(w["strides"]),
                                            rates=full(w["dilations"]), padding=pad), [image, weights],
                NETWORK, note=note(dtype, w), frozen=(1,))


def blocks(g, extra: int):
    """A block shape with paddings or crops for one or two spatial dimensions."""
    rank = g.integer(1, 2)
    return rank, [g.pick([1, 2, 3]) for _ in range(rank)], [[g.integer(0, extra), g.integer(0, extra)] for _ in range(rank)]


@FAMILY.op("SpaceToBatchND")
def space_to_batch(g) -> Case:
    dtype = kernels.pick(g, "SpaceToBatchND")
    rank, block, pads = blocks(g, 2)
    dims = []
    for b, p in zip(block, pads):
        p[1] += -sum(p) % b
        dims.append(b * g.integer(1, 4))
    x = g.array(dtype, (g.integer(1, 3), *dims, g.integer(1, 3)))
    return Case(lambda t: raw.SpaceToBatchND(input=t, block_shape=np.array(block), paddings=np.array(pads)), [x], "move",
                note=f"{dtype.name} block={block} paddings={pads}")


@FAMILY.op("BatchToSpaceND")
def batch_to_space(g) -> Case:
    dtype = kernels.pick(g, "BatchToSpaceND")
    rank, block, crops = blocks(g, 1)
    dims = [g.integer(3, 5) for _ in range(rank)]
    x = g.array(dtype, (g.integer(1, 2) * int(np.prod(block)), *dims, g.integer(1, 3)))
    return Case(lambda t: raw.BatchToSpaceND(input=t, block_shape=np.array(block), crops=np.array(crops)), [x], "move",
                note=f"{dtype.name} block={block} crops={crops}")
