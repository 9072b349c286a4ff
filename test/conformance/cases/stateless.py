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
