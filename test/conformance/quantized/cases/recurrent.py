"""Recurrent operators; their states stay from one call to the next."""

import numpy as np

from . import Case, Draw, Tensor, maker, options

GATES = range(4)  # input, forget, update, output


def weights(d: Draw, dtype: str, shape, low=-9.0, high=-5.0) -> Tensor:
    """Constants; integers have a scale and no zero point."""
    if dtype == "f32":
        return Tensor("f32", shape, data=(d.rng.standard_normal(shape) * 0.4).astype(np.float32))
    numbers = np.maximum(d.numbers(dtype, shape), -127 if dtype == "i8" else -32767)
    return Tensor(dtype, shape, d.scale(low, high), 0, numbers)


def biases(d: Draw, dtype: str, count: int, size=20000) -> Tensor:
    if dtype == "f32":
        return weights(d, "f32", [count])
    return Tensor("i32", [count], 1e-3, 0, d.rng.integers(-size, size + 1, count))


def state(dtype: str, batch: int, units: int, scale=None, zero=0) -> Tensor:
    return Tensor(dtype, [batch, units], scale, zero, variable=True)


def sequence(d: Draw, batch: int, features: int, is_time_major: bool) -> list[int]:
    time = d.number(2, 4)
    return [time, batch, features] if is_time_major else [batch, time, features]


class Lstm:
    """The 24 inputs of an LSTM: floats with weights of a type, or integers throughout ("8x8_16")."""

    def __init__(self, d: Draw, dtype: str):
        self.integer = dtype == "8x8_16"
        self.batch, self.features, self.cells = d.number(1, 3), d.number(1, 6), d.number(2, 6)
        self.coupled, self.peeps, self.norms = d.chance(0.3), d.chance(0.3), d.chance(0.3)
        self.projects = d.chance(0.3)
        self.outputs = d.number(1, self.cells) if self.projects else self.cells
        if self.peeps and self.integer:
            self.outputs = self.cells
        matrix, vector = ("i8", "i16") if self.integer else (dtype, dtype)
        norm, real = ("i16", "i32") if self.integer else ("f32", "f32")
        present = [g for g in GATES if g or not self.coupled]
        self.inputs = [None] * 24
        for g in present:
            self.inputs[1 + g] = weights(d, matrix, [self.cells, self.features])
            self.inputs[5 + g] = weights(d, matrix, [self.cells, self.outputs])
            self.inputs[12 + g] = biases(d, real, self.cells, 200000 if self.norms else 20000)
            if self.peeps and g != 2:
                self.inputs[11 if g == 3 else 9 + g] = weights(d, vector, [self.cells], -16 if self.integer else -9,
                                                               -11 if self.integer else -5)
            if self.norms:
                self.inputs[20 + g] = weights(d, norm, [self.cells], -16, -13)
        if self.projects:
            self.inputs[16] = weights(d, matrix, [self.outputs, self.cells])
            self.inputs[17] = biases(d, real, self.outputs) if d.chance(0.5) else None
        self.finish(d)

    def finish(self, d: Draw):
        output, cell = ("i8", "i16") if self.integer else ("f32", "f32")
        scales = ((d.scale(-8, -6), d.zero("i8")), (2.0 ** -d.number(10, 12), 0)) if self.integer else ((), ())
        self.inputs[18] = state(output, self.batch, self.outputs, *scales[0])
        self.inputs[19] = state(cell, self.batch, self.cells, *scales[1])
        gates = [Tensor("i16", [0], d.scale(-13, -10), 0) for _ in GATES]
        hidden = Tensor("i8", [0], d.scale(-8, -7), d.number(-127, 127))
        self.intermediates = [*gates, hidden] if self.integer else []

    def x(self, d: Draw, shape) -> Tensor:
        return d.tensor("i8", shape, -8, -4) if self.integer else Tensor("f32", shape)

    def y(self, shape) -> Tensor:
        h = self.inputs[18]
        return Tensor(h.dtype, shape, h.scale, h.zero)


def add_lstm(name: str, dtype: str):
    @maker(name)
    def make(d: Draw) -> Case:
        cell, is_time_major = Lstm(d, dtype), d.chance(0.5)
        cell.inputs[0] = cell.x(d, sequence(d, cell.batch, cell.features, is_time_major))
        o = options("UnidirectionalSequenceLSTM", timeMajor=is_time_major, fusedActivationFunction=4,
                    cellClip=d.one_of(0.0, 0.0, 2.5), projClip=d.one_of(0.0, 0.5) if cell.projects else 0.0,
                    asymmetricQuantizeInputs=dtype == "i8" and d.chance(0.5))
        return Case("UNIDIRECTIONAL_SEQUENCE_LSTM", 3, cell.inputs, cell.y([0]), o, cell.intermediates)


def add_lstm_step(name: str, dtype: str):
    @maker(name)
    def make(d: Draw) -> Case:
        cell = Lstm(d, dtype)
        cell.inputs[0] = cell.x(d, [cell.batch, cell.features])
        o = options("LSTM", fusedActivationFunction=4, cellClip=d.one_of(0.0, 0.0, 2.5),
                    projClip=d.one_of(0.0, 0.5) if cell.projects else 0.0,
                    asymmetricQuantizeInputs=dtype == "i8" and d.chance(0.5))
        return Case("LSTM", 4, cell.inputs, cell.y([0]), o, cell.intermediates)


def add_rnn(name: str, op: str, kind: str, dtype: str):
    @maker(name)
    def make(d: Draw) -> Case:
        batch, features, units = d.number(1, 3), d.number(1, 6), d.number(1, 6)
        values, shape = {}, [batch, features]
        if kind == "SequenceRNN":
            values["timeMajor"] = d.chance(0.5)
            shape = sequence(d, batch, features, values["timeMajor"])
        inputs = [Tensor("f32", shape), weights(d, dtype, [units, features]), weights(d, dtype, [units, units]),
                  biases(d, "f32", units), state("f32", batch, units)]
        o = options(kind, fusedActivationFunction=d.one_of(4, 1, 0),
                    asymmetricQuantizeInputs=dtype == "i8" and d.chance(0.5), **values)
        return Case(op, 3, inputs, Tensor("f32", [0]), o)


def add_svdf(name: str, dtype: str):
    @maker(name)
    def make(d: Draw) -> Case:
        batch, features, units, rank, memory = (d.number(1, n) for n in (3, 6, 5, 3, 5))
        filters = units * rank
        integer = dtype == "8x8_16"
        x = d.tensor("i8", [batch, features], -8, -4) if integer else Tensor("f32", [batch, features])
        over_features = weights(d, "i8" if integer else dtype, [filters, features])
        over_time = weights(d, "i16" if integer else dtype, [filters, memory], -16 if integer else -9,
                            -12 if integer else -5)
        inputs = [x, over_features, over_time,
                  biases(d, "i32" if integer else "f32", units) if d.chance(0.7) else None,
                  state("i16" if integer else "f32", batch, memory * filters, *((d.scale(-12, -9), 0) if integer else ()))]
        y = Tensor("i8", [0], d.scale(-8, -4), d.zero("i8")) if integer else Tensor("f32", [0])
        o = options("SVDF", rank=rank, fusedActivationFunction=1 if integer else d.one_of(0, 1, 4),
                    asymmetricQuantizeInputs=dtype == "i8" and d.chance(0.5))
        return Case("SVDF", 4 if dtype == "i8" else 3, inputs, y, o)


for prefix, storage in (("float_", "f32"), ("hybrid_", "i8"), ("", "8x8_16")):
    add_lstm(prefix + "unidirectional_sequence_lstm", storage)
    add_lstm_step(prefix + "lstm", storage)
    add_svdf(prefix + "svdf", storage)
    if prefix:
        add_rnn(prefix + "rnn", "RNN", "RNN", storage)
        add_rnn(prefix + "unidirectional_sequence_rnn", "UNIDIRECTIONAL_SEQUENCE_RNN", "SequenceRNN", storage)
