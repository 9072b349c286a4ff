"""Quantized TensorFlow Lite files whose scales and zero points make no sense."""

import struct

from case import add, compile_bytes
from cases.files import fixture

WHOLE = fixture("blocks_int8", "model.tflite")
SUBGRAPHS, TENSORS, QUANTIZATION = 2, 0, 4  # fields of Model, SubGraph, Tensor
TYPE = 1  # of Tensor
SCALE, ZERO_POINT, DIMENSION = 2, 3, 6  # of QuantizationParameters
INT8 = 9


def word(at, kind="<I"):
    return struct.unpack_from(kind, WHOLE, at)[0]


def field(table, number):
    """Where a field of a table lies; 0 if it has its default."""
    vtable = table - word(table, "<i")
    size = word(vtable, "<H")
    slot = word(vtable + 4 + 2 * number, "<H") if 4 + 2 * number < size else 0
    return table + slot if slot else 0


def target(at):
    return at + word(at)


def tables(vector):
    return [target(vector + 4 + 4 * i) for i in range(word(vector))]


def tensors():
    """Per tensor: where its quantization, its scales and zero points lie."""
    subgraph = tables(target(field(word(0), SUBGRAPHS)))[0]
    for tensor in tables(target(field(subgraph, TENSORS))):
        kind, at = field(tensor, TYPE), field(tensor, QUANTIZATION)
        if kind and WHOLE[kind] == INT8 and at and field(target(at), SCALE):
            parameters = target(at)
            yield (parameters, target(field(parameters, SCALE)),
                   target(field(parameters, ZERO_POINT)))


ALL = list(tensors())
ACTIVATION = next(t for t in ALL if word(t[1]) == 1)
# Of a depthwise convolution.
WEIGHTS = next(t for t in ALL if word(t[1]) > 1 and field(t[0], DIMENSION))


def changed(at, kind, value):
    return WHOLE[:at] + struct.pack(kind, value) + WHOLE[at + struct.calcsize(kind):]


def case(name, data, says):
    add("quantized", name, compile_bytes(data, name="model.tflite"), says)


NOT_A_SCALE = "a scale is negative or not finite"
SCALES = (("zero", 0.0, "a scale of 0"), ("negative", -0.5, NOT_A_SCALE),
          ("nan", float("nan"), NOT_A_SCALE), ("infinity", float("inf"), NOT_A_SCALE))

for where, (_, scales, zeros) in (("activation", ACTIVATION), ("weights", WEIGHTS)):
    for name, value, says in SCALES:
        case(f"{where}-scale-{name}", changed(scales + 4, "<f", value), says)
    for name, value in (("above", 128), ("below", -129), ("huge", 1 << 62)):
        case(f"{where}-zero-point-{name}", changed(zeros + 4, "<q", value), "out of the range of INT8")
case("scale-huge", changed(ACTIVATION[1] + 4, "<f", 3e38), "out of range")
case("scales-fewer", changed(WEIGHTS[1], "<I", word(WEIGHTS[1]) - 1), "scales but")
case("zero-points-fewer", changed(WEIGHTS[2], "<I", word(WEIGHTS[2]) - 1), "scales but")
case("channels-with-zero-point", changed(WEIGHTS[2] + 4, "<q", 3), "zero points by channel")
for name, value in (("other", 2), ("beyond", 4), ("negative", -1)):
    case(f"dimension-{name}", changed(field(WEIGHTS[0], DIMENSION), "<i", value), "dimension")

# From here on a model of 16-bit activations, of which one loses its scale.
WHOLE = fixture("digits_int16", "model.tflite")
INT16 = 7
subgraph = tables(target(field(word(0), SUBGRAPHS)))[0]
for i, tensor in enumerate(tables(target(field(subgraph, TENSORS)))):
    if field(tensor, TYPE) and WHOLE[field(tensor, TYPE)] == INT16:
        without = bytearray(WHOLE)
        for part in (SCALE, ZERO_POINT):
            struct.pack_into("<I", without, target(field(target(field(tensor, QUANTIZATION)), part)), 0)
        case(f"16-bit-without-scale-{i}", bytes(without), "is quantized")
