"""Strings: made of numbers, joined, measured, compared. What comes out are their bytes."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, Case, Family
from conformance.gen import is_float

FAMILY = Family("text")
raw = tf.raw_ops

WORDS = ["", "a", "Ingot", "ünï", "日本", "two words", "%s {} \\", "line\n", "nul\0nul"]
NUMBERS = [np.dtype(t) for t in (np.int8, np.uint8, np.int16, np.int32, np.int64, np.uint16, np.uint32, np.uint64,
                                 np.float32, np.float64)]


def out(text):
    return raw.DecodeRaw(bytes=text, out_type=tf.uint8)


def number(g, dtype=None) -> np.ndarray:
    """A scalar: small, extreme, or of any size."""
    dtype = np.dtype(dtype or g.pick(NUMBERS))
    x = g.array(dtype, (), special=g.pick([0.0, 0.5]))
    return x * dtype.type(10.0 ** g.integer(-9, 12)) if is_float(dtype) and g.chance(0.5) else x


def plain(t):
    """One string of a scalar."""
    return tf.strings.as_string(t)


@FAMILY.op("AsString")
def as_string(g) -> Case:
    dtype = kernels.pick(g, "AsString")
    x = number(g, dtype) if dtype.kind in "iu" or is_float(dtype) else g.array(dtype, ())
    how = dict(width=g.pick([-1, -1, 0, 3, 12]), fill=g.pick(["", "", " ", "0", "-", "+"]))
    if is_float(dtype) or dtype.kind == "c":
        how |= dict(precision=g.pick([-1, 0, 1, 4, 9])) | g.pick([{}, {"scientific": True}, {"shortest": True}])
    return Case(lambda t: out(raw.AsString(input=t, **how)), [x], MOVE, note=f"{dtype.name} {how}")


@FAMILY.op("StringFormat")
def string_format(g) -> Case:
    inputs = [g.array(g.pick([*NUMBERS, np.dtype(bool)]), g.shape(0, 3, 60), special=g.special())
              for _ in range(g.integer(1, 3))]
    template = "".join(g.pick(WORDS).replace("{}", "") + "{}" for _ in inputs) + g.pick(WORDS).replace("{}", "")
    summarize = g.pick([3, 3, 1, 7, -1])
    return Case(lambda *t: out(tf.strings.format(template, list(t), summarize=summarize)), inputs, MOVE,
                note=f"{template!r} summarize={summarize}")


@FAMILY.op("StringJoin")
def string_join(g) -> Case:
    words, separator = [g.pick(WORDS) for _ in range(g.integer(0, 3))], g.pick(WORDS)
    inputs = [number(g) for _ in range(g.integer(1, 3))]
    return Case(lambda *t: out(tf.strings.join([*words, *map(plain, t)], separator)), inputs, MOVE,
                note=f"{words} {separator!r}")


@FAMILY.op("StringLength")
def string_length(g) -> Case:
    word, unit = g.pick(WORDS), g.pick(["BYTE", "UTF8_CHAR"])
    return Case(lambda t: raw.StringLength(input=tf.strings.join([word, plain(t)]), unit=unit), [number(g)], MOVE,
                note=f"{word!r} {unit}")


@FAMILY.op("Add, Equal, NotEqual of strings")
def compare(g) -> Case:
    dtype = g.pick([np.int8, np.int32, np.float32])
    inputs = [g.array(dtype, (), 0, 3) for _ in range(2)]
    word = g.pick(WORDS)

    def function(a, b):
        x, y = word + plain(a), word + plain(b)
        return [out(x + y), tf.equal(x, y), tf.not_equal(x, y), tf.cond(tf.equal(x, y), lambda: a, lambda: b + b)]

    return Case(function, inputs, MOVE, note=repr(word))


@FAMILY.op("DecodeRaw")
def decode_raw(g) -> Case:
    """Of a string as long as the numbers are many, or not a whole number of them."""
    to = g.pick(kernels.dtypes("DecodeRaw", "out_type"))
    x = number(g, g.pick([np.int16, np.int32, np.uint64]))
    pad, little = " " * g.integer(0, 7), g.chance(0.6)
    width = g.pick([8, 16, 24, 5])

    def function(t):
        text = tf.strings.join([tf.strings.as_string(t, width=width), pad if width == 5 else ""])
        return raw.DecodeRaw(bytes=text, out_type=tf.as_dtype(to), little_endian=little)

    return Case(function, [x], MOVE, note=f"{to.name} width={width} {len(pad)} little={little}")


@FAMILY.op("text in branches and loops")
def in_branches(g) -> Case:
    x, n = g.array(np.int32, g.shape(1, 2, 20)), g.array(np.int32, (), 0, 3)

    def function(t, n):
        text = tf.cond(n > 1, lambda: tf.strings.format("big {}", [t]), lambda: tf.constant("small"))
        longer = lambda i, s: (i + 1, s + tf.strings.length(tf.strings.format("{}|", [t * s])))
        return [out(text), tf.while_loop(lambda i, s: i < n, longer, (tf.constant(0), tf.constant(1)))[1]]

    return Case(function, [x, n], MOVE, note=str(n))
