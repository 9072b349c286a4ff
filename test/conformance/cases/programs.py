"""Random programs of 5 to 40 steps: data flow, branches and loops within each other, variables, gradients.

Each step is run while it is drawn, so that the next one knows shapes and types; a step that TensorFlow
refuses, or that makes large or too many numbers, is left out. Comparisons are with numbers that no rounding
decides."""

import itertools

import numpy as np
import tensorflow as tf

from conformance.case import NETWORK, Case, Family

FAMILY = Family("programs")
raw = tf.raw_ops

MOST = 400  # elements of a value
LARGE = 50.0  # no value is larger
unique = itertools.count()

# Shapes stay, values stay small.
SAME = [tf.tanh, tf.sigmoid, tf.sin, tf.cos, tf.nn.relu, tf.nn.softplus, tf.abs, tf.negative, tf.nn.elu, tf.nn.gelu,
        tf.nn.softsign, tf.math.erf, lambda x: tf.sqrt(tf.abs(x) + 0.3), lambda x: tf.exp(-x * x), lambda x: x * 0.7 + 0.1,
        lambda x: tf.minimum(x, 1.37), lambda x: tf.clip_by_value(x, -1.71, 2.13), lambda x: x / (1 + x * x),
        lambda x: tf.math.log1p(tf.abs(x))]
ROWS = [tf.nn.softmax, tf.nn.log_softmax, lambda x: tf.cumsum(x, axis=-1) * 0.3, lambda x: tf.reverse(x, [-1]),
        lambda x: tf.roll(x, 1, -1), lambda x: x - tf.reduce_mean(x, -1, keepdims=True),
        lambda x: x / (tf.norm(x, axis=-1, keepdims=True) + 0.7)]
MOVES = [lambda x: tf.expand_dims(x, -1), lambda x: tf.expand_dims(x, 0), lambda x: tf.reshape(x, [-1]),
         lambda x: tf.reshape(x, [tf.shape(x)[0], -1]), lambda x: x[1:], lambda x: x[:-1], lambda x: x[..., ::2],
         lambda x: x[0], lambda x: tf.transpose(x), lambda x: tf.pad(x, [[1, 0]] + [[0, 1]] * (len(x.shape) - 1)),
         lambda x: tf.tile(x, [2] + [1] * (len(x.shape) - 1)), lambda x: tf.concat([x, x * 0.5], -1),
         lambda x: tf.stack([x, -x], 1), lambda x: tf.split(tf.concat([x, -x], 0), 2)[1], lambda x: tf.unstack(x[:1])[0],
         lambda x: tf.gather(x, tf.range(tf.shape(x)[0]) // 2), lambda x: tf.boolean_mask(x, tf.range(tf.shape(x)[0]) % 3 > 0)]
REDUCTIONS = [tf.reduce_mean, tf.reduce_max, tf.reduce_min, tf.reduce_logsumexp, lambda x, **a: tf.reduce_sum(x, **a) * 0.2]
PAIRS = [tf.add, tf.subtract, tf.multiply, tf.maximum, tf.minimum, tf.math.squared_difference,
         lambda x, y: x / (1 + tf.abs(y)), lambda x, y: tf.atan2(x, tf.abs(y) + 0.4)]
PRODUCTS = [lambda x: tf.matmul(x, x, transpose_b=True) * 0.3, lambda x: tf.matmul(x, x, transpose_a=True) * 0.3,
            lambda x: tf.einsum("...ij,...ik->...jk", x, tf.sin(x)) * 0.3]


#  Functions that keep the shape: the bodies of branches and loops, and what is differentiated.


def chain(g, depth: int):
    """A function of one tensor, as deep in branches and loops as `depth` allows."""
    parts = [link(g, depth) for _ in range(g.integer(1, 3))]

    def function(x):
        for part in parts:
            x = part(x)
        return x

    return function


def link(g, depth: int):
    kind = g.pick(["same", "same", "rest"] + ["cond", "case", "while", "until", "call"] * (depth > 0))
    if kind == "same":
        return g.pick(SAME)
    if kind == "rest":
        part = g.pick(SAME)
        return lambda x: 0.6 * x + 0.4 * part(x)
    return {"cond": branch, "case": case, "while": loop, "until": until, "call": call}[kind](g, depth - 1)


def branch(g, depth: int):
    bound, then, other = g.rng.uniform(-3, 3), chain(g, depth), chain(g, depth)
    return lambda x: tf.cond(tf.reduce_sum(x) > bound, lambda: then(x), lambda: other(x))


def case(g, depth: int):
    parts, bound = [chain(g, depth) for _ in range(3)], g.rng.uniform(-1, 1)

    def function(x):
        which = tf.size(x) % 2 + tf.cast(tf.reduce_sum(x) > bound, tf.int32)
        return tf.switch_case(which, [lambda p=p: p(x) for p in parts])

    return function


def loop(g, depth: int):
    count, body, mixes = g.integer(0, 4), chain(g, depth), g.chance(0.5)

    def function(x):
        step = lambda i, y: (i + 1, body(y) + (0.1 * x if mixes else tf.cast(i, x.dtype) * 0.1))
        return tf.while_loop(lambda i, _: i < count, step, (tf.constant(0), x))[1]

    return function


def until(g, depth: int):
    """As many turns as the data tells, five at most."""
    bound, body = g.rng.uniform(0.5, 3), chain(g, depth)

    def function(x):
        more = lambda i, y: tf.logical_and(i < 5, tf.reduce_sum(tf.abs(y)) > bound)
        return tf.while_loop(more, lambda i, y: (i + 1, 0.5 * body(y)), (tf.constant(0), x))[1]

    return function


def call(g, depth: int):
    return tf.function(chain(g, depth), autograph=False)


def gradient(part):
    def function(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(part(x))
        found = tape.gradient(total, x)
        return tf.zeros_like(x) if found is None else found

    return function


#  Steps: (function, how many tensors it takes, their least rank)


def over_rows(g):
    part = chain(g, 1)
    if g.chance(0.5):
        return lambda x: tf.map_fn(part, x)
    return lambda x: tf.scan(lambda a, row: 0.4 * a + part(row), x)


def reduction(g):
    function, axis, keep = g.pick(REDUCTIONS), g.pick([0, -1, None]), g.chance(0.4)
    return lambda x: function(x, axis=axis, keepdims=keep)


def state(g):
    """A variable of the shape of a scalar that loops and branches add to."""
    part, count, bound = g.pick(SAME), g.integer(1, 4), g.rng.uniform(-1, 1)

    @tf.function(autograph=False)
    def run(x, handle):
        raw.AssignVariableOp(resource=handle, value=tf.reduce_mean(tf.tanh(x)))

        def turn(i):
            value = raw.ReadVariableOp(resource=handle, dtype=x.dtype)
            tf.cond(value > bound, lambda: raw.AssignSubVariableOp(resource=handle, value=part(value)),
                    lambda: raw.AssignAddVariableOp(resource=handle, value=tf.constant(0.63)))
            return i + 1

        with tf.control_dependencies([tf.while_loop(lambda i: i < count, turn, (tf.constant(0),))[0]]):
            return x + raw.ReadVariableOp(resource=handle, dtype=x.dtype)

    return lambda x: run(x, raw.VarHandleOp(dtype=x.dtype, shape=[], shared_name=f"state{next(unique)}"))


def straight(g):
    return g.pick([lambda: (g.pick(SAME), 1, 0), lambda: (g.pick(ROWS), 1, 1), lambda: (g.pick(MOVES), 1, 1),
                   lambda: (g.pick(PAIRS), 2, 0), lambda: (g.pick(PAIRS), 2, 0), lambda: (reduction(g), 1, 1),
                   lambda: (g.pick(PRODUCTS), 1, 2)])()


KINDS = {
    "data flow": straight,
    "control flow": lambda g: (chain(g, 2), 1, 0) if g.chance(0.7) else (over_rows(g), 1, 1),
    "state": lambda g: (state(g), 1, 0),
    "gradients": lambda g: (gradient(chain(g, 2)), 1, 0),
}


class Program:
    """Inputs and the steps that follow; values are counted on from the inputs."""

    def __init__(self, inputs: list[np.ndarray]):
        self.values, self.steps = [tf.constant(x) for x in inputs], []

    def add(self, g, function, count: int, rank: int) -> None:
        fit = [i for i, v in enumerate(self.values) if len(v.shape) >= rank]
        if not fit:
            return
        places = [g.pick(fit[-6:]) for _ in range(count)]
        try:
            value = function(*[self.values[i] for i in places])
        except (tf.errors.OpError, ValueError):
            return
        size = int(tf.size(value))
        if size <= MOST and len(value.shape) <= 4 and np.all(np.abs(value.numpy()) < LARGE):
            self.values.append(value)
            self.steps.append((function, places))

    def run(self, *inputs):
        """The last values, and those that no step takes."""
        values, taken = list(inputs), set()
        for function, places in self.steps:
            values.append(function(*[values[i] for i in places]))
            taken |= set(places)
        rest = [v for i, v in enumerate(values) if i not in taken and i >= len(inputs)]
        return rest[-4:]


def program(kinds: list[str]):
    def make(g) -> Case:
        inputs = [g.array(np.float32, g.shape(0, 3, 40, empty=g.chance(0.1)), -2, 2) for _ in range(g.integer(1, 3))]
        made, wanted = Program(inputs), g.integer(5, 40)
        for _ in range(wanted * 2):
            if len(made.steps) < wanted:
                made.add(g, *KINDS[g.pick(["data flow", *kinds])](g))
        return Case(made.run, inputs, NETWORK, note=f"{len(made.steps)} steps")

    return make


for _kind in KINDS:
    FAMILY.op(_kind)(program([_kind]))
FAMILY.op("all")(program(list(KINDS)))
