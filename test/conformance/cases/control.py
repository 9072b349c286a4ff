"""Branches and loops, functional and as the frames of TensorFlow 1; lists of tensors."""

import numpy as np
import tensorflow as tf

from conformance.case import MOVE, NETWORK, SUM, Case, Family

FAMILY = Family("control")
raw = tf.raw_ops
tf1 = tf.compat.v1


def frames(build):
    """The function with the Switch, Merge, Enter and Exit nodes of TensorFlow 1."""

    def wrapped(*tensors):
        if tf.executing_eagerly():
            return build(*tensors)
        tf1.disable_control_flow_v2()
        try:
            return build(*tensors)
        finally:
            tf1.enable_control_flow_v2()

    return wrapped


def both(name: str, tolerance: str = NETWORK):
    """Registers a maker twice: with functional control flow and with frames."""

    def register(make):
        def functional(g) -> Case:
            function, inputs, note = make(g)
            return Case(function, inputs, tolerance, note=note)

        def framed(g) -> Case:
            function, inputs, note = make(g)
            return Case(frames(function), inputs, tolerance, note=note)

        FAMILY.op(name)(functional)
        FAMILY.op(f"{name} (frames)")(framed)
        return make

    return register


def vector(g) -> np.ndarray:
    return g.array(np.float32, (g.size(9),))


@both("cond")
def cond(g):
    x = g.array(np.float32, g.shape(0, 3))
    return lambda p, t: tf.cond(p, lambda: t * 2 + 1, lambda: tf.tanh(t)), [g.array(bool, ()), x], ""


@both("cond of a sum")
def cond_of_sum(g):
    x = g.array(np.float32, g.shape(1, 3, empty=False))
    return lambda t: tf.cond(tf.reduce_max(t) > 2, lambda: (t + 1, tf.constant(1)), lambda: (-t, tf.constant(0))), [x], ""


@both("nested cond")
def nested_cond(g):
    a, x = g.array(np.int32, (), -3, 3), g.array(np.float32, g.shape(0, 2))
    return (lambda n, t: tf.cond(n > 0, lambda: tf.cond(n > 1, lambda: t + 10, lambda: t + 20), lambda: -t),
            [a, x], str(a))


@FAMILY.op("switch_case")
def switch_case(g) -> Case:
    a, x = g.array(np.int32, (), -1, 4), g.array(np.float32, g.shape(0, 2))
    return Case(lambda n, t: tf.switch_case(n, [lambda: t + 1, lambda: t * 2, lambda: tf.exp(-t * t)], default=lambda: -t),
                [a, x], NETWORK, note=str(a))


@both("while(count)")
def while_count(g):
    n, x = g.array(np.int32, (), 0, 9), g.array(np.float32, g.shape(0, 3))

    def function(count, t):
        return tf.while_loop(lambda i, s: i < count, lambda i, s: (i + 1, s * 0.5 + 1), (tf.constant(0), t))[1]

    return function, [n, x], str(n)


@both("while(data)")
def while_data(g):
    """The number of turns depends on a result."""
    x = g.array(np.float32, (), 0.1, 9)

    def function(t):
        return tf.while_loop(lambda s, n: s < 100, lambda s, n: (s * 1.7 + 0.5, n + 1), (t, tf.constant(0)))

    return function, [x], ""


@both("while in while", MOVE)
def nested_while(g):
    a, b = g.array(np.int32, (), 0, 5), g.array(np.int32, (), 0, 5)

    def function(m, n):
        def inner(s):
            return tf.while_loop(lambda j, q: j < n, lambda j, q: (j + 1, q + j), (tf.constant(0), s))[1]

        return tf.while_loop(lambda i, s: i < m, lambda i, s: (i + 1, inner(s) + i), (tf.constant(0), tf.constant(0)))[1]

    return function, [a, b], f"{a} {b}"


@both("cond in while", MOVE)
def collatz(g):
    x = g.array(np.int32, (), 1, 40)

    def function(n):
        def step(v, steps):
            return tf.cond(tf.equal(v % 2, 0), lambda: v // 2, lambda: 3 * v + 1), steps + 1

        return tf.while_loop(lambda v, steps: v > 1, step, (n, tf.constant(0)))[1]

    return function, [x], str(x)


@both("TensorArray of results")
def tensor_array(g):
    x = g.array(np.float32, g.shape(2, 3, 100))

    def function(t):
        source = tf.TensorArray(tf.float32, tf.shape(t)[0], element_shape=t.shape[1:]).unstack(t)
        target = tf.TensorArray(tf.float32, tf.shape(t)[0], element_shape=t.shape[1:])
        body = lambda i, a: (i + 1, a.write(i, source.read(i) * 2 + tf.cast(i, tf.float32)))
        return tf.while_loop(lambda i, a: i < tf.shape(t)[0], body, (tf.constant(0), target))[1].stack()

    return function, [x], ""


@FAMILY.op("growing loop variable")
def growing(g) -> Case:
    n, x = g.array(np.int32, (), 0, 6), vector(g)

    def function(count, t):
        return tf.while_loop(lambda i, s: i < count, lambda i, s: (i + 1, tf.concat([s, s[:1]], 0)),
                             (tf.constant(0), t), shape_invariants=(tf.TensorShape([]), tf.TensorShape([None])))[1]

    return Case(function, [n, x], MOVE, note=str(n))


@FAMILY.op("growing in loops")
def growing_in_loops(g) -> Case:
    """Two variables that take each other's place and grow, in a loop whose turns the data tells, in another."""
    n, a, b = g.array(np.int32, (), 0, 4), g.array(np.float32, (g.integer(1, 4), 2)), g.array(np.float32, (g.integer(1, 3), 2))
    open_rows = tf.TensorShape([None, 2])

    def inner(a, b, size):
        return tf.while_loop(lambda a, b: tf.shape(a)[0] < size, lambda a, b: (tf.concat([b, a], 0), a), (a, b),
                             shape_invariants=(open_rows, open_rows))

    def function(count, a, b):
        def body(i, a, b):
            a, b = inner(a, b, 5 * i)
            return i + 1, tf.boolean_mask(a, a[:, 0] > -2), b * 2

        return tf.while_loop(lambda i, *_: i < count, body, (tf.constant(0), a, b),
                             shape_invariants=(tf.TensorShape([]), open_rows, open_rows))[1:]

    return Case(function, [n, a, b], MOVE, note=str(n), nonempty=True)


@FAMILY.op("map_fn")
def map_fn(g) -> Case:
    x = g.array(np.float32, g.shape(1, 3, 100))
    return Case(lambda t: tf.map_fn(lambda row: tf.reduce_sum(row) + row, t), [x], NETWORK)


@FAMILY.op("scan")
def scan(g) -> Case:
    x = g.array(np.float32, g.shape(1, 3, 100))
    reverse = g.chance(0.3)
    return Case(lambda t: tf.scan(lambda a, row: a * 0.5 + row, t, tf.zeros_like(t[0]), reverse=reverse), [x], NETWORK,
                frozen=(0,) if 0 in x.shape else ())


@FAMILY.op("foldl")
def foldl(g) -> Case:
    x = g.array(np.float32, g.shape(1, 3, 100))
    return Case(lambda t: tf.foldl(lambda a, row: tf.maximum(a, row) * 0.9, t, tf.zeros(t.shape[1:]) if t.shape[1:].rank == 0
                                   else tf.zeros(tf.shape(t)[1:])), [x], NETWORK)


@FAMILY.op("function call")
def function_call(g) -> Case:
    x = g.array(np.float32, g.shape(0, 3))
    inner = tf.function(lambda t: tf.tanh(t) + 1)
    outer = tf.function(lambda t: inner(t) * inner(-t))
    return Case(outer, [x], NETWORK)


@FAMILY.op("Assert")
def assert_(g) -> Case:
    x = g.array(np.float32, g.shape(1, 2, 40), -0.2, 4) if g.chance(0.5) else np.abs(g.array(np.float32, g.shape(1, 2, 40)))

    def function(t):
        with tf.control_dependencies([tf.debugging.assert_non_negative(t)]):
            return tf.identity(t)

    return Case(function, [x], MOVE)


@FAMILY.op("gradient of while")
def gradient_of_while(g) -> Case:
    """The forward loop keeps its intermediate results in lists."""
    x = g.array(np.float32, g.shape(0, 2, 30), -1, 1)

    def function(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            y = tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, tf.sin(s) + s * t), (tf.constant(0), t))[1]
            loss = tf.reduce_sum(y)
        return tape.gradient(loss, t)

    return Case(tf.function(function), [x], NETWORK)


def stacked(handle, x):
    return raw.TensorListStack(input_handle=handle, element_shape=np.array(x.shape[1:] or [], np.int32), element_dtype=x.dtype)


def whole(x):
    return raw.TensorListFromTensor(tensor=x, element_shape=np.array(x.shape[1:], np.int32))


@FAMILY.op("TensorListScatter")
def list_scatter(g) -> Case:
    count = g.integer(0, 4)
    x, most = g.array(np.float32, (count, g.integer(1, 3))), g.integer(4, 6)
    places = g.rng.permutation(4)[:count].astype(np.int32)
    into, size = g.chance(0.5), g.pick([-1, most])
    if into:  # TensorFlow appends what lies behind the list's end, whatever its index
        places = np.arange(count, dtype=np.int32)

    def function(x, places):
        if into:
            first = whole(tf.ones([2, x.shape[1]]))
            return stacked(raw.TensorListScatterIntoExistingList(input_handle=first, tensor=x, indices=places), x)
        shape = np.array([x.shape[1]], np.int32)
        return stacked(raw.TensorListScatterV2(tensor=x, indices=places, element_shape=shape, num_elements=size), x)

    return Case(function, [x, places], MOVE, note=f"{list(places)} into={into} size={size}", frozen=(0,))


@FAMILY.op("TensorListSplit, TensorListConcat")
def list_split(g) -> Case:
    count, each = g.integer(1, 4), g.integer(0, 3)
    x = g.array(np.float32, (count * each, 2))
    lengths = np.full(count, each, np.int64)

    def function(x, lengths):
        handle = raw.TensorListSplit(tensor=x, element_shape=np.array([-1, 2], np.int32), lengths=lengths)
        handle = raw.TensorListConcatLists(input_a=handle, input_b=handle, element_dtype=tf.float32)
        return list(raw.TensorListConcatV2(input_handle=handle, element_shape=np.array([-1, 2], np.int32),
                                           leading_dims=np.zeros(0, np.int64), element_dtype=tf.float32))

    return Case(function, [x, lengths], MOVE, note=f"{count} of {each}", frozen=(0, 1))


@FAMILY.op("linear recurrence")
def linear(g) -> Case:
    x, w = g.array(np.float32, (g.integer(0, 5), 3)), g.array(np.float32, (3, 3), -0.5, 0.5)
    return Case(lambda t: tf.scan(lambda h, row: tf.linalg.matvec(w, h) + row, t, np.zeros(3, np.float32)), [x], SUM,
                terms=lambda t: tf.ones_like(t) * 100, frozen=(0,))


@FAMILY.op("ZerosLike and AddN of lists")
def list_arithmetic(g) -> Case:
    """Of which gradients of loops are made that write lists."""
    x, written = g.array(np.float32, (g.integer(1, 4), 3)), g.chance(0.7)

    def function(t):
        shape = np.array([3], np.int32)
        full = raw.TensorListFromTensor(tensor=t, element_shape=shape)
        other = full if written else raw.TensorListReserve(element_shape=shape, num_elements=tf.shape(t)[0],
                                                           element_dtype=tf.float32)
        none = raw.ZerosLike(x=other)
        return [stacked(handle, t) for handle in (none, raw.AddN(inputs=[none, full, full]))]

    return Case(function, [x], MOVE, note=f"{x.shape} written={written}", frozen=(0,))


def first_gradient(function):
    """The gradient of the sum of the function's result by its first argument."""

    def wrapped(x, *others):
        with tf.GradientTape() as tape:
            tape.watch(x)
            total = tf.reduce_sum(function(x, *others))
        return tape.gradient(total, x)

    return wrapped


@FAMILY.op("gradient of branches")
def branch_gradient(g) -> Case:
    def function(x, p):
        return tf.cond(p, lambda: tf.sin(x) * x, lambda: tf.cond(tf.reduce_sum(x) > 0, lambda: x * x, lambda: tf.tanh(x)))

    return Case(first_gradient(function), [vector(g), g.array(bool, ())], NETWORK)


@FAMILY.op("gradient of branches in a loop")
def branch_in_loop_gradient(g) -> Case:
    def function(x, n):
        def body(i, y):
            return i + 1, tf.cond(tf.reduce_sum(y) > 0, lambda: tf.sin(y) * 1.1, lambda: y * y + 0.1)

        return tf.while_loop(lambda i, _: i < n, body, (tf.constant(0), x))[1]

    return Case(first_gradient(function), [vector(g), g.array(np.int32, (), 0, 5)], NETWORK)


@FAMILY.op("gradient of a loop in a loop")
def nested_loop_gradient(g) -> Case:
    """The inner loop is longer each time, so that lists of different lengths are kept in one."""

    def function(x, n):
        def body(i, y):
            inner = tf.while_loop(lambda j, _: j <= i, lambda j, z: (j + 1, tf.tanh(z) + tf.cast(j, tf.float32) * x),
                                  (tf.constant(0), y))
            return i + 1, inner[1]

        return tf.while_loop(lambda i, _: i < n, body, (tf.constant(0), x))[1]

    return Case(first_gradient(function), [vector(g), g.array(np.int32, (), 0, 4)], NETWORK)


@FAMILY.op("gradient of a scan in a map")
def scan_in_map_gradient(g) -> Case:
    def function(x):
        return tf.map_fn(lambda row: tf.scan(lambda a, b: a * b, row), x)

    return Case(first_gradient(function), [g.array(np.float32, (g.integer(1, 3), g.integer(1, 5)))], NETWORK)
