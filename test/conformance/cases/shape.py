"""Data movement and shape arithmetic: everything here gives equal values."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, SUM, Case, Family

FAMILY = Family("shape")
raw = tf.raw_ops

ANY = [np.dtype(t) for t in (bool, np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64,
                             np.float16, np.float32, np.float64, np.complex64, np.complex128)]
ANY.append(np.dtype(tf.bfloat16.as_numpy_dtype))
INDEX = [np.dtype(np.int32), np.dtype(np.int64)]


def tensor(g, *shape_arguments, **options) -> np.ndarray:
    """Any type, any values."""
    return g.array(g.pick(ANY), g.shape(*shape_arguments, **options), special=g.special())


def nothing(x: np.ndarray, d: int, size: int) -> np.ndarray:
    """No elements (but of a vector), with dimension d of another size: what a check of the count alone lets through."""
    shape = [0] * x.ndim
    shape[d] = size
    return np.zeros(shape, x.dtype)


def same(op: str, argument: str = "input"):
    def make(g) -> Case:
        x = tensor(g)
        return Case(lambda t: getattr(raw, op)(**{argument: t}), [x], MOVE, note=x.dtype.name)

    FAMILY.op(op)(make)


for _op in ["Identity", "StopGradient", "Snapshot"]:
    same(_op)


def about_shape(op: str):
    def make(g) -> Case:
        x, to = tensor(g), g.pick([tf.int32, tf.int64])
        return Case(lambda t: getattr(raw, op)(input=t, out_type=to), [x], MOVE, note=x.dtype.name)

    FAMILY.op(op)(make)


about_shape("Shape")
about_shape("Size")


@FAMILY.op("Rank")
def rank(g) -> Case:
    return Case(lambda t: raw.Rank(input=t), [tensor(g)], MOVE)


@FAMILY.op("ShapeN")
def shape_n(g) -> Case:
    dtype = g.pick(ANY)
    inputs = [g.array(dtype, g.shape(0, 4)) for _ in range(g.integer(1, 3))]
    return Case(lambda *t: raw.ShapeN(input=list(t)), inputs, MOVE, note=dtype.name)


def factored(g, count: int) -> list[int]:
    """Random dimensions with the product `count`."""
    dims = []
    while count > 1 and len(dims) < 4:
        d = g.pick([d for d in range(1, count + 1) if count % d == 0])
        dims.append(d)
        count //= d
    return dims + [count] * (count > 1 or g.chance(0.3))


@FAMILY.op("Reshape")
def reshape(g) -> Case:
    x = tensor(g)
    dims = factored(g, x.size) if x.size else [*x.shape, 1][::-1]
    if dims and g.chance(0.5):
        dims[g.integer(0, len(dims) - 1)] = -1
    to = np.array(dims, g.pick(INDEX))
    if g.chance(0.25):
        calls = ([x, np.full_like(to, -1)], [x, np.where(np.arange(to.size) == to.size - 1, -1, to)])
        return Case(lambda t, s: raw.Reshape(tensor=t, shape=s), [x, to], MOVE, note=f"{dims} fed", frozen=(1,), calls=calls)
    return Case(lambda t: raw.Reshape(tensor=t, shape=to), [x], MOVE, note=str(dims))


@FAMILY.op("reshape(computed)")
def reshape_computed(g) -> Case:
    """The shape is computed from the tensor's own, as in attention and flattening layers."""
    x = tensor(g, 2, 4)

    def merge(t):
        s = tf.shape(t)
        return tf.reshape(t, tf.concat([[s[0] * s[1]], s[2:]], 0))

    def flatten(t):
        return tf.reshape(t, tf.stack([tf.shape(t)[0], tf.reduce_prod(tf.shape(t)[1:])]))

    def split(t):
        s = tf.shape(t)
        return tf.reshape(t, tf.concat([s[:-1], [1, s[-1]]], 0))

    name, function = g.pick([("merge", merge), ("flatten", flatten), ("split", split)])
    return Case(function, [x], MOVE, note=name)


@FAMILY.op("ExpandDims")
def expand_dims(g) -> Case:
    x = tensor(g, 0, 5)
    axis = np.array(g.integer(-x.ndim - 1, x.ndim), g.pick(INDEX))
    return Case(lambda t: raw.ExpandDims(input=t, axis=axis), [x], MOVE, note=f"axis={axis}")


@FAMILY.op("Squeeze")
def squeeze(g) -> Case:
    shape = [1 if g.chance(0.4) else d for d in g.shape(0, 5)]
    ones = [i - (len(shape) if g.chance(0.3) else 0) for i, d in enumerate(shape) if d == 1 and g.chance(0.7)]
    x = g.array(g.pick(ANY), shape)
    if not ones:
        return Case(lambda t: raw.Identity(input=raw.Squeeze(input=t)), [x], MOVE, note=f"{shape}", frozen=(0,))
    return Case(lambda t: raw.Squeeze(input=t, axis=ones), [x], MOVE, note=f"{shape} axis={ones}")


@FAMILY.op("Transpose")
def transpose(g) -> Case:
    x = tensor(g)
    order = g.rng.permutation(x.ndim).astype(g.pick(INDEX))
    if g.chance(0.2):
        order = np.where(g.rng.random(x.ndim) < 0.5, order - x.ndim, order).astype(order.dtype)
    return Case(lambda t: raw.Transpose(x=t, perm=order), [x], MOVE, note=f"{x.dtype.name} {order.tolist()}")


@FAMILY.op("BroadcastTo")
def broadcast_to(g) -> Case:
    shape = g.shape(0, 5)
    part = [1 if g.chance(0.4) else d for d in shape][g.integer(0, len(shape)):]
    x = g.array(g.pick(ANY), part)
    to = np.array(shape, g.pick(INDEX))
    if g.chance(0.25):
        return Case(lambda t, s: raw.BroadcastTo(input=t, shape=s), [x, to], MOVE, note=f"{shape} fed", frozen=(1,))
    return Case(lambda t: raw.BroadcastTo(input=t, shape=to), [x], MOVE, note=f"{x.dtype.name} {shape}")


@FAMILY.op("BroadcastArgs")
def broadcast_args(g) -> Case:
    a, b = (np.array(s, np.int32) for s in g.broadcast(2))
    return Case(lambda x, y: raw.BroadcastArgs(s0=x, s1=y), [a, b], MOVE)


@FAMILY.op("Tile")
def tile(g) -> Case:
    x = tensor(g, 0, 5, limit=150)
    times = np.array([g.pick([1, 1, 2, 3, 0]) for _ in x.shape], g.pick(INDEX))
    if g.chance(0.25):
        return Case(lambda t, m: raw.Tile(input=t, multiples=m), [x, times], MOVE, note=f"{times} fed", frozen=(1,))
    return Case(lambda t: raw.Tile(input=t, multiples=times), [x], MOVE, note=f"{x.dtype.name} {times.tolist()}")


@FAMILY.op("ConcatV2")
def concat(g) -> Case:
    dtype, shape = g.pick(ANY), list(g.shape(1, 5, 300))
    axis = g.axis(len(shape))
    inputs = []
    for _ in range(g.integer(1, 4)):
        shape[axis] = g.pick([0, 1, 2, 5, 7])
        inputs.append(g.array(dtype, shape))
    at = np.array(axis, g.pick(INDEX))
    if len(inputs) == 1:
        inputs.append(inputs[0])
    return Case(lambda *t: raw.ConcatV2(values=list(t), axis=at), inputs, MOVE, note=f"{dtype.name} axis={axis}")


@FAMILY.op("Pack")
def pack(g) -> Case:
    dtype, shape = g.pick(ANY), g.shape(0, 4, 200)
    axis = g.axis(len(shape) + 1)
    inputs = [g.array(dtype, shape) for _ in range(g.integer(1, 4))]
    return Case(lambda *t: raw.Pack(values=list(t), axis=axis), inputs, MOVE, note=f"{dtype.name} axis={axis}")


@FAMILY.op("Unpack")
def unpack(g) -> Case:
    shape = list(g.shape(1, 4, 300))
    axis = g.axis(len(shape))
    shape[axis] = g.integer(1, 4)
    x = g.array(g.pick(ANY), shape)
    return Case(lambda t: raw.Unpack(value=t, num=shape[axis], axis=axis), [x], MOVE, note=f"{shape} axis={axis}")


@FAMILY.op("Split")
def split(g) -> Case:
    shape, parts = list(g.shape(1, 4, 300)), g.integer(1, 4)
    axis = g.axis(len(shape))
    shape[axis] = parts * g.integer(0, 3)
    x = g.array(g.pick(ANY), shape)
    return Case(lambda t: raw.Split(axis=np.int32(axis), value=t, num_split=parts), [x], MOVE,
                note=f"{shape} axis={axis} parts={parts}", calls=([nothing(x, axis, 2 * parts + 1)],))


@FAMILY.op("SplitV")
def split_v(g) -> Case:
    shape, sizes = list(g.shape(1, 4, 300)), [g.integer(0, 4) for _ in range(g.integer(1, 4))]
    axis = g.axis(len(shape))
    shape[axis] = sum(sizes)
    if g.chance(0.4):
        sizes[g.integer(0, len(sizes) - 1)] = -1
    x, index = g.array(g.pick(ANY), shape), g.pick(INDEX)
    return Case(lambda t: raw.SplitV(value=t, size_splits=np.array(sizes, index), axis=np.int32(axis),
                                     num_split=len(sizes)), [x], MOVE, note=f"{shape} axis={axis} {sizes}",
                calls=([nothing(x, axis, shape[axis] + 1)],))


@FAMILY.op("Slice")
def slice_(g) -> Case:
    x = tensor(g, 0, 5)
    begin = [g.integer(0, d) for d in x.shape]
    size = [-1 if g.chance(0.2) else g.integer(0, d - b) for d, b in zip(x.shape, begin)]
    index = g.pick(INDEX)
    begin, size = np.array(begin, index), np.array(size, index)
    if g.chance(0.3):
        return Case(lambda t, b, s: raw.Slice(input=t, begin=b, size=s), [x, begin, size], MOVE,
                    note=f"{begin} {size} fed", frozen=(1, 2))
    return Case(lambda t: raw.Slice(input=t, begin=begin, size=size), [x], MOVE, note=f"{begin} {size}")


def slicing(g, rank: int) -> tuple:
    """begin, end, strides and masks of a strided slice with at most `rank` entries that take dimensions."""
    spec, masks = [], dict.fromkeys(["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"], 0)
    left = g.integer(0, rank)
    while left > 0 or (len(spec) < 5 and g.chance(0.1)):
        bit = 1 << len(spec)
        kind = g.pick(["range"] * 5 + ["new_axis_mask", "shrink_axis_mask", "ellipsis_mask"])
        if kind == "ellipsis_mask" and masks[kind]:
            kind = "range"
        if kind not in ("new_axis_mask", "ellipsis_mask"):
            if not left:
                break
            left -= 1
        stride = g.pick([1, 1, 1, 2, 3, -1, -2]) if kind == "range" else 1
        spec.append((g.integer(-5, 5) if kind == "range" else g.integer(-1, 0), g.integer(-6, 9), stride))
        masks["begin_mask"] |= bit * (kind == "range" and g.chance(0.4))
        masks["end_mask"] |= bit * (kind == "range" and g.chance(0.4))
        if kind != "range":
            masks[kind] |= bit
    return spec, masks


@FAMILY.op("StridedSlice")
def strided_slice(g) -> Case:
    x = tensor(g, 1, 5)
    spec, masks = slicing(g, x.ndim)
    index = g.pick(INDEX)
    begin, end, strides = (np.array([s[i] for s in spec], index) for i in range(3))
    note = f"{spec} {({k: v for k, v in masks.items() if v})}"
    if g.chance(0.25):
        return Case(lambda t, b, e: raw.StridedSlice(input=t, begin=b, end=e, strides=strides, **masks), [x, begin, end],
                    MOVE, note=note + " fed", frozen=(1, 2))
    return Case(lambda t: raw.StridedSlice(input=t, begin=begin, end=end, strides=strides, **masks), [x], MOVE, note=note)


@FAMILY.op("StridedSliceGrad")
def strided_slice_grad(g) -> Case:
    shape = g.shape(1, 4, 200, empty=False)
    begin = np.array([g.integer(0, d - 1) for d in shape], np.int32)
    strides = np.array([g.pick([1, 1, 2]) for _ in shape], np.int32)
    end = np.array(shape, np.int32)
    part = tuple(-(-(d - b) // s) for d, b, s in zip(shape, begin.tolist(), strides.tolist()))
    dy = g.array(np.float32, part)
    return Case(lambda d: raw.StridedSliceGrad(shape=end, begin=begin, end=end, strides=strides, dy=d), [dy], MOVE,
                note=f"{shape} {begin} {strides}")


def paddings(g, rank: int, high: int) -> np.ndarray:
    return np.array([[g.integer(0, high), g.integer(0, high)] for _ in range(rank)], g.pick(INDEX)).reshape(rank, 2)


@FAMILY.op("Pad")
def pad(g) -> Case:
    dtype = kernels.pick(g, "Pad")
    x = g.array(dtype, g.shape(0, 5, 200))
    pads = paddings(g, x.ndim, 3)
    if g.chance(0.25):
        return Case(lambda t, p: raw.Pad(input=t, paddings=p), [x, pads], MOVE, note=f"{pads.tolist()} fed", frozen=(1,))
    return Case(lambda t: raw.Pad(input=t, paddings=pads), [x], MOVE, note=f"{dtype.name} {pads.tolist()}")


@FAMILY.op("PadV2")
def pad_v2(g) -> Case:
    dtype = kernels.pick(g, "PadV2")
    x, value = g.array(dtype, g.shape(0, 5, 200)), g.array(dtype, (), special=0.3)
    pads = paddings(g, x.ndim, 3)
    return Case(lambda t, v: raw.PadV2(input=t, paddings=pads, constant_values=v), [x, value], MOVE,
                note=f"{dtype.name} {pads.tolist()}")


@FAMILY.op("MirrorPad")
def mirror_pad(g) -> Case:
    dtype, mode = kernels.pick(g, "MirrorPad"), g.pick(["REFLECT", "SYMMETRIC"])
    x = g.array(dtype, g.shape(1, 5, 200, empty=False))
    room = [d - (mode == "REFLECT") for d in x.shape]
    pads = np.array([[g.integer(0, min(r, 3)), g.integer(0, min(r, 3))] for r in room], np.int32)
    return Case(lambda t: raw.MirrorPad(input=t, paddings=pads, mode=mode), [x], MOVE,
                note=f"{dtype.name} {mode} {pads.tolist()}", calls=([nothing(x, 0, 5)],))


@FAMILY.op("ReverseV2")
def reverse(g) -> Case:
    x = tensor(g)
    axes = np.array(g.axes(x.ndim), g.pick(INDEX))
    return Case(lambda t: raw.ReverseV2(tensor=t, axis=axes), [x], MOVE, note=f"{x.dtype.name} {axes.tolist()}")


@FAMILY.op("ReverseSequence")
def reverse_sequence(g) -> Case:
    x = tensor(g, 2, 4, empty=False)
    sequence, batch = (int(a) for a in g.rng.permutation(x.ndim)[:2])
    lengths = g.array(g.pick(INDEX), (x.shape[batch],), 0, x.shape[sequence])
    return Case(lambda t, n: raw.ReverseSequence(input=t, seq_lengths=n, seq_dim=sequence, batch_dim=batch),
                [x, lengths], MOVE, note=f"seq={sequence} batch={batch}")


@FAMILY.op("Roll")
def roll(g) -> Case:
    x = tensor(g, 1, 5)
    axes = np.array(g.axes(x.ndim, 1), np.int32)
    shifts = g.array(g.pick(INDEX), axes.shape, -20, 20)
    return Case(lambda t: raw.Roll(input=t, shift=shifts, axis=axes), [x], MOVE, note=f"{shifts} {axes}")


@FAMILY.op("Fill")
def fill(g) -> Case:
    value, dims = g.array(g.pick(ANY), (), special=0.3), np.array(g.shape(0, 5), g.pick(INDEX))
    if g.chance(0.5):
        return Case(lambda v, d: raw.Fill(dims=d, value=v), [value, dims], MOVE, note=f"{dims} fed", frozen=(1,))
    return Case(lambda v: raw.Fill(dims=dims, value=v), [value], MOVE, note=f"{value.dtype.name} {dims}")


@FAMILY.op("Range")
def range_(g) -> Case:
    dtype = kernels.pick(g, "Range", "Tidx")
    start, delta = g.integer(-5 if dtype.kind != "u" else 0, 5), g.pick([1, 2, 3])
    limit = start + g.integer(0, 20)
    if dtype.kind != "u" and g.chance(0.4):
        start, limit, delta = limit, start, -delta
    inputs = [np.array(v, dtype) for v in (start, limit, delta)]
    if g.chance(0.2):
        inputs = [np.array(v, dtype) for v in (0, g.integer(0, 9), g.integer(0, 2))]
    if g.chance(0.5):
        return Case(lambda a, b, c: raw.Range(start=a, limit=b, delta=c), inputs, MOVE, note=f"{dtype.name} {inputs} fed")
    return Case(lambda z: raw.Range(**{k: tf.constant(v) for k, v in zip(("start", "limit", "delta"), inputs)}) + z,
                [np.zeros((), dtype)], MOVE, note=f"{dtype.name} {inputs}")


@FAMILY.op("LinSpace")
def lin_space(g) -> Case:
    dtype = kernels.pick(g, "LinSpace")
    start, stop, count = g.array(dtype, ()), g.array(dtype, ()), np.int32(g.integer(1, 20))
    return Case(lambda a, b: raw.LinSpace(start=a, stop=b, num=count), [start, stop], note=f"{dtype.name} {count}")


@FAMILY.op("OneHot")
def one_hot(g) -> Case:
    index, dtype, depth = kernels.pick(g, "OneHot", "TI"), g.pick(ANY), np.int32(g.integer(0, 7))
    indices = g.array(index, g.shape(0, 4, 100), 0 if index.kind == "u" else -1, 8)
    axis = g.integer(-1, indices.ndim)
    on, off = g.array(dtype, ()), g.array(dtype, ())
    return Case(lambda i, a, b: raw.OneHot(indices=i, depth=depth, on_value=a, off_value=b, axis=axis),
                [indices, on, off], MOVE, note=f"{index.name} {dtype.name} depth={depth} axis={axis}")


def diagonal(op: str, argument: str, low: int):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = g.array(dtype, g.shape(low, 4, 100))
        return Case(lambda t: getattr(raw, op)(**{argument: t}), [x], MOVE, note=dtype.name)

    FAMILY.op(op)(make)


diagonal("MatrixDiag", "diagonal", 1)
diagonal("MatrixDiagPart", "input", 2)
diagonal("Diag", "diagonal", 1)


def alignments(g) -> dict:
    return {"align": g.pick(["LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT"])}


@FAMILY.op("MatrixDiagPartV3")
def diag_part_v3(g) -> Case:
    x = tensor(g, 2, 4, empty=False)
    rows, columns = x.shape[-2:]
    k = sorted(g.integer(1 - rows, columns - 1) for _ in range(2))
    k = np.array(k if g.chance(0.6) else k[0], np.int32)
    padding, extra = x.dtype.type(0), alignments(g)
    return Case(lambda t: raw.MatrixDiagPartV3(input=t, k=k, padding_value=padding, **extra), [x], MOVE, note=f"k={k} {extra}")


@FAMILY.op("MatrixDiagV3")
def diag_v3(g) -> Case:
    low = g.integer(-2, 2)
    high = low + g.integer(0, 2)
    x = tensor(g, 1, 3, 60, empty=False)
    batch, length = x.shape[:-1], x.shape[-1]
    x = np.resize(x, (*batch, high - low + 1, length) if high > low else (*batch, length))
    k, padding, extra = np.array([low, high], np.int32), x.dtype.type(0), alignments(g)
    return Case(lambda t: raw.MatrixDiagV3(diagonal=t, k=k, num_rows=np.int32(-1), num_cols=np.int32(-1),
                                           padding_value=padding, **extra), [x], MOVE, note=f"k={k} {extra}")


@FAMILY.op("MatrixSetDiagV3")
def set_diag_v3(g) -> Case:
    x = tensor(g, 2, 4, empty=False)
    diag = g.array(x.dtype, (*x.shape[:-2], min(x.shape[-2:])))
    return Case(lambda t, d: raw.MatrixSetDiagV3(input=t, diagonal=d, k=np.int32(0)), [x, diag], MOVE, note=x.dtype.name)


def depth_space(op: str):
    def make(g) -> Case:
        dtype, block = kernels.pick(g, op), g.pick([2, 3])
        batch, rows, columns, depth = (g.integer(1, 3) for _ in range(4))
        big = (batch, rows * block, columns * block, depth)
        small = (batch, rows, columns, depth * block * block)
        x = g.array(dtype, big if op == "SpaceToDepth" else small)
        return Case(lambda t: getattr(raw, op)(input=t, block_size=block), [x], MOVE, note=f"{dtype.name} block={block}")

    FAMILY.op(op)(make)


depth_space("SpaceToDepth")
depth_space("DepthToSpace")


@FAMILY.op("Transpose by an inverse permutation")
def inverse_transpose(g) -> Case:
    """As gradients have it: the permutation is computed, of a constant."""
    x = g.array(np.float32, g.shape(1, 4))
    order = g.rng.permutation(x.ndim).astype(g.pick([np.int32, np.int64]))
    return Case(lambda t: tf.transpose(t, raw.InvertPermutation(x=order)), [x], MOVE, note=f"{x.shape} {order}")


@FAMILY.op("InvertPermutation")
def invert_permutation(g) -> Case:
    order = g.rng.permutation(g.size()).astype(g.pick(INDEX))
    return Case(lambda t: raw.InvertPermutation(x=t), [order], MOVE)


@FAMILY.op("EnsureShape")
def ensure_shape(g) -> Case:
    x = tensor(g)
    shape = [None if g.chance(0.5) else d for d in x.shape]
    return Case(lambda t: raw.EnsureShape(input=t, shape=shape), [x], MOVE, note=str(shape))


@FAMILY.op("repeat")
def repeat(g) -> Case:
    x = tensor(g, 1, 3, 200)
    axis, times = g.axis(x.ndim), g.integer(0, 4)
    return Case(lambda t: tf.repeat(t, times, axis), [x], MOVE, note=f"{times} axis={axis}")


@FAMILY.op("meshgrid")
def meshgrid(g) -> Case:
    inputs = [g.array(np.float32, (g.size(9),)) for _ in range(g.integer(1, 3))]
    order = g.pick(["xy", "ij"])
    return Case(lambda *t: tf.meshgrid(*t, indexing=order), inputs, MOVE, note=order)


@FAMILY.op("sequence_mask")
def sequence_mask(g) -> Case:
    lengths, longest = g.array(g.pick(INDEX), g.shape(0, 3, 60), 0, 9), g.pick([None, 5, 9])
    return Case(lambda t: tf.sequence_mask(t, longest), [lengths], MOVE, note=f"longest={longest}")


@FAMILY.op("MirrorPadGrad")
def mirror_pad_grad(g) -> Case:
    x, mode = g.array(np.float32, g.shape(1, 4, 200, empty=False)), g.pick(["REFLECT", "SYMMETRIC"])
    room = [n - (mode == "REFLECT") for n in x.shape]
    paddings = np.array([[g.integer(0, r), g.integer(0, r)] for r in room], np.int32)

    def function(t):
        with tf.GradientTape() as tape:
            tape.watch(t)
            padded = tf.pad(t, paddings, mode)
            total = tf.reduce_sum(padded * tf.reshape(tf.range(tf.cast(tf.size(padded), tf.float32)), tf.shape(padded)))
        return tape.gradient(total, t)

    return Case(function, [x], SUM, terms=lambda t: function(tf.constant(t)) * tf.abs(t) + 1e3,
                note=f"{mode} {paddings.tolist()}", frozen=(0,))


@FAMILY.op("Transpose by data")
def transpose_by_data(g) -> Case:
    x = g.array(kernels.pick(g, "Transpose"), g.shape(1, 4, 200))
    order = g.rng.permutation(x.ndim).astype(np.int32)
    return Case(lambda t, p: tf.transpose(t, p), [x, order], MOVE, note=f"{order.tolist()}", frozen=(1,))


@FAMILY.op("UnravelIndex")
def unravel(g) -> Case:
    dtype, dims = g.pick([np.int32, np.int64]), np.array(g.shape(0, 4, 200, empty=False))
    if dims.size and g.chance(0.1):
        dims[0] = g.pick([0, -2])
    last = int(np.prod(dims)) - g.pick([1, 1, 1, 0])
    indices = g.array(dtype, g.pick([(), (g.integer(0, 9),)]), min(0 if g.chance(0.7) else -9, last), last)
    dims = dims.astype(dtype)
    if g.chance(0.4):
        return Case(lambda i, d: tf.unravel_index(i, d), [indices, dims], MOVE, note=f"{dims} fed", frozen=(1,))
    return Case(lambda i: tf.unravel_index(i, dims), [indices], MOVE, note=f"{dims}")


@FAMILY.op("DataFormatDimMap, DataFormatVecPermute")
def data_format(g) -> Case:
    axes, sizes = g.array(np.int32, (g.integer(1, 5),), -4, 3), g.array(np.int32, g.pick([(4,), (4, 2), (2,)]))
    return Case(lambda a, s: [raw.DataFormatDimMap(x=a), raw.DataFormatVecPermute(x=s)], [axes, sizes], MOVE, frozen=(1,))
