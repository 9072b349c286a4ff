"""Fourier transforms of any length, and what TensorFlow builds from them."""

import numpy as np
import tensorflow as tf

from conformance.case import NETWORK, Case, Family
from conformance.gen import Gen

FAMILY = Family("signal")
raw = tf.raw_ops
LENGTHS = [0, 1, 2, 3, 4, 5, 7, 8, 12, 13, 31, 60, 64, 67, 96, 101, 128, 134, 240]


def sizes(g: Gen, rank: int) -> tuple:
    lengths = LENGTHS if rank == 1 else LENGTHS[1:8]
    return (*g.pick([(), (), (2,), (0,), (2, 3)]), *(g.pick(lengths) for _ in range(rank)))


def full(op: str, rank: int):
    def make(g) -> Case:
        x = g.array(g.pick([np.complex64, np.complex128]), sizes(g, rank))
        return Case(lambda t: getattr(raw, op)(input=t), [x], NETWORK, note=f"{x.dtype.name} {x.shape}")

    FAMILY.op(op)(make)


def half(op: str, rank: int, inverse: bool):
    def make(g) -> Case:
        # TensorFlow ends the program at lengths of 0.
        wide, shape = g.chance(0.3), tuple(d or 5 for d in sizes(g, rank))
        lengths = np.array([max(1, d - g.integer(0, 2)) for d in shape[-rank:]], np.int32)
        kind = np.float64 if wide else np.float32
        if inverse:
            shape = (*shape[:-1], int(lengths[-1]) // 2 + 1 + g.integer(0, 2))
            x = g.array(np.complex128 if wide else np.complex64, shape)
            build = lambda t: getattr(raw, op)(input=t, fft_length=lengths, Treal=kind)
        else:
            x = g.array(kind, shape)
            build = lambda t: getattr(raw, op)(input=t, fft_length=lengths,
                                               Tcomplex=np.complex128 if wide else np.complex64)
        # TensorFlow leaves the result of an empty tensor as memory held it.
        return Case(build, [x], NETWORK, note=f"{x.dtype.name} {x.shape} {lengths.tolist()}", nonempty=True)

    FAMILY.op(op)(make)


for RANK, SUFFIX in ((1, ""), (2, "2D"), (3, "3D")):
    full("FFT" + SUFFIX, RANK)
    full("IFFT" + SUFFIX, RANK)
    half("RFFT" + SUFFIX, RANK, False)
    half("IRFFT" + SUFFIX, RANK, True)


@FAMILY.op("tf.signal")
def composition(g) -> Case:
    frame = g.pick([8, 15, 32])
    name, function = g.pick([
        ("stft", lambda t: tf.signal.stft(t, frame, 4)), ("rfft", lambda t: tf.signal.rfft(t)),
        ("padded", lambda t: tf.signal.rfft(t, [g_length])), ("dct", lambda t: tf.signal.dct(t)),
        ("there and back", lambda t: tf.signal.irfft(tf.signal.rfft(t))),
        ("mel", lambda t: tf.matmul(tf.abs(tf.signal.stft(t, 32, 16)), tf.signal.linear_to_mel_weight_matrix(8, 17)))])
    g_length = g.pick([4, 50, 130])
    x = g.array(np.float32, (g.integer(1, 3), g.integer(33, 100)))
    return Case(function, [x], NETWORK, note=f"{name} {x.shape}", frozen=(0,) if g.chance(0.5) else ())
