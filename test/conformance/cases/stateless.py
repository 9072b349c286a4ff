"""Random numbers of seeds: equal to TensorFlow's, bit by bit but for normal ones."""

import numpy as np
import tensorflow as tf

from conformance.case import MOVE, OP, Case, Family

FAMILY = Family("stateless")
FLOATS = [tf.float16, tf.bfloat16, tf.float32, tf.float64]


def seeds(g) -> np.ndarray:
    dtype = g.pick([np.int32, np.int64])
    return np.array([g.integer(-2**31, 2**31 - 1), g.integer(-9, 9)], dtype)


def drawn(name: str, make, dtypes: list, rule) -> None:
    def case(g) -> Case:
        dtype, seed = g.pick(dtypes), seeds(g)
        sizes = np.array([g.integer(0, 9) for _ in range(g.integer(0, 3))], np.int32)
        return Case(lambda s: make(sizes, s, dtype), [seed], rule, note=f"{dtype.name} {list(sizes)}", frozen=(0,))

    FAMILY.op(name)(case)


drawn("stateless_uniform", lambda sizes, s, t: tf.random.stateless_uniform(sizes, s, dtype=t), FLOATS, MOVE)
drawn("stateless_normal", lambda sizes, s, t: tf.random.stateless_normal(sizes, s, dtype=t), FLOATS, OP)
drawn("stateless_uniform(integers)",
      lambda sizes, s, t: tf.random.stateless_uniform(sizes, s, minval=-5, maxval=1000003, dtype=t),
      [tf.int32, tf.int64], MOVE)
drawn("stateless_uniform(all integers)",
      lambda sizes, s, t: tf.random.stateless_uniform(sizes, s, minval=None, maxval=None, dtype=t),
      [tf.int32, tf.int64, tf.uint32, tf.uint64], MOVE)
drawn("stateless_truncated_normal", lambda sizes, s, t: tf.random.stateless_truncated_normal(sizes, s, dtype=t), FLOATS, OP)


@FAMILY.op("stateless_categorical")
def categorical(g) -> Case:
    x = g.array(g.pick([np.float16, np.float32, np.float64]), (g.integer(0, 4), g.integer(1, 7)))
    if g.chance(0.3) and x.shape[0]:
        x[0, 0] = g.pick([-np.inf, np.nan, np.inf])
    count, kind = g.integer(0, 9), g.pick([tf.int32, tf.int64])
    return Case(lambda t, s: tf.random.stateless_categorical(t, count, s, dtype=kind), [x, seeds(g)], MOVE,
                note=f"{x.dtype.name} {x.shape} {count}", frozen=(1,), nonempty=True)


@FAMILY.op("split, fold_in")
def split(g) -> Case:
    return Case(lambda s: [tf.random.split(s, 3), tf.random.fold_in(s, 7)], [seeds(g)], MOVE, frozen=(0,))


def sampled(name: str, make, parameters, dtypes: list) -> None:
    """A distribution that is sampled by rejection; the result ends with the shape of the parameters."""

    def case(g) -> Case:
        dtype, values = g.pick(dtypes), [p(g) for p in parameters]
        sizes = [g.integer(1, 9)] + [values[0].size] * (values[0].ndim > 0)
        return Case(lambda s: make(sizes, s, values, dtype), [seeds(g)], OP, note=f"{dtype.name} {values}", frozen=(0,))

    FAMILY.op(name)(case)


def either(*values):
    """One of the values, or all of them."""
    return lambda g: np.float32(g.pick(values)) if g.chance(0.5) else np.array(values, np.float32)


sampled("stateless_gamma", lambda sizes, s, p, t: tf.random.stateless_gamma(sizes, s, tf.cast(p[0], t), dtype=t),
        [either(0.3, 1.0, 2.5)], [tf.float32, tf.float64])
sampled("stateless_poisson", lambda sizes, s, p, t: tf.random.stateless_poisson(sizes, s, p[0], dtype=t),
        [either(0.5, 4.0, 10.0, 60.0)], [tf.float32, tf.int32, tf.int64])
sampled("stateless_binomial", lambda sizes, s, p, t: tf.random.stateless_binomial(sizes, s, p[0], 0.3, output_dtype=t),
        [either(5.0, 40.0, 200.0)], [tf.float32, tf.int32, tf.int64])


@FAMILY.op("stateless_shuffle")
def shuffle(g) -> Case:
    x = g.array(g.pick([np.int32, np.float32]), g.shape(1, 3, 60))
    return Case(lambda t, s: tf.random.experimental.stateless_shuffle(t, s), [x, seeds(g)], MOVE, frozen=(1,))
