"""Ops whose operands cannot be what they are."""

import wire as w
from case import add, compile_bytes

A = w.Attr
T = {"T": A.type(w.FLOAT)}
BIG = (1 << 63) - 1


def case(name, nodes, says="y", may_pass=False, dims=(1, 8, 8, 4)):
    graph = w.graph([w.placeholder("x", w.FLOAT, dims), *nodes])
    add("operators", name, compile_bytes(graph), says, may_pass=may_pass)


def conv(name, says="y", may_pass=False, filter_dims=(3, 3, 4, 2), dims=(1, 8, 8, 4), op="Conv2D",
         **changed):
    attrs = dict(T, strides=A.ints([1, 1, 1, 1]), padding=A.s("SAME"), data_format=A.s("NHWC"),
                 dilations=A.ints([1, 1, 1, 1]))
    attrs.update(changed)
    nodes = [w.floats("f", filter_dims), w.node("y", op, ["x", "f"], **attrs)]
    case(f"{op}-{name}", nodes, says, may_pass, dims)


for op in ("Conv2D", "DepthwiseConv2dNative"):
    conv("stride-zero", op=op, strides=A.ints([1, 0, 0, 1]))
    conv("stride-negative", op=op, strides=A.ints([1, -1, -1, 1]))
    conv("stride-of-batch", op=op, strides=A.ints([2, 1, 1, 1]))
    conv("stride-huge", op=op, strides=A.ints([1, BIG, BIG, 1]), may_pass=True)
    conv("strides-three", op=op, strides=A.ints([1, 1, 1]))
    conv("strides-none", op=op, strides=A.ints([]))
    conv("dilation-zero", op=op, dilations=A.ints([1, 0, 0, 1]))
    conv("dilation-negative", op=op, dilations=A.ints([1, -2, -2, 1]))
    conv("dilation-huge", op=op, dilations=A.ints([1, BIG, BIG, 1]), may_pass=True)
    conv("pads-negative", op=op, padding=A.s("EXPLICIT"),
         explicit_paddings=A.ints([0, 0, -1, -1, -1, -1, 0, 0]))
    conv("pads-three", op=op, padding=A.s("EXPLICIT"), explicit_paddings=A.ints([1, 2, 3]))
    conv("pads-huge", op=op, padding=A.s("EXPLICIT"),
         explicit_paddings=A.ints([0, 0, BIG, BIG, BIG, BIG, 0, 0]))
    conv("padding-word", op=op, padding=A.s("PERHAPS"))
    conv("format-word", op=op, data_format=A.s("CHWN"))
    conv("filter-of-rank-3", op=op, filter_dims=(3, 3, 4))
    conv("filter-empty", op=op, filter_dims=(0, 0, 4, 2), may_pass=True)
    conv("filter-larger", op=op, filter_dims=(9, 9, 4, 2), padding=A.s("VALID"), may_pass=True)
    conv("input-of-rank-3", op=op, dims=(8, 8, 4))
conv("groups-that-do-not-divide", filter_dims=(3, 3, 3, 2))
conv("groups-zero", filter_dims=(3, 3, 0, 2))
conv("groups-of-no-filters", filter_dims=(3, 3, 2, 3))
conv("channels-zero", filter_dims=(3, 3, 0, 2), dims=(1, 8, 8, 0), may_pass=True)

for name, changed in {
        "window-zero": {"ksize": A.ints([1, 0, 0, 1])},
        "window-negative": {"ksize": A.ints([1, -2, -2, 1])},
        "window-huge": {"ksize": A.ints([1, BIG, BIG, 1])},
        "window-of-two": {"ksize": A.ints([2, 2])},
        "stride-zero": {"strides": A.ints([1, 0, 1, 1])},
        "stride-minimum": {"strides": A.ints([1, -BIG - 1, 1, 1])}}.items():
    for op in ("MaxPool", "AvgPool"):
        attrs = dict(T, ksize=A.ints([1, 2, 2, 1]), strides=A.ints([1, 2, 2, 1]),
                     padding=A.s("VALID"))
        attrs.update(changed)
        case(f"{op}-{name}", [w.node("y", op, ["x"], **attrs)],
             may_pass=name == "window-huge")


def with_integers(name, op, values, says="y", may_pass=False, dims=(1, 8, 8, 4), **attrs):
    case(f"{op}-{name}", [w.ints("i", values), w.node("y", op, ["x", "i"], **T, **attrs)], says,
         may_pass, dims)


TIDX = {"Tidx": A.type(w.INT32)}
for axis in (4, -5, 1 << 30, -(1 << 31)):
    with_integers(f"axis-{axis}", "Sum", [axis], **TIDX)
    with_integers(f"axis-{axis}", "Max", [axis], **TIDX)
    case(f"ExpandDims-axis-{axis}", [w.scalar("i", axis + (axis == 4)), w.node(
        "y", "ExpandDims", ["x", "i"], **T, Tdim=A.type(w.INT32))], may_pass=axis == -5)
    case(f"ArgMax-axis-{axis}", [w.scalar("i", axis), w.node("y", "ArgMax", ["x", "i"], **T, **TIDX,
                                                             output_type=A.type(w.INT64))])
    case(f"ConcatV2-axis-{axis}", [w.scalar("i", axis), w.node(
        "y", "ConcatV2", ["x", "x", "i"], N=A.i(2), **T, **TIDX)])
    case(f"Split-axis-{axis}", [w.scalar("i", axis), w.node(
        "y", "Split", ["i", "x"], num_split=A.i(2), **T)])
    case(f"Unpack-axis-{axis}", [w.node("y", "Unpack", ["x"], num=A.i(4), axis=A.i(axis), **T)])
    case(f"Pack-axis-{axis + (axis == 4)}", [w.node(
        "y", "Pack", ["x", "x"], N=A.i(2), axis=A.i(axis + (axis == 4)), **T)],
        may_pass=axis == -5)
    case(f"GatherV2-axis-{axis}", [w.ints("i", [0]), w.scalar("a", axis), w.node(
        "y", "GatherV2", ["x", "i", "a"], Tparams=A.type(w.FLOAT), Tindices=A.type(w.INT32),
        Taxis=A.type(w.INT32))])
    case(f"Cumsum-axis-{axis}", [w.scalar("a", axis), w.node("y", "Cumsum", ["x", "a"], **T,
                                                             **TIDX)])
with_integers("axis-twice", "Sum", [1, 1], **TIDX)
for name, values in {"short": [0, 1], "long": [0, 1, 2, 3, 4], "twice": [0, 1, 1, 2],
                     "beyond": [0, 1, 2, 4], "negative": [-1, -2, -3, -5]}.items():
    with_integers(f"permutation-{name}", "Transpose", values, Tperm=A.type(w.INT32))
for name, values in {"other-count": [7], "two-unknown": [-1, -1], "negative": [-2, 128],
                     "zero": [0], "overflow": [1 << 30] * 8, "no-divisor": [-1, 7],
                     "zero-and-unknown": [0, -1]}.items():
    with_integers(name, "Reshape", values, Tshape=A.type(w.INT32))
for name, values in {"negative": [-1, 1, 1, 1], "short": [2], "huge": [1 << 30] * 4,
                     "zero": [0, 0, 0, 0]}.items():
    with_integers(name, "Tile", values, may_pass=name == "zero", Tmultiples=A.type(w.INT32))
for name, values in {"smaller": [1, 8, 8, 2], "lower-rank": [4], "negative": [-3, 8, 8, 4],
                     "huge": [1 << 30] * 4 + [1, 8, 8, 4]}.items():
    with_integers(name, "BroadcastTo", values, **TIDX)


def slicing(name, begin, size, may_pass=False):
    case(f"Slice-{name}", [w.ints("b", begin, w.INT64), w.ints("s", size, w.INT64), w.node(
        "y", "Slice", ["x", "b", "s"], **T, Index=A.type(w.INT64))], may_pass=may_pass)


slicing("begin-negative", [-1, 0, 0, 0], [1, 1, 1, 1])
slicing("begin-beyond", [0, 9, 0, 0], [1, 0, 1, 1])
slicing("size-beyond", [0, 0, 0, 0], [1, 9, 1, 1])
slicing("size-negative", [0, 0, 0, 0], [1, -2, 1, 1])
slicing("sum-overflow", [0, BIG, 0, 0], [1, BIG, 1, 1])
slicing("short", [0], [1])

STRIDED = dict(T, Index=A.type(w.INT64), begin_mask=A.i(0), end_mask=A.i(0), ellipsis_mask=A.i(0),
               new_axis_mask=A.i(0), shrink_axis_mask=A.i(0))


def strided(name, begin, end, strides, may_pass=False, **changed):
    case(f"StridedSlice-{name}", [
        w.ints("b", begin, w.INT64), w.ints("e", end, w.INT64), w.ints("s", strides, w.INT64),
        w.node("y", "StridedSlice", ["x", "b", "e", "s"], **dict(STRIDED, **changed))],
        may_pass=may_pass)


strided("stride-zero", [0], [1], [0])
strided("stride-minimum", [0], [1], [-BIG - 1], may_pass=True)
strided("stride-maximum", [0], [1], [BIG], may_pass=True)
strided("lengths-differ", [0, 0], [1], [1])
strided("more-than-rank", [0] * 5, [1] * 5, [1] * 5)
strided("two-ellipses", [0] * 3, [1] * 3, [1] * 3, ellipsis_mask=A.i(5))
strided("shrink-beyond", [8], [9], [1], shrink_axis_mask=A.i(1))
strided("mask-of-ones", [0], [1], [1], may_pass=True, begin_mask=A.i(-1), end_mask=A.i(-1),
        new_axis_mask=A.i(-1), ellipsis_mask=A.i(-1), shrink_axis_mask=A.i(-1))
strided("bounds-extreme", [-BIG - 1], [BIG], [1], may_pass=True)


def pad(name, values, rows=4, may_pass=False, op="Pad", **attrs):
    table = w.const("p", w.INT64, [rows, 2], b"".join(v.to_bytes(8, "little", signed=True)
                                                      for v in values))
    case(f"{op}-{name}", [table, w.node("y", op, ["x", "p"], **T, Tpaddings=A.type(w.INT64),
                                        **attrs)], may_pass=may_pass)


pad("negative", [0, 0, -1, -1, 0, 0, 0, 0])
pad("rows", [0, 0], rows=1)
pad("overflow", [0, 0, BIG, BIG, 0, 0, 0, 0])
pad("2^40", [0, 0, 1 << 40, 0, 0, 0, 0, 0], may_pass=True)
pad("reflected-beyond", [0, 0, 8, 8, 0, 0, 0, 0], op="MirrorPad", mode=A.s("REFLECT"))
pad("mode", [0, 0, 1, 1, 0, 0, 0, 0], op="MirrorPad", mode=A.s("GUESS"))


def matmul(name, left, right, may_pass=False, op="MatMul", **attrs):
    case(f"{op}-{name}", [w.floats("f", right), w.node("y", op, ["x", "f"], **T, **attrs)],
         may_pass=may_pass, dims=left)


matmul("inner-differs", (2, 3), (4, 5))
matmul("rank-1", (3,), (3, 5))
matmul("rank-3", (2, 2, 3), (3, 5))
matmul("transposed-differs", (2, 3), (3, 5), transpose_b=A.b(True))
matmul("batches-differ", (2, 2, 3), (3, 3, 5), op="BatchMatMulV2")
matmul("inner-zero", (2, 0), (0, 5), may_pass=True)

for op in ("AddV2", "Mul", "Maximum", "Less"):
    case(f"{op}-no-broadcast", [w.floats("f", (3, 5)), w.node("y", op, ["x", "f"], **T)])
    case(f"{op}-types-differ", [w.ints("f", [1]), w.node("y", op, ["x", "f"], **T)])
case("ConcatV2-shapes-differ", [w.floats("f", (1, 7, 8, 4)), w.scalar("i", 0), w.node(
    "y", "ConcatV2", ["x", "f", "i"], N=A.i(2), **T, **TIDX)])
case("ConcatV2-N-differs", [w.scalar("i", 0), w.node(
    "y", "ConcatV2", ["x", "x", "i"], N=A.i(1 << 40), **T, **TIDX)], may_pass=True)
case("Split-no-divisor", [w.scalar("i", 1), w.node("y", "Split", ["i", "x"], num_split=A.i(3),
                                                   **T)])
for count in (0, -1, BIG, -BIG - 1):
    case(f"Split-into-{count}", [w.scalar("i", 1), w.node("y", "Split", ["i", "x"],
                                                          num_split=A.i(count), **T)])
case("Unpack-num-differs", [w.node("y", "Unpack", ["x"], num=A.i(1 << 40), axis=A.i(1), **T)])
for index in (8, -1, (1 << 31) - 1):
    case(f"GatherV2-constant-index-{index}", [
        w.ints("i", [index]), w.scalar("a", 1), w.node(
            "y", "GatherV2", ["x", "i", "a"], Tparams=A.type(w.FLOAT), Tindices=A.type(w.INT32),
            Taxis=A.type(w.INT32))], may_pass=True)
case("OneHot-depth-negative", [w.ints("i", [1]), w.scalar("d", -3), w.floats("on", []), w.node(
    "y", "OneHot", ["i", "d", "on", "on"], **T, TI=A.type(w.INT32))])
case("OneHot-depth-2^31", [w.ints("i", [1]), w.scalar("d", (1 << 31) - 1), w.floats("on", []),
                           w.node("y", "OneHot", ["i", "d", "on", "on"], **T,
                                  TI=A.type(w.INT32))], may_pass=True)
for name, (start, limit, delta) in {"delta-zero": (0, 5, 0), "wrong-way": (5, 0, 1),
                                    "2^31": (-(1 << 31), (1 << 31) - 1, 1)}.items():
    case(f"Range-{name}", [w.scalar("s", start), w.scalar("l", limit), w.scalar("d", delta), w.node(
        "y", "Range", ["s", "l", "d"], Tidx=A.type(w.INT32))], may_pass=name == "2^31")
for size in (0, -2, 3, BIG):
    for op in ("SpaceToDepth", "DepthToSpace"):
        case(f"{op}-block-{size}", [w.node("y", op, ["x"], **T, block_size=A.i(size))])
for equation in ("", "->", "ab", "abcd,abcd", "ab,bc->ad", "abcd->aa", "a...b...->a", "ABCDE->A",
                 "abcd->" + "z", ",", "ab cd -> ab", "....->", "a" * 100000 + "->a"):
    case(f"Einsum-{len(equation)}-{equation[:12].replace('>', '')}", [w.node(
        "y", "Einsum", ["x"], N=A.i(1), equation=A.s(equation), **T)],
        may_pass=equation in ("ab cd -> ab", "abcd->aa"))
for name, k in {"beyond": 5, "negative": -1, "2^31": (1 << 31) - 1}.items():
    case(f"TopKV2-{name}", [w.scalar("k", k), w.node("y", "TopKV2", ["x", "k"], **T)])
for name, dims in {"negative": (-1, 4), "huge": ((1 << 31) - 1,) * 2, "zero": (0, 0)}.items():
    case(f"ResizeBilinear-{name}", [w.ints("s", dims), w.node(
        "y", "ResizeBilinear", ["x", "s"], **T, align_corners=A.b(False))], may_pass=name == "zero")
case("Squeeze-extent-8", [w.node("y", "Squeeze", ["x"], **T, squeeze_dims=A.ints([1]))])
case("Squeeze-beyond", [w.node("y", "Squeeze", ["x"], **T, squeeze_dims=A.ints([9]))])
case("Bitcast-odd", [w.node("y", "Bitcast", ["x"], T=A.type(w.FLOAT), type=A.type(w.DOUBLE))],
     dims=(1, 3), may_pass=False)
for dtype in (0, 7, 20, 21, 99, 1 << 31):
    case(f"Cast-to-{dtype}", [w.node("y", "Cast", ["x"], SrcT=A.type(w.FLOAT),
                                     DstT=A.type(dtype))])
case("FusedBatchNormV3-scale", [w.floats("s", (3,)), w.node(
    "y", "FusedBatchNormV3", ["x", "s", "s", "s", "s"], T=A.type(w.FLOAT), U=A.type(w.FLOAT),
    is_training=A.b(False), epsilon=A.f(1e-3))])
case("BiasAdd-length", [w.floats("b", (3,)), w.node("y", "BiasAdd", ["x", "b"], **T)])
case("BiasAdd-rank", [w.floats("b", (2, 4)), w.node("y", "BiasAdd", ["x", "b"], **T)])
for op in ("Selu", "Neg", "AddV2", "SelectV2", "MatMul", "Range", "Fill", "Softmax"):
    case(f"{op}-without-inputs", [w.node("y", op, [], **T)])
case("SelectV2-two-inputs", [w.node("y", "SelectV2", ["x", "x"], **T)])
case("Range-two-inputs", [w.scalar("s", 0), w.node("y", "Range", ["s", "s"], **TIDX)])
case("ConcatV2-axis-alone", [w.scalar("s", 0), w.node("y", "ConcatV2", ["s"], N=A.i(0), **T)])
