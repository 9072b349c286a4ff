"""Normalisation: over batches, layers, groups, instances, neighbouring channels."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import NETWORK, Case, Family

FAMILY = Family("normalize")
raw = tf.raw_ops


def parameters(g, channels: int, dtype=np.float32) -> list[np.ndarray]:
    """Scale, offset, mean and variance."""
    scale, offset, mean = (g.array(dtype, (channels,)) for _ in range(3))
    return [scale, offset, mean, g.array(dtype, (channels,), 0.1, 3)]


def batch_norm(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = g.array(dtype, g.shape(4, 4, empty=False))
        training = g.chance(0.3)
        scale, offset, mean, variance = parameters(g, x.shape[-1], dtype if op == "FusedBatchNorm" else np.float32)
        if training:
            mean, variance = (np.zeros((0,), mean.dtype) for _ in range(2))
        epsilon = g.pick([1e-3, 1e-4])
        fed = g.chance(0.3)

        def function(t, *p):
            s, o, m, v = p or (scale, offset, mean, variance)
            result = getattr(raw, op)(x=t, scale=s, offset=o, mean=m, variance=v, epsilon=epsilon, is_training=training)
            return list(result)[:3] if training else result.y

        return Case(function, [x] + [scale, offset, mean, variance] * fed, NETWORK,
                    note=f"{dtype.name} training={training} fed={fed}")

    FAMILY.op(op)(make)


for _op in ["FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"]:
    batch_norm(_op)


@FAMILY.op("FusedBatchNormGradV3")
def batch_norm_gradient(g) -> Case:
    x, training = g.array(np.float32, g.shape(4, 4, empty=False)), g.chance(0.5)
    dy = g.array(np.float32, x.shape)
    scale, _, mean, variance = parameters(g, x.shape[-1])
    return Case(lambda d, t: list(raw.FusedBatchNormGradV3(
        y_backprop=d, x=t, scale=scale, reserve_space_1=mean, reserve_space_2=variance,
        reserve_space_3=np.zeros((0,), np.float32), epsilon=1e-3, is_training=training))[:3], [dy, x], NETWORK,
                note=f"training={training}")


@FAMILY.op("FusedBatchNormV3(NCHW)")
def batch_norm_nchw(g) -> Case:
    """TensorFlow's CPU kernel takes this layout in inference only."""
    x = g.array(np.float32, g.shape(4, 4, empty=False))
    p = parameters(g, x.shape[1])
    return Case(lambda t: raw.FusedBatchNormV3(x=t, scale=p[0], offset=p[1], mean=p[2], variance=p[3], is_training=False,
                                               data_format="NCHW").y, [x], NETWORK)


@FAMILY.op("batch_normalization")
def batch_normalization(g) -> Case:
    x = g.array(np.float32, g.shape(2, 5))
    scale, offset, mean, variance = parameters(g, x.shape[-1])
    return Case(lambda t: tf.nn.batch_normalization(t, mean, variance, offset, scale, 1e-3), [x], NETWORK)


def moments(t, axes, epsilon):
    mean, variance = tf.nn.moments(t, axes, keepdims=True)
    return (t - mean) * tf.math.rsqrt(variance + epsilon)


@FAMILY.op("layer normalization")
def layer_norm(g) -> Case:
    x = g.array(np.float32, g.shape(2, 4, empty=False))
    scale, offset, _, _ = parameters(g, x.shape[-1])
    return Case(lambda t: moments(t, [-1], 1e-3) * scale + offset, [x], NETWORK)


@FAMILY.op("instance normalization")
def instance_norm(g) -> Case:
    x = g.array(np.float32, g.shape(4, 4, empty=False))
    scale, offset, _, _ = parameters(g, x.shape[-1])
    return Case(lambda t: moments(t, [1, 2], 1e-3) * scale + offset, [x], NETWORK)


@FAMILY.op("group normalization")
def group_norm(g) -> Case:
    groups, depth = g.pick([1, 2, 4]), g.pick([1, 3, 4])
    shape = g.shape(3, 3, 200, empty=False)
    x = g.array(np.float32, (*shape, groups * depth))

    def function(t):
        parts = tf.reshape(t, tf.concat([tf.shape(t)[:-1], [groups, depth]], 0))
        return tf.reshape(moments(parts, [1, 2, 4], 1e-3), tf.shape(t))

    return Case(function, [x], NETWORK, note=f"groups={groups}")


@FAMILY.op("rms normalization")
def rms_norm(g) -> Case:
    x = g.array(np.float32, g.shape(2, 4, empty=False))
    return Case(lambda t: t * tf.math.rsqrt(tf.reduce_mean(tf.square(t), -1, keepdims=True) + 1e-6), [x], NETWORK)


@FAMILY.op("l2_normalize")
def l2_normalize(g) -> Case:
    x = g.array(np.float32, g.shape(1, 4))
    axes = g.axes(x.ndim, 1)
    return Case(lambda t: tf.math.l2_normalize(t, axes), [x], NETWORK, note=f"axes={axes}")


@FAMILY.op("LRN")
def lrn(g) -> Case:
    dtype = kernels.pick(g, "LRN")
    x = g.array(dtype, g.shape(4, 4))
    radius, bias, alpha, beta = g.pick([5, 1, 0, 2]), g.pick([1.0, 2.0]), g.pick([1.0, 1e-2]), g.pick([0.5, 0.75, 1.0])
    return Case(lambda t: raw.LRN(input=t, depth_radius=radius, bias=bias, alpha=alpha, beta=beta), [x], NETWORK,
                note=f"{dtype.name} radius={radius} beta={beta}")


@FAMILY.op("LRNGrad")
def lrn_gradient(g) -> Case:
    x, radius = g.array(np.float32, (g.integer(1, 2), 2, 3, g.integer(1, 9))), g.integer(0, 6)
    bias, alpha, beta = g.pick([1.0, 2.0]), g.pick([1.0, 0.1]), g.pick([0.5, 0.75])

    def function(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            total = tf.reduce_sum(tf.nn.lrn(t, radius, bias, alpha, beta) ** 2)
        return tape.gradient(total, t)

    return Case(function, [x], NETWORK, note=f"{radius} {bias} {alpha} {beta}", frozen=(0,))
