"""Checkpoints that are not there, damaged, or of another model."""

import glob
import os

import wire as w
from case import add, compile_bytes, run_bytes
from cases.files import copy

META, GRAPH, LIBRARY, NODE, ATTR, SIGNATURE = 2, 2, 2, 1, 5, 5


def compile_changed(name, change, *options):
    """A fixture's copy after `change(folder)`."""
    def prepare(folder):
        model = copy(folder, name)
        change(model)
        return ["compile", model, "-o", os.path.join(folder, "out.o"), *options]
    return prepare


def files(model, pattern):
    found = sorted(glob.glob(os.path.join(model, "variables", pattern)))
    assert found, pattern
    return found


def rewrite(pattern, change):
    """Applies `change` to the bytes of every file of the pattern."""
    def apply(model):
        for path in files(model, pattern):
            with open(path, "rb") as file:
                data = file.read()
            with open(path, "wb") as file:
                file.write(change(data))
    return apply


def remove(pattern, last=False):
    def apply(model):
        for path in files(model, pattern)[-1 if last else 0:]:
            os.remove(path)
    return apply


def flip(at):
    def change(data):
        out = bytearray(data)
        out[at if at >= 0 else len(out) + at] ^= 0x10
        return bytes(out)
    return change


def change_variables(change):
    """Rewrites the NodeDef of every VarHandleOp."""
    def apply(model):
        path = os.path.join(model, "saved_model.pb")
        with open(path, "rb") as file:
            data = file.read()
        seen = []

        def rewrite_node(node):
            if b"\x12\x0bVarHandleOp" not in node:
                return node
            seen.append(node)
            return change(node)
        data = w.edit(data, [META, GRAPH, NODE], rewrite_node)
        assert seen
        with open(path, "wb") as file:
            file.write(data)
    return apply


def set_attr(key, value):
    """NodeDef with this attribute, in place of the one that it has."""
    def change(node):
        fields = [f for f in w.parse(node) if f[0] != ATTR or w.parse(f[2])[0][2] != key.encode()]
        return w.unparse(fields) + w.entry(ATTR, key, value)
    return change


MODEL = "linear_serving"
INDEX, DATA = "variables.index", "variables.data-*"

add("variables", "no-folder", compile_changed(MODEL, remove("*")), "variables")
add("variables", "no-index", compile_changed(MODEL, remove(INDEX)), "variables.index")
add("variables", "no-data", compile_changed(MODEL, remove(DATA)), "variables.data-00000-of-00001")
add("variables", "empty-index", compile_changed(MODEL, rewrite(INDEX, lambda d: b"")), ".index")
add("variables", "empty-data", compile_changed(MODEL, rewrite(DATA, lambda d: b"")))
for part in range(1, 10):
    cut = rewrite(INDEX, lambda d, part=part: d[:len(d) * part // 10])
    add("variables", f"index-cut-{part}", compile_changed(MODEL, cut), ".index")
    cut = rewrite(DATA, lambda d, part=part: d[:part])  # the weights are its first 12 bytes
    add("variables", f"data-cut-{part}", compile_changed(MODEL, cut))
add("variables", "data-checksum", compile_changed(MODEL, rewrite(DATA, flip(0))), "checksum")
add("variables", "index-checksum", compile_changed(MODEL, rewrite(INDEX, flip(3))), "checksum")
add("variables", "index-magic", compile_changed(MODEL, rewrite(INDEX, flip(-1))), ".index")
add("variables", "index-of-zeros", compile_changed(MODEL, rewrite(INDEX, lambda d: bytes(len(d)))))
add("variables", "first-shard", compile_changed("sharded", remove("variables.data-00000-*")),
    "data-00000")
add("variables", "last-shard", compile_changed("sharded", remove(DATA, last=True)), "data-0")
add("variables", "partition-checksum",
    compile_changed("tf1_partitioned", rewrite(DATA, flip(0))), "checksum")

for label, dims in {"rank": (1, 1, 1, 1, 1), "extent": (77, 3), "negative": (-7, 2), "scalar": (),
                    "2^62": (1 << 31, 1 << 31), "overflow": (1 << 40, 1 << 40)}.items():
    changed = set_attr("shape", w.Attr.shape(dims))
    add("variables", f"shape-{label}", compile_changed(MODEL, change_variables(changed)))
for label, value in {"double": w.Attr.type(w.DOUBLE), "bool": w.Attr.type(w.BOOL),
                     "string": w.Attr.type(w.STRING), "resource": w.Attr.type(w.RESOURCE),
                     "number-99": w.Attr.type(99), "number--1": w.Attr.type(-1),
                     "an-integer": w.Attr.i(1)}.items():
    changed = set_attr("dtype", value)
    add("variables", f"dtype-{label}", compile_changed(MODEL, change_variables(changed)))


def unset(name, nodes, says, dims=(2, 3), run=False, op="VariableV2"):
    """A frozen graph with a variable, which has no value then."""
    shape = {} if dims == "none" else {"shape": w.Attr.shape(dims)}
    variable = w.node("v", op, dtype=w.Attr.type(w.FLOAT), **shape)
    graph = w.graph([w.placeholder("x", w.FLOAT, (2, 3)), variable, *nodes])
    arrays = w.npz(x=("<f4", (2, 3), bytes(24)))
    add("variables", name, run_bytes(graph, arrays) if run else compile_bytes(graph), says)


READ = w.node("y", "Identity", ["v"])
COUNT = w.node("y", "AssignAdd", ["v", "x"], T=w.Attr.type(w.FLOAT))
ASSIGN = w.node("y", "Assign", ["v", "x"], T=w.Attr.type(w.FLOAT))
unset("unset-read", [READ], "no compiled signature assigns it")
unset("unset-read-first", [COUNT], "was not assigned yet", run=True)
unset("unset-other-shape", [ASSIGN], "v", dims=(3, 2))
unset("unset-other-rank", [ASSIGN], "y", dims=(-1,))
unset("unset-huge", [ASSIGN], "no shape that is known", dims=(1 << 40, 1 << 40))
unset("unset-of-no-shape", [READ], "no shape that is known", dims=None)
