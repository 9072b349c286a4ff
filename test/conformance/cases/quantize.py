"""Rounding to the numbers of quantised types, in floating point."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import NETWORK, OP, Case, Family

FAMILY = Family("quantize")
raw = tf.raw_ops


def settings(g) -> dict:
    return {"num_bits": g.pick([8, 8, 4, 2, 16]), "narrow_range": g.chance(0.5)}


def ranges(g, shape: tuple) -> list[np.ndarray]:
    low, width = g.array(np.float32, shape, -5, 1), g.array(np.float32, shape, 0.5, 7)
    return [low, low + width] if g.chance(0.9) else [np.zeros(shape, np.float32)] * 2


def values(g, channels: bool) -> np.ndarray:
    return g.array(np.float32, g.shape(1 if channels else 0, 4, empty=False), -8, 8)


def fake(op: str, channels: bool):
    def make(g) -> Case:
        x, named = values(g, channels), settings(g)
        ends = ranges(g, x.shape[-1:] if channels else ())
        return Case(lambda t, low, high: getattr(raw, op)(inputs=t, min=low, max=high, **named), [x, *ends], OP,
                    note=f"{x.shape} {named}", nonempty=True)

    FAMILY.op(op)(make)


def fake_gradient(op: str, channels: bool):
    def make(g) -> Case:
        x, named = values(g, channels), settings(g)
        ends = ranges(g, x.shape[-1:] if channels else ())
        gradient = g.array(np.float32, x.shape)
        return Case(lambda t, u, low, high: list(getattr(raw, op)(gradients=t, inputs=u, min=low, max=high, **named)),
                    [gradient, x, *ends], NETWORK, note=f"{x.shape} {named}", nonempty=True)

    FAMILY.op(op)(make)


fake("FakeQuantWithMinMaxVars", False)
fake("FakeQuantWithMinMaxVarsPerChannel", True)
fake_gradient("FakeQuantWithMinMaxVarsGradient", False)
fake_gradient("FakeQuantWithMinMaxVarsPerChannelGradient", True)


@FAMILY.op("FakeQuantWithMinMaxArgsGradient")
def fake_arguments_gradient(g) -> Case:
    low, high = g.pick([(-6.0, 6.0), (0.0, 6.0), (-1.0, 5.5)])
    x, named = values(g, False), settings(g)
    return Case(lambda t, u: raw.FakeQuantWithMinMaxArgsGradient(gradients=t, inputs=u, min=low, max=high, **named),
                [g.array(np.float32, x.shape), x], OP, note=f"{low}..{high} {named}")


def quantize(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = g.array(dtype, g.shape(1, 4, empty=False), -8, 8)
        axis, given = g.pick([-1, -1, g.integer(0, x.ndim - 1)]), g.chance(0.5)
        given &= axis < 0 or op.endswith("V3")  # TensorFlow refuses ranges of channels in the others
        shape = (x.shape[axis],) if axis >= 0 else ()
        low = g.array(np.float32, shape, -5, 0.5)
        ends = [low.astype(dtype), (low + g.array(np.float32, shape, 0.5, 7)).astype(dtype)]
        named = {"signed_input": g.chance(0.7), "range_given": given, "narrow_range": g.chance(0.5), "axis": axis}
        bits = g.pick([8, 8, 4, 2])
        if op.endswith("V3"):
            build = lambda t, a, b: raw.QuantizeAndDequantizeV3(input=t, input_min=a, input_max=b, num_bits=bits, **named)
        else:
            named |= {"num_bits": bits, "round_mode": g.pick(["HALF_TO_EVEN", "HALF_UP"])}
            build = lambda t, a, b: getattr(raw, op)(input=t, input_min=a, input_max=b, **named)
        return Case(build, [x, *ends], NETWORK, note=f"{dtype.name} {x.shape} {named}", nonempty=True)

    FAMILY.op(op)(make)


for VERSION in ("V2", "V3", "V4"):
    quantize("QuantizeAndDequantize" + VERSION)


@FAMILY.op("QuantizeAndDequantizeV4Grad")
def quantize_gradient(g) -> Case:
    x = values(g, True)
    axis = g.pick([-1, g.integer(0, x.ndim - 1)])
    ends = ranges(g, (x.shape[axis],) if axis >= 0 else ())
    return Case(lambda t, u, a, b: list(raw.QuantizeAndDequantizeV4Grad(gradients=t, input=u, input_min=a, input_max=b,
                                                                        axis=axis)),
                [g.array(np.float32, x.shape), x, *ends], OP, note=f"{x.shape} axis={axis}", nonempty=True)
