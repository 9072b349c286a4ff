"""Arrays that do not fit the model, and values that are out of range when it runs."""

import os
import struct

import wire as w
from case import add, run_bytes, write
from cases.files import FIXTURES

A = w.Attr
LINEAR = os.path.join(FIXTURES, "linear_serving", "model")
NAN, INFINITY = float("nan"), float("inf")


def arrays(name, data, says="", arguments=(), npz="in.npz"):
    def prepare(folder):
        return ["run", LINEAR, "--inputs", write(folder, npz, data), *arguments]
    add("data", name, prepare, says)


def x(descr="<f4", dims=(1, 2), data=bytes(8)):
    return w.npz(outputs_input=(descr, dims, data))


arrays("no-zip", b"this is no archive", "in.npz")
arrays("empty", b"", "in.npz")
arrays("cut", x()[:-30], "in.npz")
arrays("no-entry", w.npz(), "outputs_input")
arrays("other-name", w.npz(y=("<f4", (1, 2), bytes(8))), "outputs_input")
arrays("other-type", x("<f8", (1, 2), bytes(16)), "float64")
arrays("other-rank", x("<f4", (2,), bytes(8)), "shape")
arrays("other-extent", x("<f4", (1, 3), bytes(12)), "shape")
arrays("short-data", x("<f4", (1, 2), bytes(7)))
arrays("long-data", x("<f4", (1, 2), bytes(9)))
arrays("big-endian", x(">f4"))
arrays("objects", x("|O"))
arrays("strings", x("|S4", (1, 2), bytes(8)))
arrays("negative", x("<f4", (-1, 2)))
arrays("overflow", x("<f4", (1 << 62, 1 << 62)))
arrays("2^40", x("<f4", (1 << 40, 2)))
arrays("rank-1000", x("<f4", (1,) * 1000))
arrays("header-nonsense", w.npz(outputs_input=("<f4'}}}{{", (1, 2), bytes(8))))
arrays("no-npy", w.npz()[:0] + x().replace(b"\x93NUMPY", b"\x93NUMPI"))
arrays("output-full", x(), "/dev/full", ["--outputs", "/dev/full"])
arrays("output-nowhere", x(), "nowhere", ["--outputs", "/nowhere/out.npz"])
arrays("arena-limit", x(), "", ["--arena-bytes", "0", "--signature", "nope"])
add("data", "inputs-absent", lambda folder: ["run", LINEAR, "--inputs",
                                             os.path.join(folder, "no.npz")], "no.npz")
add("data", "no-inputs", lambda folder: ["run", LINEAR], "outputs_input")
add("data", "golden-absent", lambda folder: ["compare", LINEAR, "--golden",
                                             os.path.join(folder, "no.npz")], "no.npz")
add("data", "golden-no-zip", lambda folder: ["compare", LINEAR, "--golden",
                                             write(folder, "g.npz", b"PK\3\4")], "g.npz")
add("data", "call-malformed", lambda folder: ["run", LINEAR, "--call", "serving_default"], "", 2)
add("data", "call-unknown", lambda folder: ["run", LINEAR, "--call", "nope,,out.npz"], "nope")


def at_run_time(name, nodes, says, may_pass=False, **inputs):
    """Placeholders of the arrays' names; the model is compiled, the call refuses."""
    placeholders = [w.placeholder(key, {"<f4": w.FLOAT, "<i4": w.INT32, "<i8": w.INT64}[descr],
                                  [-1] * len(dims))
                    for key, (descr, dims, _) in inputs.items()]
    data = w.graph(placeholders + nodes)
    for level in ("-O0", "-O3"):
        add("data", f"{name}{level}", run_bytes(data, w.npz(**inputs), level), says,
            may_pass=may_pass)


def f4(*values, dims=None):
    return "<f4", dims or (len(values),), struct.pack(f"<{len(values)}f", *values)


def i4(*values, dims=None):
    return "<i4", (len(values),) if dims is None else dims, struct.pack(f"<{len(values)}i", *values)


T = A.type(w.FLOAT)
GATHER = {"Tparams": T, "Tindices": A.type(w.INT32), "Taxis": A.type(w.INT32)}
TABLE = f4(1, 2, 3, 4)
AXIS = w.scalar("axis", 0)
for label, index in {"beyond": 4, "negative": -1, "maximum": 2**31 - 1, "minimum": -2**31}.items():
    at_run_time(f"gather-{label}", [AXIS, w.node("y", "GatherV2", ["x", "i", "axis"], **GATHER)],
                "y", x=TABLE, i=i4(0, index))
    at_run_time(f"gather-nd-{label}", [w.node(
        "y", "GatherNd", ["x", "i"], Tparams=T, Tindices=A.type(w.INT32))], "y", x=TABLE,
        i=i4(index, dims=(1, 1)))
    at_run_time(f"scatter-nd-{label}", [w.ints("s", [4]), w.node(
        "y", "ScatterNd", ["i", "x", "s"], T=T, Tindices=A.type(w.INT32))], "y", x=f4(1),
        i=i4(index, dims=(1, 1)))
    at_run_time(f"tensor-scatter-{label}", [w.node(
        "y", "TensorScatterUpdate", ["x", "i", "u"], T=T, Tindices=A.type(w.INT32))], "y", x=TABLE,
        u=f4(1), i=i4(index, dims=(1, 1)))
for label, value in {"nan": NAN, "infinity": INFINITY, "-infinity": -INFINITY, "1e30": 1e30}.items():
    at_run_time(f"index-from-{label}", [
        AXIS, w.node("c", "Cast", ["f"], SrcT=T, DstT=A.type(w.INT32)),
        w.node("y", "GatherV2", ["x", "c", "axis"], **GATHER)], "y", x=TABLE, f=f4(value))
SEGMENT = {"T": T, "Tindices": A.type(w.INT32)}
at_run_time("segment-descending", [w.node("y", "SegmentSum", ["x", "i"], **SEGMENT)], "y",
            x=TABLE, i=i4(1, 0, 0, 0))
at_run_time("segment-negative", [w.node("y", "SegmentSum", ["x", "i"], **SEGMENT)], "y",
            x=TABLE, i=i4(-1, 0, 0, 0))
at_run_time("segment-length", [w.node("y", "SegmentSum", ["x", "i"], **SEGMENT)], "y",
            x=TABLE, i=i4(0, 0))
at_run_time("segment-huge", [w.node("y", "SegmentSum", ["x", "i"], **SEGMENT)], "", x=TABLE,
            i=i4(0, 0, 0, 2**31 - 1))
at_run_time("unsorted-segment-beyond", [w.scalar("n", 2), w.node(
    "y", "UnsortedSegmentSum", ["x", "i", "n"], **SEGMENT, Tnumsegments=A.type(w.INT32))], "y",
    x=TABLE, i=i4(0, 1, 2, 0))
at_run_time("reshape-count", [w.node("y", "Reshape", ["x", "i"], T=T, Tshape=A.type(w.INT32))],
            "y", x=TABLE, i=i4(3))
at_run_time("reshape-negative", [w.node("y", "Reshape", ["x", "i"], T=T, Tshape=A.type(w.INT32))],
            "y", x=TABLE, i=i4(-2))
at_run_time("add-shapes", [w.node("y", "AddV2", ["x", "z"], T=T)], "y", x=TABLE, z=f4(1, 2, 3))
at_run_time("matmul-shapes", [w.node("y", "MatMul", ["x", "z"], T=T)], "y",
            x=f4(*range(6), dims=(2, 3)), z=f4(*range(8), dims=(4, 2)))
at_run_time("concat-shapes", [AXIS, w.node(
    "y", "ConcatV2", ["x", "z", "axis"], N=A.i(2), T=T, Tidx=A.type(w.INT32))], "y",
    x=f4(*range(6), dims=(2, 3)), z=f4(*range(8), dims=(2, 4)))
at_run_time("divide-by-zero", [w.node("y", "FloorDiv", ["i", "j"], T=A.type(w.INT32))], "y",
            i=i4(1, 2), j=i4(1, 0))
at_run_time("divide-minimum", [w.node("y", "FloorDiv", ["i", "j"], T=A.type(w.INT32))], "",
            may_pass=True, i=i4(-2**31, 2), j=i4(-1, 1))
at_run_time("modulo-zero", [w.node("y", "FloorMod", ["i", "j"], T=A.type(w.INT32))], "y",
            i=i4(1, 2), j=i4(1, 0))
at_run_time("modulo-minimum", [w.node("y", "FloorMod", ["i", "j"], T=A.type(w.INT32))], "",
            may_pass=True, i=i4(-2**31, 2), j=i4(-1, 1))
at_run_time("truncate-by-zero", [w.node("y", "TruncateDiv", ["i", "j"], T=A.type(w.INT32))], "y",
            i=i4(1, 2), j=i4(1, 0))
for label, values in {"negative": (-1,), "2^31": (2**31 - 1,), "overflow": (2**31 - 1,) * 4}.items():
    at_run_time(f"fill-{label}", [w.floats("v", []), w.node(
        "y", "Fill", ["i", "v"], T=T, index_type=A.type(w.INT32))], "",
        i=i4(*values)) if label != "overflow" else None
at_run_time("range-zero", [w.node("y", "Range", ["i", "j", "k"], Tidx=A.type(w.INT32))], "y",
            i=i4(0, dims=()), j=i4(9, dims=()), k=i4(0, dims=()))
at_run_time("range-2^31", [w.node("y", "Range", ["i", "j", "k"], Tidx=A.type(w.INT32))], "",
            i=i4(-2**31, dims=()), j=i4(2**31 - 1, dims=()), k=i4(1, dims=()))
at_run_time("tile-negative", [w.node("y", "Tile", ["x", "i"], T=T, Tmultiples=A.type(w.INT32))],
            "y", x=TABLE, i=i4(-1))
at_run_time("tile-2^31", [w.node("y", "Tile", ["x", "i"], T=T, Tmultiples=A.type(w.INT32))],
            "", x=f4(*range(1000)), i=i4(2**31 - 1))
at_run_time("slice-beyond", [w.node("y", "Slice", ["x", "i", "j"], T=T, Index=A.type(w.INT32))],
            "y", x=TABLE, i=i4(2), j=i4(3))
at_run_time("slice-negative", [w.node("y", "Slice", ["x", "i", "j"], T=T, Index=A.type(w.INT32))],
            "y", x=TABLE, i=i4(-1), j=i4(3))
at_run_time("broadcast-to", [w.node("y", "BroadcastTo", ["x", "i"], T=T, Tidx=A.type(w.INT32))],
            "y", x=TABLE, i=i4(3))
at_run_time("top-k-beyond", [w.node("y", "TopKV2", ["x", "i"], T=T)], "y", x=TABLE, i=i4(5, dims=()))
at_run_time("top-k-negative", [w.node("y", "TopKV2", ["x", "i"], T=T)], "y", x=TABLE,
            i=i4(-1, dims=()))
at_run_time("squeeze-extent", [w.node("y", "Squeeze", ["x"], T=T, squeeze_dims=A.ints([0]))], "y",
            x=TABLE)
at_run_time("arg-max-of-nothing", [AXIS, w.node(
    "y", "ArgMax", ["x", "axis"], T=T, Tidx=A.type(w.INT32), output_type=A.type(w.INT64))], "y",
    x=f4(dims=(0,)))
at_run_time("one-hot-negative-depth", [w.floats("v", []), w.node(
    "y", "OneHot", ["i", "j", "v", "v"], T=T, TI=A.type(w.INT32))], "y", i=i4(1),
    j=i4(-3, dims=()))
at_run_time("dynamic-stitch-beyond", [w.node("y", "DynamicStitch", ["i", "x"], N=A.i(1), T=T)],
            "", may_pass=True, x=TABLE, i=i4(0, 1, -7, 2))
at_run_time("invert-permutation-twice", [w.node("y", "InvertPermutation", ["i"],
                                                T=A.type(w.INT32))], "y", i=i4(0, 0, 1))
