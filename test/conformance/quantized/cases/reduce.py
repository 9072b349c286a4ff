"""Reductions and what normalises rows."""

import numpy as np

from . import Case, Draw, Tensor, constant, maker, options, x_like


@maker("SOFTMAX")
def softmax(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape(d.number(1, 3)) + [d.number(1, 60)], -7, 1)
    if x.dtype == "i16":
        x.scale = d.scale(-14, -8)
        y = Tensor(x.dtype, x.shape, 1 / 32768)
        return Case("SOFTMAX", 3, [x], y, options("Softmax", beta=d.one_of(1.0, 0.5, 2.25)))
    y = Tensor(x.dtype, x.shape, 1 / 256, -128 if x.dtype == "i8" else 0)
    return Case("SOFTMAX", 2, [x], y, options("Softmax", beta=d.one_of(1.0, 0.5, 2.25)))


@maker("LOG_SOFTMAX")
def log_softmax(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), d.shape(d.number(1, 3)) + [d.number(1, 60)], -7, 1)
    y = Tensor(x.dtype, x.shape, 1 / 16, 127 if x.dtype == "i8" else 255)
    return Case("LOG_SOFTMAX", 2, [x], y, options("LogSoftmax"))


@maker("L2_NORMALIZATION")
def l2_normalization(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), d.shape(d.number(1, 3)) + [d.number(1, 60)], -7, 1)
    y = Tensor(x.dtype, x.shape, 1 / 128, 0 if x.dtype == "i8" else 128)
    return Case("L2_NORMALIZATION", 2, [x], y, options("L2Norm", fusedActivationFunction=0))


def add_reduction(op: str, dtypes: tuple):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*dtypes), d.shape())
        rank = len(x.shape)
        axes = constant(d.rng.choice(rank, d.number(1, rank), replace=False))
        if op in ("MEAN", "SUM") and d.chance(0.4):
            x.open = tuple(i for i in range(rank) if d.chance(0.5))
        y = d.like(x, -2, 2) if op in ("MEAN", "SUM") else x_like(x)
        y.shape = [0]
        return Case(op, 2, [x, axes], y, options("Reducer", keepDims=d.chance(0.5)))


add_reduction("MEAN", ("i8", "u8", "i16"))
add_reduction("SUM", ("i8", "u8"))
add_reduction("REDUCE_MAX", ("i8", "u8", "i16"))
add_reduction("REDUCE_MIN", ("i8", "u8", "i16"))


@maker("REDUCE_PROD")
def reduce_prod(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "i16"), d.shape(), -8, -4)
    rank = len(x.shape)
    axes = constant(d.rng.choice(rank, d.number(1, rank), replace=False))
    count = int(np.prod([x.shape[a] for a in axes.data]))
    # Of many numbers the product is as large as no scale can be.
    unit = float(np.clip((50.0 * x.scale) ** min(count, 64), 1e-20, 1e20))
    y = Tensor(x.dtype, [0], d.near(unit, -4, 4), d.zero(x.dtype))
    return Case("REDUCE_PROD", 2, [x, axes], y, options("Reducer", keepDims=d.chance(0.5)))
