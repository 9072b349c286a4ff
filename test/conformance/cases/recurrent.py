"""Recurrent layers, written as the loops that TensorFlow's layers become, and the block kernels."""

import numpy as np
import tensorflow as tf

from conformance.case import NETWORK, Case, Family

FAMILY = Family("recurrent")
raw = tf.raw_ops


def weights(g, *shape) -> np.ndarray:
    return g.array(np.float32, shape, -0.5, 0.5)


def sizes(g) -> tuple[int, int, int, int]:
    """(batch, time, features, units)"""
    return g.integer(1, 3), g.integer(0 if g.chance(0.1) else 1, 6), g.pick([1, 3, 8]), g.pick([1, 4, 7])


def unroll(step, x, states):
    """Runs step(states, input) > states over the second dimension of x; the first state is stacked."""
    steps = tf.shape(x)[1]
    units = states[0].shape[-1]
    inputs = tf.TensorArray(tf.float32, steps).unstack(tf.transpose(x, [1, 0, 2]))
    outputs = tf.TensorArray(tf.float32, steps, element_shape=[None, units])

    def body(i, outputs, states):
        states = step(states, inputs.read(i))
        return i + 1, outputs.write(i, states[0]), states

    _, outputs, states = tf.while_loop(lambda i, *_: i < steps, body, (tf.constant(0), outputs, states))
    return [tf.transpose(outputs.stack(), [1, 0, 2]), states[0]]


def zeros(x, units: int):
    return tf.zeros([tf.shape(x)[0], units])


@FAMILY.op("simple rnn")
def simple(g) -> Case:
    batch, time, features, units = sizes(g)
    w, u, b = weights(g, features, units), weights(g, units, units), weights(g, units)

    def function(x):
        return unroll(lambda s, t: (tf.tanh(tf.matmul(t, w) + tf.matmul(s[0], u) + b),), x, (zeros(x, units),))

    return Case(function, [g.array(np.float32, (batch, time, features))], NETWORK)


@FAMILY.op("lstm")
def lstm(g) -> Case:
    batch, time, features, units = sizes(g)
    w, u, b = weights(g, features, 4 * units), weights(g, units, 4 * units), weights(g, 4 * units)

    def step(states, t):
        h, c = states
        i, f, n, o = tf.split(tf.matmul(t, w) + tf.matmul(h, u) + b, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(n)
        return tf.sigmoid(o) * tf.tanh(c), c

    return Case(lambda x: unroll(step, x, (zeros(x, units), zeros(x, units))),
                [g.array(np.float32, (batch, time, features))], NETWORK)


@FAMILY.op("gru")
def gru(g) -> Case:
    batch, time, features, units = sizes(g)
    w, u, b = weights(g, features, 3 * units), weights(g, units, 3 * units), weights(g, 2, 3 * units)

    def step(states, t):
        (h,) = states
        xz, xr, xh = tf.split(tf.matmul(t, w) + b[0], 3, axis=1)
        hz, hr, hh = tf.split(tf.matmul(h, u) + b[1], 3, axis=1)
        z = tf.sigmoid(xz + hz)
        return (z * h + (1 - z) * tf.tanh(xh + tf.sigmoid(xr + hr) * hh),)

    return Case(lambda x: unroll(step, x, (zeros(x, units),)), [g.array(np.float32, (batch, time, features))], NETWORK)


@FAMILY.op("masked rnn")
def masked(g) -> Case:
    """Steps beyond a row's length keep the state."""
    batch, time, features, units = sizes(g)
    w, u = weights(g, features, units), weights(g, units, units)

    def function(x, lengths):
        def step(states, t):
            h, i = states
            new = tf.tanh(tf.matmul(t, w) + tf.matmul(h, u))
            return tf.where((i < lengths)[:, None], new, h), i + 1

        return unroll(step, x, (zeros(x, units), tf.constant(0)))

    lengths = g.array(np.int32, (batch,), 0, max(time, 1))
    return Case(function, [g.array(np.float32, (batch, time, features)), lengths], NETWORK)


@FAMILY.op("LSTMBlockCell")
def block_cell(g) -> Case:
    batch, _, features, units = sizes(g)
    w, b = weights(g, features + units, 4 * units), weights(g, 4 * units)
    peephole = weights(g, 3, units)
    use, clip = g.chance(0.5), g.pick([-1.0, 0.5])
    inputs = [g.array(np.float32, (batch, n)) for n in (features, units, units)]
    return Case(lambda x, c, h: list(raw.LSTMBlockCell(
        x=x, cs_prev=c, h_prev=h, w=w, wci=peephole[0], wcf=peephole[1], wco=peephole[2], b=b, forget_bias=1.0,
        cell_clip=clip, use_peephole=use)), inputs, NETWORK, note=f"peephole={use} clip={clip}")


def block_lstm(op: str):
    def make(g) -> Case:
        batch, time, features, units = sizes(g)
        w, b, p = weights(g, features + units, 4 * units), weights(g, 4 * units), weights(g, 3, units)
        x = g.array(np.float32, (max(time, 1), batch, features))
        states = [g.array(np.float32, (batch, units)) for _ in range(2)]
        extra = {"use_peephole": g.chance(0.5), "cell_clip": g.pick([0.0, 0.5])}
        if op == "BlockLSTM" and g.chance(0.5):
            extra["forget_bias"] = 0.5
        # The kernel fills cs and h behind the last step, nothing else.
        steps = x.shape[0] if g.chance(0.7) else g.integer(1, x.shape[0])
        which = slice(None) if steps == x.shape[0] else slice(1, 7, 5)
        return Case(lambda t, c, h: list(getattr(raw, op)(
            seq_len_max=np.int64(steps), x=t, cs_prev=c, h_prev=h, w=w, wci=p[0], wcf=p[1], wco=p[2], b=b, **extra))[which],
                    [x, *states], NETWORK, note=f"{steps} steps {extra}", frozen=(0, 1, 2))

    FAMILY.op(op)(make)


block_lstm("BlockLSTM")
block_lstm("BlockLSTMV2")


@FAMILY.op("GRUBlockCell")
def gru_block(g) -> Case:
    batch, _, features, units = sizes(g)
    ru, c = weights(g, features + units, 2 * units), weights(g, features + units, units)
    bru, bc = weights(g, 2 * units), weights(g, units)
    inputs = [g.array(np.float32, (batch, features)), g.array(np.float32, (batch, units))]
    return Case(lambda x, h: list(raw.GRUBlockCell(x=x, h_prev=h, w_ru=ru, w_c=c, b_ru=bru, b_c=bc)), inputs, NETWORK)


def sequences(g) -> tuple[np.ndarray, np.ndarray]:
    """Scores [time, batch, classes] and the lengths of the sequences."""
    time, batch = g.integer(1, 7), g.integer(1, 3)
    return g.array(np.float32, (time, batch, g.integer(2, 5))), g.array(np.int32, (batch,), 1, time)


@FAMILY.op("CTCGreedyDecoder")
def greedy(g) -> Case:
    x, lengths = sequences(g)
    merges = g.chance(0.5)
    return Case(lambda t, n: list(raw.CTCGreedyDecoder(inputs=t, sequence_length=n, merge_repeated=merges)), [x, lengths],
                NETWORK, note=f"{merges}", frozen=(0, 1))


@FAMILY.op("CTCLoss")
def ctc_loss(g) -> Case:
    x, lengths = sequences(g)
    counts = [g.integer(0, max(1, int(n) // 2)) for n in lengths]
    indices = np.array([(b, i) for b, count in enumerate(counts) for i in range(count)], np.int64).reshape(-1, 2)
    values = g.array(np.int32, (len(indices),), 0, x.shape[2] - 2)
    merges = g.chance(0.7)

    def function(t, i, v, n):
        loss = raw.CTCLoss(inputs=t, labels_indices=i, labels_values=v, sequence_length=n, ctc_merge_repeated=merges,
                           ignore_longer_outputs_than_inputs=True)
        return list(loss)

    return Case(function, [x, indices, values, lengths], NETWORK, note=f"{merges}", frozen=(0, 1, 2, 3))
