"""TensorFlow Lite files whose offsets, lengths, unions and indices are wrong."""

import struct

from case import add, compile_bytes
from cases.files import fixture

WHOLE = fixture("dense_tflite", "model.tflite")
HOSTILE = {"zero": 0, "one": 1, "maximum": 0x7FFFFFFF, "minimum": 0x80000000, "minus-one": 0xFFFFFFFF}


def with_word(at, value):
    return WHOLE[:at] + struct.pack("<I", value & 0xFFFFFFFF) + WHOLE[at + 4:]


def word(at):
    return struct.unpack_from("<I", WHOLE, at)[0]


def damaged(name, data, says=""):
    """A changed word may be a weight, or one that nothing reads."""
    add("flatbuffers", name, compile_bytes(data, name="model.tflite"), says, may_pass=not says)


for label, value in HOSTILE.items():
    damaged(f"root-{label}", with_word(0, value))
damaged("root-beyond", with_word(0, len(WHOLE) + 4), "model.tflite")
damaged("identifier-only", b"\x08\0\0\0TFL3", "model.tflite")
damaged("identifier-other", WHOLE[:4] + b"TFL2" + WHOLE[8:], "model.tflite")

# The table of the model: its vtable, its version, its vectors of codes, subgraphs, buffers.
ROOT = word(0)
damaged("vtable-beyond", with_word(ROOT, 0x7FFFFFFF), "model.tflite")
VTABLE = ROOT - struct.unpack_from("<i", WHOLE, ROOT)[0]
FIELDS = (struct.unpack_from("<H", WHOLE, VTABLE)[0] - 4) // 2
for field in range(FIELDS):
    slot = struct.unpack_from("<H", WHOLE, VTABLE + 4 + 2 * field)[0]
    if not slot:
        continue
    for label, value in HOSTILE.items():
        damaged(f"field-{field}-{label}", with_word(ROOT + slot, value))
    target = ROOT + slot + word(ROOT + slot)
    if field and target + 4 <= len(WHOLE):
        for label, value in HOSTILE.items():
            damaged(f"length-{field}-{label}", with_word(target, value))
        for shift in (-4, 4, 8):
            damaged(f"offset-{field}-{shift}", with_word(ROOT + slot, word(ROOT + slot) + shift))

# Words all over the file: offsets of tables, types of unions, indices of tensors and buffers.
STEP = max(4, len(WHOLE) // 60 // 4 * 4)
for number, at in enumerate(range(8, len(WHOLE) - 4, STEP)):
    label, value = list(HOSTILE.items())[number % len(HOSTILE)]
    damaged(f"word-{at}-{label}", with_word(at, value))
    damaged(f"word-{at}-shifted", with_word(at, word(at) + 4))
