"""Operators that move, choose or compare numbers as they are, and those between types and scales."""

import numpy as np

from . import Case, Draw, Tensor, constant, maker, options, x_like

BYTES = ("i8", "u8")
ALL = ("i8", "u8", "i16")


def moved(x: Tensor, shape=(0,)) -> Tensor:
    """A result with x's scale, of a shape that the kernel finds."""
    return Tensor(x.dtype, list(shape), x.scale, x.zero)


def axis_of(d: Draw, x: Tensor) -> int:
    """Counted from the end now and then."""
    rank = len(x.shape)
    return d.number(0, rank - 1) - (rank if d.chance(0.3) else 0)


def add_rearrangement(op: str, version: int, dtypes: tuple, arguments):
    """`arguments(draw, x)` gives the other inputs and the options."""
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*dtypes), d.shape())
        others, o = arguments(d, x)
        return Case(op, version, [x, *others], moved(x), o)


def reshape(d: Draw, x: Tensor):
    return [constant([d.one_of(-1, x.shape[0]), int(np.prod(x.shape[1:]))])], options("Reshape", newShape=[])


def expand_dims(d: Draw, x: Tensor):
    return [constant(d.number(-1, len(x.shape)))], options("ExpandDims")


def transpose(d: Draw, x: Tensor):
    return [constant(d.rng.permutation(len(x.shape)))], options("Transpose")


def strided_slice(d: Draw, x: Tensor):
    rank = len(x.shape)
    begin = [d.number(-n, n - 1) for n in x.shape]
    end = [d.number(-n, n + 1) for n in x.shape]
    strides = [d.one_of(1, 1, 2, -1) for _ in x.shape]
    mask = lambda p: sum(1 << i for i in range(rank) if d.chance(p))
    shrink = mask(0.2) & sum(1 << i for i in range(rank) if strides[i] > 0)  # others are no single index
    return ([constant(begin), constant(end), constant(strides)],
            options("StridedSlice", beginMask=mask(0.5), endMask=mask(0.6), ellipsisMask=0, newAxisMask=0,
                    shrinkAxisMask=shrink, offset=False))


def gather(d: Draw, x: Tensor):
    axis = axis_of(d, x)
    return ([constant(d.rng.integers(0, x.shape[axis], d.shape(d.number(1, 2))))],
            options("Gather", axis=axis, batchDims=0))


def gather_nd(d: Draw, x: Tensor):
    depth = d.number(1, len(x.shape))
    return [constant(d.rng.integers(0, x.shape[:depth], (d.number(1, 4), depth)))], options("GatherNd")


def tile(d: Draw, x: Tensor):
    return [constant(d.rng.integers(1, 4, len(x.shape)))], options("Tile")


def reverse(d: Draw, x: Tensor):
    return [constant([d.number(0, len(x.shape) - 1)])], options("ReverseV2")


def broadcast_to(d: Draw, x: Tensor):
    shape = [*d.shape(1)] * d.number(0, 1) + x.shape
    x.shape = [n if d.chance(0.7) else 1 for n in x.shape]
    return [constant(shape)], options("BroadcastTo")


def mirror_pad(d: Draw, x: Tensor):
    mode = d.number(0, 1)
    edges = [[d.number(0, n - 1 + mode), d.number(0, n - 1 + mode)] for n in x.shape]
    return [constant(edges)], options("MirrorPad", mode=mode)


def reverse_sequence(d: Draw, x: Tensor):
    while len(x.shape) < 2:
        x.shape = d.shape()
    sequence, batch = d.rng.choice(len(x.shape), 2, replace=False)
    lengths = constant(d.rng.integers(1, x.shape[sequence] + 1, x.shape[batch]))
    return [lengths], options("ReverseSequence", seqDim=int(sequence), batchDim=int(batch))


add_rearrangement("RESHAPE", 1, ALL, reshape)
add_rearrangement("EXPAND_DIMS", 1, ALL, expand_dims)
add_rearrangement("TRANSPOSE", 2, ALL, transpose)
add_rearrangement("STRIDED_SLICE", 2, ALL, strided_slice)
add_rearrangement("GATHER", 2, ALL, gather)
add_rearrangement("GATHER_ND", 2, ALL, gather_nd)
add_rearrangement("TILE", 2, ALL, tile)
add_rearrangement("REVERSE_V2", 3, ALL, reverse)
add_rearrangement("BROADCAST_TO", 3, ALL, broadcast_to)
add_rearrangement("MIRROR_PAD", 2, ALL, mirror_pad)
add_rearrangement("REVERSE_SEQUENCE", 1, ("u8", "i16"), reverse_sequence)


@maker("SLICE")
def slice_(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    begin = [d.number(0, n - 1) for n in x.shape]
    size = [d.one_of(-1, d.number(1, n - b)) for n, b in zip(x.shape, begin)]
    shape = [n - b if s < 0 else s for n, b, s in zip(x.shape, begin, size)]
    return Case("SLICE", 2, [x, constant(begin), constant(size)], moved(x, shape), options("Slice"))


@maker("SQUEEZE")
def squeeze(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), [1, d.number(1, 4), 1, d.number(1, 3)])
    return Case("SQUEEZE", 1, [x], moved(x), options("Squeeze", squeezeDims=d.one_of([], [0], [0, 2], [-2])))


@maker("PADV2")
def pad_v2(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    value = Tensor(x.dtype, [], x.scale, x.zero, d.numbers(x.dtype, []))
    return Case("PADV2", 2, [x, constant(d.rng.integers(0, 3, (len(x.shape), 2))), value], moved(x), options("PadV2"))


@maker("CONCATENATION")
def concatenation(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    axis, parts = axis_of(d, x), [x]
    for _ in range(d.number(1, 3)):
        part = d.like(x) if x.dtype == "u8" and d.chance(0.7) else x_like(x)
        part.shape = list(x.shape)
        part.shape[axis] = d.number(1, 5)
        parts.append(part)
    y = d.like(x) if x.dtype == "u8" and d.chance(0.7) else x_like(x)
    return Case("CONCATENATION", 2, parts, moved(y), options("Concatenation", axis=axis, fusedActivationFunction=0))


@maker("PACK")
def pack(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape(d.number(1, 3)))
    count = d.number(1, 4)
    o = options("Pack", valuesCount=count, axis=d.number(-1, len(x.shape)))
    return Case("PACK", 2, [x, *[x_like(x) for _ in range(count - 1)]], moved(x), o)


@maker("UNPACK")
def unpack(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    axis = axis_of(d, x)
    return Case("UNPACK", 2, [x], [moved(x) for _ in range(x.shape[axis])],
                options("Unpack", num=x.shape[axis], axis=axis))


@maker("SPLIT")
def split(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    axis, count = axis_of(d, x), d.number(1, 3)
    x.shape[axis] = count * d.number(1, 3)
    return Case("SPLIT", 2, [constant(axis), x], [moved(x) for _ in range(count)], options("Split", numSplits=count))


@maker("SPLIT_V")
def split_v(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    axis, sizes = axis_of(d, x), [d.number(1, 3) for _ in range(d.number(1, 3))]
    x.shape[axis] = sum(sizes)
    return Case("SPLIT_V", 2, [x, constant(sizes), constant(axis)], [moved(x) for _ in sizes],
                options("SplitV", numSplits=len(sizes)))


def add_blocks(op: str, kind: str, versions: int):
    @maker(op)
    def make(d: Draw) -> Case:
        block = d.number(1, 3)
        sides = [d.number(1, 3) * (block if op == "SPACE_TO_DEPTH" else 1) for _ in range(2)]
        channels = d.number(1, 3) * (1 if op == "SPACE_TO_DEPTH" else block * block)
        x = d.tensor(d.one_of(*BYTES), [d.number(1, 2), *sides, channels])
        return Case(op, versions, [x], moved(x), options(kind, blockSize=block))


add_blocks("SPACE_TO_DEPTH", "SpaceToDepth", 2)
add_blocks("DEPTH_TO_SPACE", "DepthToSpace", 1)


@maker("RESIZE_NEAREST_NEIGHBOR")
def resize_nearest(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), [d.number(1, 2), d.number(1, 8), d.number(1, 8), d.number(1, 3)])
    mode = d.number(0, 2)
    o = options("ResizeNearestNeighbor", alignCorners=mode == 1, halfPixelCenters=mode == 2)
    return Case("RESIZE_NEAREST_NEIGHBOR", 4, [x, constant([d.number(1, 12), d.number(1, 12)])], moved(x), o)


def add_choice(op: str, version: int):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*ALL), d.shape())
        return Case(op, version, [Tensor("bool", list(x.shape)), x, x_like(x)], moved(x), options(
            "SelectV2" if op == "SELECT_V2" else "Select"))


add_choice("SELECT", 2)
add_choice("SELECT_V2", 1)


def add_best(op: str, kind: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*BYTES), d.shape())
        return Case(op, 2, [x, constant(axis_of(d, x))], Tensor("i32", [0]), options(kind, outputType=2))


add_best("ARG_MAX", "ArgMax")
add_best("ARG_MIN", "ArgMin")


@maker("TOPK_V2")
def topk(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    return Case("TOPK_V2", 3, [x, constant(d.number(1, x.shape[-1]))], [moved(x), Tensor("i32", [0])],
                options("TopKV2"))


@maker("ONE_HOT")
def one_hot(d: Draw) -> Case:
    indices = Tensor("i32", d.shape(d.number(1, 3)), range=(-1, 6))
    dtype = d.one_of("i8", "u8")
    on = Tensor(dtype, [], d.scale(), d.zero(dtype), d.numbers(dtype, []))
    off = Tensor(dtype, [], on.scale, on.zero, d.numbers(dtype, []))
    return Case("ONE_HOT", 1, [indices, constant(d.number(1, 6)), on, off], moved(on),
                options("OneHot", axis=d.number(-1, len(indices.shape))))


@maker("SPARSE_TO_DENSE")
def sparse_to_dense(d: Draw) -> Case:
    dtype, shape = d.one_of("i8", "u8"), d.shape(2)
    count = d.number(1, 5)
    places = np.sort(d.rng.choice(shape[0] * shape[1], min(count, shape[0] * shape[1]), replace=False))
    values = d.tensor(dtype, [len(places)])
    rest = Tensor(dtype, [], values.scale, values.zero, d.numbers(dtype, []))
    return Case("SPARSE_TO_DENSE", 3, [constant(np.stack([places // shape[1], places % shape[1]], 1)),
                                       constant(shape), values, rest], moved(values),
                options("SparseToDense", validateIndices=False))


@maker("SCATTER_ND")
def scatter_nd(d: Draw) -> Case:
    rows, width = d.number(2, 6), d.number(1, 4)
    places = d.rng.choice(rows, d.number(1, rows), replace=False)[:, None]
    updates = d.tensor(d.one_of(*BYTES), [len(places), width])
    return Case("SCATTER_ND", 1, [constant(places), updates, constant([rows, width])], moved(updates),
                options("ScatterNd"))


@maker("FILL")
def fill(d: Draw) -> Case:
    value = d.tensor(d.one_of("i8", "i16"), [])
    return Case("FILL", 3, [constant(d.shape()), value], moved(value), options("Fill"))


@maker("DYNAMIC_UPDATE_SLICE")
def dynamic_update_slice(d: Draw) -> Case:
    x = d.tensor("i8", d.shape(d.number(1, 3)))
    part = Tensor("i8", [d.number(1, n) for n in x.shape], x.scale, x.zero)
    begin = Tensor("i32", [len(x.shape)], range=(-2, 8))
    return Case("DYNAMIC_UPDATE_SLICE", 2, [x, part, begin], moved(x), options("DynamicUpdateSlice"))


@maker("QUANTIZE")
def quantize(d: Draw) -> Case:
    x = Tensor("f32", d.shape()) if d.chance(0.4) else d.tensor(d.one_of(*ALL), d.shape())
    like = x if x.scale else d.tensor("i8", [1], -5, 0)
    dtype = d.one_of(*(ALL if x.dtype in ("f32", "i16") else BYTES))
    return Case("QUANTIZE", 3, [x], Tensor(dtype, x.shape, d.near(like.scale), d.zero(dtype)), options("Quantize"))


@maker("DEQUANTIZE")
def dequantize(d: Draw) -> Case:
    x = d.tensor(d.one_of(*ALL), d.shape())
    return Case("DEQUANTIZE", 3, [x], Tensor("f32", x.shape), options("Dequantize"))
