"""Every attribute of common ops, missing, of another kind, or out of range."""

import wire as w
from case import add, compile_bytes

A = w.Attr
FLOAT, INT32 = A.type(w.FLOAT), A.type(w.INT32)
BIG = (1 << 63) - 1

# Op, what its inputs are (x: [1,8,8,4] of float32, f: a filter, a: axes, s: a scalar), attributes.
OPS = [
    ("Conv2D", ["x", "f"], {"T": FLOAT, "strides": A.ints([1] * 4), "padding": A.s("SAME"),
                            "data_format": A.s("NHWC"), "dilations": A.ints([1] * 4)}),
    ("MaxPool", ["x"], {"T": FLOAT, "ksize": A.ints([1, 2, 2, 1]), "strides": A.ints([1] * 4),
                        "padding": A.s("SAME"), "data_format": A.s("NHWC")}),
    ("AddV2", ["x", "x"], {"T": FLOAT}),
    ("MatMul", ["m", "m"], {"T": FLOAT, "transpose_a": A.b(False), "transpose_b": A.b(True)}),
    ("Sum", ["x", "a"], {"T": FLOAT, "Tidx": INT32, "keep_dims": A.b(True)}),
    ("Cast", ["x"], {"SrcT": FLOAT, "DstT": INT32, "Truncate": A.b(False)}),
    ("ConcatV2", ["x", "x", "s"], {"N": A.i(2), "T": FLOAT, "Tidx": INT32}),
    ("Pack", ["x", "x"], {"N": A.i(2), "T": FLOAT, "axis": A.i(0)}),
    ("Unpack", ["x"], {"num": A.i(8), "T": FLOAT, "axis": A.i(1)}),
    ("Split", ["s", "x"], {"num_split": A.i(1), "T": FLOAT}),
    ("Squeeze", ["x"], {"T": FLOAT, "squeeze_dims": A.ints([0])}),
    ("StridedSlice", ["x", "a", "a", "a"], {
        "T": FLOAT, "Index": INT32, "begin_mask": A.i(1), "end_mask": A.i(1),
        "ellipsis_mask": A.i(0), "new_axis_mask": A.i(0), "shrink_axis_mask": A.i(0)}),
    ("LeakyRelu", ["x"], {"T": FLOAT, "alpha": A.f(0.2)}),
    ("FusedBatchNormV3", ["x", "c", "c", "c", "c"], {
        "T": FLOAT, "U": FLOAT, "epsilon": A.f(1e-3), "data_format": A.s("NHWC"),
        "is_training": A.b(False)}),
    ("Einsum", ["m", "m"], {"N": A.i(2), "T": FLOAT, "equation": A.s("ab,cb->ac")}),
    ("SpaceToDepth", ["x"], {"T": FLOAT, "block_size": A.i(2), "data_format": A.s("NHWC")}),
    ("ResizeBilinear", ["x", "z"], {"T": FLOAT, "align_corners": A.b(False),
                                    "half_pixel_centers": A.b(True)}),
    ("ArgMax", ["x", "s"], {"T": FLOAT, "Tidx": INT32, "output_type": A.type(w.INT64)}),
    ("TopKV2", ["x", "s"], {"T": FLOAT, "sorted": A.b(True), "index_type": INT32}),
    ("LowerBound", ["m", "m"], {"T": FLOAT, "out_type": INT32}),
    ("Bincount", ["a", "s", "c"], {"T": FLOAT}),
    ("Bitcast", ["x"], {"T": FLOAT, "type": INT32}),
    ("Shape", ["x"], {"T": FLOAT, "out_type": INT32}),
    ("Unique", ["c"], {"T": FLOAT, "out_idx": INT32}),
    ("BatchMatMulV3", ["m", "m"], {"Ta": FLOAT, "Tb": FLOAT, "Tout": FLOAT}),
    ("TensorListReserve", ["a", "s"], {"element_dtype": FLOAT, "shape_type": INT32}),
    ("RandomUniform", ["a"], {"dtype": FLOAT, "T": INT32, "seed": A.i(1), "seed2": A.i(2)}),
    ("StatelessRandomUniform", ["z", "z"], {"dtype": FLOAT, "T": INT32, "Tseed": INT32}),
    ("StatelessRandomUniformFullIntV2", ["z", "k", "k", "s"], {"dtype": INT32, "Tshape": INT32}),
    ("Placeholder", [], {"dtype": FLOAT, "shape": A.shape((1, 2))}),
]

INPUTS = [w.placeholder("x", w.FLOAT, (1, 8, 8, 4)), w.placeholder("m", w.FLOAT, (3, 3)),
          w.floats("f", (3, 3, 4, 2)), w.floats("c", (4,)), w.ints("a", [1]), w.scalar("s", 1),
          w.ints("z", [4, 4]), w.placeholder("k", 23, (2,))]

KINDS = ("none", "list", "s", "i", "f", "b", "type", "shape", "tensor", "placeholder", "func")


def kind(value):
    """Which of AttrValue's fields is set."""
    return KINDS[value[0] >> 3] if value else "none"


HOSTILE = {
    "missing": None, "empty": b"", "string": A.s("no"), "bytes": A.s(b"\xff\x00\xfe"),
    "integer": A.i(7), "minus": A.i(-1), "maximum": A.i(BIG), "minimum": A.i(-BIG - 1),
    "float": A.f(0.5), "nan": A.f(float("nan")), "bool": A.b(True), "type-0": A.type(0),
    "type-string": A.type(w.STRING), "type-half": A.type(19), "type-99": A.type(99),
    "type--1": A.type(-1), "shape-unknown": A.shape(None), "shape-negative": A.shape((-5, 2)),
    "tensor": A.tensor(w.tensor(w.FLOAT, [1], float_val=[1.0])), "function": A.func("f"),
    "no-integers": A.ints([]), "extreme-integers": A.ints([BIG, -BIG - 1, 0, -1]),
    "many-integers": A.ints([1] * 5000), "types": A.types([1, 2, 3]), "strings": A.strings(["a"]),
}


def chosen(expected, turn):
    """All values of the kind that is expected, or of none, and two of other kinds: what tells
    kinds apart is the same for all ops, so that each value has its turn with some of them."""
    fitting, others = [], []
    for name, value in HOSTILE.items():
        (fitting if not value or kind(value) == expected else others).append(name)
    return fitting + [others[(2 * turn + i) % len(others)] for i in range(2)]


def declare(op, inputs, attrs, key, turn):
    """One graph a hostile value. A value of another kind is refused, and a type
    that there is not; the others may be right."""
    for name in chosen(kind(attrs[key]), turn):
        value = HOSTILE[name]
        wrong = value is not None and kind(value) != kind(attrs[key])
        wrong = wrong or name in ("type-0", "type-99", "type--1")
        if wrong and kind(attrs[key]) == "type" and kind(value) == "list":
            wrong = False  # of types, for ops with operands of several
        changed = dict(attrs)
        if value is None:
            del changed[key]
        else:
            changed[key] = value
        graph = w.graph(INPUTS + [w.node("y", op, inputs, **changed)])
        add("attributes", f"{op}-{key}-{name}", compile_bytes(graph, "-O0", "--emit=header"),
            "y" if wrong else "", may_pass=not wrong)


for turn, (op, inputs, attrs, key) in enumerate(
        (op, inputs, attrs, key) for op, inputs, attrs in OPS for key in attrs):
    declare(op, inputs, attrs, key, turn)
