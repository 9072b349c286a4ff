"""Files that are no models, or only the beginning of one."""

import os
import random
import shutil

import wire as w
from case import add, compile_bytes, write

FIXTURES = os.path.join(os.path.dirname(__file__), "..", "..", "models", "fixtures")
NAMES = ("model.pb", "model.tflite", "model.onnx", "model.mlir", "model/saved_model.pb")


def fixture(*path):
    with open(os.path.join(FIXTURES, *path), "rb") as file:
        return file.read()


def copy(folder, name):
    """A copy of a fixture's SavedModel."""
    target = os.path.join(folder, "model")
    shutil.copytree(os.path.join(FIXTURES, name, "model"), target)
    return target


def compile_folder(data, *options):
    """A SavedModel's folder with these bytes as saved_model.pb."""
    def prepare(folder):
        path = write(folder, "model/saved_model.pb", data)
        return ["compile", os.path.dirname(path), "-o", os.path.join(folder, "out.o"), *options]
    return prepare


def compile_name(make):
    def prepare(folder):
        return ["compile", make(folder), "-o", os.path.join(folder, "out.o")]
    return prepare


def made(folder, name):
    path = os.path.join(folder, name)
    os.makedirs(path)
    return path


def linked(folder):
    path = os.path.join(folder, "loop.pb")
    os.symlink(path, path)
    return path


def fifo(folder):
    path = os.path.join(folder, "fifo.pb")
    os.mkfifo(path)
    return path


def bytes_of(seed, size):
    return random.Random(seed).randbytes(size)


add("files", "absent", compile_name(lambda folder: os.path.join(folder, "absent")), "absent")
add("files", "empty-folder", compile_name(lambda folder: made(folder, "model")), "saved_model.pb")
add("files", "folder-as-file",
    compile_name(lambda folder: os.path.dirname(made(folder, "model/saved_model.pb"))))
add("files", "link-to-itself", compile_name(linked), "loop.pb")
add("files", "fifo", compile_name(fifo), "fifo.pb")
add("files", "dev-zero", compile_name(lambda folder: "/dev/zero"), "/dev/zero")
add("files", "dev-null", compile_name(lambda folder: "/dev/null"), "/dev/null")

for name in NAMES:
    label = name.replace("/", "-")
    add("files", f"empty-{label}", compile_bytes(b"", name=name))
    add("files", f"zeros-{label}", compile_bytes(bytes(1000), name=name))
    add("files", f"ones-{label}", compile_bytes(b"\xff" * 1000, name=name))
    for seed, size in enumerate((1, 4, 8, 64, 1000, 65536, 1000000)):
        add("files", f"random-{size}-{label}", compile_bytes(bytes_of(seed, size), name=name))
add("files", "text", compile_bytes(b"import tensorflow as tf\n" * 100, name="model.py"))

WHOLE = fixture("linear_serving", "model", "saved_model.pb")
for part in range(25):
    add("files", f"saved-model-cut-{part}", compile_folder(WHOLE[:len(WHOLE) * part // 25]))
FROZEN = fixture("frozen_keras", "model.pb")
for part in range(25):
    add("files", f"frozen-cut-{part}", compile_bytes(FROZEN[:len(FROZEN) * part // 25]))
TFLITE = fixture("dense_tflite", "model.tflite")
for part in range(10):
    add("files", f"tflite-cut-{part}",
        compile_bytes(TFLITE[:len(TFLITE) * part // 10], name="model.tflite"))


def nested(depth, *numbers):
    """Messages within messages, to overflow the stack of a parser that calls itself."""
    data = b""
    for level in range(depth):
        data = w.field(numbers[level % len(numbers)], data)
    return data


add("files", "nested-list", compile_bytes(w.field(1, w.node("x", "Const", value=nested(9000, 8, 1, 8, 10)))))
add("files", "nested-signature", compile_folder(
    w.field(1, 1) + w.field(2, w.field(1, w.field(4, "serve")) +
                            w.entry(5, "s", w.entry(1, "x", nested(9000, 2, 5))))))
add("files", "length-beyond-end", compile_bytes(b"\x0a\xff\xff\xff\xff\x0f" + b"a" * 100))
add("files", "length-of-2^63", compile_bytes(b"\x0a" + w.varint(1 << 63) + b"a" * 100))
add("files", "endless-varint", compile_bytes(b"\x08" + b"\x80" * 5000))
add("files", "no-serving-tag", compile_folder(
    w.field(1, 1) + w.field(2, w.field(1, w.field(4, "train")) + w.field(2, w.graph([])))), "serve")
add("files", "no-meta-graph", compile_folder(w.field(1, 1)))
add("files", "empty-graph", compile_folder(w.saved_model(w.graph([]), {}, {})), may_pass=True)
add("files", "mlir-syntax", compile_bytes(b"module {\n  func.func @x( {\n}\n", name="m.mlir"), "m.mlir")
add("files", "mlir-nested", compile_bytes(b"module {\n" * 20000, name="m.mlir"))
add("files", "mlir-nested-type", compile_bytes(
    b"func.func @f(%x: " + b"tuple<" * 100000 + b">" * 100000 + b")", name="m.mlir"))
add("files", "mlir-signs", compile_bytes(
    b"#m = affine_map<(d0) -> (" + b"-" * 100000 + b"d0)>", name="m.mlir"))
add("files", "mlir-sum", compile_bytes(
    b"#m = affine_map<(d0) -> (d0" + b"+d0*d0" * 100000 + b")>", name="m.mlir"))
add("files", "mlir-terms", compile_bytes(
    b"#m = affine_map<(d0) -> (d0" + b"+1" * 200000 + b")>", name="m.mlir"), may_pass=True)
add("files", "mlir-alias-chain", compile_bytes(
    b"!t0 = tuple<i1>\n" + b"".join(b"!t%d = tuple<!t%d>\n" % (i + 1, i) for i in range(20000)) +
    b"func.func private @f(!t20000)\n", name="m.mlir"))
add("files", "mlir-alias-doubling", compile_bytes(
    b"!t0 = tuple<i1>\n" + b"".join(b"!t%d = tuple<!t%d, !t%d>\n" % (i + 1, i, i)
                                    for i in range(64)) +
    b"func.func private @f(!t64)\n", name="m.mlir"))
add("files", "mlir-unknown-op", compile_bytes(b'module { "ingot.nothing"() : () -> () }',
                                              name="m.mlir"))
add("files", "mlir-foreign-op", compile_bytes(
    b"func.func @f() attributes {ingot.signature = \"f\"} {\n"
    b"  %c = arith.constant 1 : index\n  return\n}\n", name="m.mlir"), may_pass=True)
add("files", "mlir-bytecode-cut", compile_bytes(b"ML\xefR\x0d", name="m.mlir"))
add("files", "mlir-bytecode-random", compile_bytes(b"ML\xefR" + bytes_of(1, 3000), name="m.mlir"))
