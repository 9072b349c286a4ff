"""Older and rarer versions of ops, as models saved long ago have them."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, OP, SUM, Case, Family

FAMILY = Family("versions")
raw = tf.raw_ops


def simple(op: str, tolerance: str = MOVE, rank: int = 0, **extra):
    """One tensor in, under the op's own name for it."""

    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = g.array(dtype, g.shape(rank, 4))
        return Case(lambda t: getattr(raw, op)(input=t, **extra), [x], tolerance, note=dtype.name)

    FAMILY.op(op)(make)


simple("PreventGradient")
simple("MatrixBandPart", rank=2, num_lower=np.int32(1), num_upper=np.int32(0))


@FAMILY.op("IdentityN")
def identity_n(g) -> Case:
    inputs = [g.array(np.float32, g.shape(0, 3)), g.array(np.int32, g.shape(0, 3))]
    return Case(lambda a, b: list(raw.IdentityN(input=[a, b])), inputs, MOVE)


@FAMILY.op("Concat")
def concat(g) -> Case:
    shape, axis = list(g.shape(1, 4, 200)), 0
    axis = g.integer(0, len(shape) - 1)
    inputs = []
    for _ in range(g.integer(2, 4)):
        shape[axis] = g.integer(0, 4)
        inputs.append(g.array(np.float32, tuple(shape)))
    return Case(lambda *t: raw.Concat(concat_dim=np.int32(axis), values=list(t)), inputs, MOVE, note=f"axis={axis}")


@FAMILY.op("Reverse")
def reverse(g) -> Case:
    x = g.array(kernels.pick(g, "Reverse"), g.shape(0, 5))
    dims = g.array(bool, (x.ndim,))
    return Case(lambda t: raw.Reverse(tensor=t, dims=dims), [x], MOVE, note=f"{x.dtype.name} {dims.tolist()}")


@FAMILY.op("SpaceToBatch")
def space_to_batch(g) -> Case:
    block = g.integer(2, 3)
    x = g.array(np.float32, (g.integer(1, 2), block * g.integer(1, 3), block * g.integer(1, 3), g.integer(1, 3)))
    return Case(lambda t: raw.SpaceToBatch(input=t, paddings=np.array([[block, 0], [0, block]], np.int32), block_size=block),
                [x], MOVE, note=str(block))


@FAMILY.op("BatchToSpace")
def batch_to_space(g) -> Case:
    block = g.integer(2, 3)
    x = g.array(np.float32, (block * block * g.integer(1, 2), g.integer(1, 3), g.integer(1, 3), g.integer(1, 3)))
    return Case(lambda t: raw.BatchToSpace(input=t, crops=np.array([[1, 0], [0, 1]], np.int32), block_size=block), [x],
                MOVE, note=str(block), frozen=(0,))


@FAMILY.op("InTopK")
def in_top_k(g) -> Case:
    rows, classes = g.shape(2, 2, empty=False)
    targets, k = g.array(np.int32, (rows,), 0, classes - 1), g.integer(1, classes)
    return Case(lambda a, b: raw.InTopK(predictions=a, targets=b, k=k), [g.array(np.float32, (rows, classes)), targets], MOVE,
                note=f"k={k}")


@FAMILY.op("Bincount")
def bincount(g) -> Case:
    dtype, size = kernels.pick(g, "Bincount"), np.int32(g.integer(1, 9))
    x = g.array(np.int32, g.shape(1, 2), 0, 9)
    weights = g.array(dtype, g.pick([x.shape, (0,)]), 0, 4)
    return Case(lambda a, w: raw.Bincount(arr=a, size=size, weights=w), [x, weights], SUM, note=dtype.name)


@FAMILY.op("UniqueV2")
def unique_v2(g) -> Case:
    x = g.array(np.float32, (g.size(),), 0, 4).round()
    op = g.pick(["UniqueV2", "UniqueWithCountsV2"])
    return Case(lambda t: list(getattr(raw, op)(x=t, axis=np.zeros(1, np.int32))), [x], MOVE, note=op)


@FAMILY.op("ConjugateTranspose")
def conjugate_transpose(g) -> Case:
    x = g.array(g.pick([np.complex64, np.complex128, np.float32]), g.shape(0, 4))
    order = [int(d) for d in g.rng.permutation(x.ndim)]
    return Case(lambda t: raw.ConjugateTranspose(x=t, perm=np.array(order, np.int32)), [x], MOVE, note=f"{order}")


@FAMILY.op("BroadcastGradientArgs")
def broadcast_gradient_args(g) -> Case:
    """Of shapes that are known: which dimensions are broadcast cannot depend on the data."""
    inputs = [g.array(np.float32, s) for s in g.broadcast(2)]
    return Case(lambda a, b: list(raw.BroadcastGradientArgs(s0=tf.shape(a), s1=tf.shape(b))), inputs, MOVE, frozen=(0, 1))


@FAMILY.op("ConcatOffset")
def concat_offset(g) -> Case:
    shape = g.shape(1, 4, 60)
    axis = g.integer(0, len(shape) - 1)
    inputs = [g.array(np.float32, [g.integer(0, 4) if d == axis else s for d, s in enumerate(shape)])
              for _ in range(g.integer(2, 4))]
    return Case(lambda *parts: raw.ConcatOffset(concat_dim=axis, shape=[tf.shape(p) for p in parts]), inputs, MOVE)


@FAMILY.op("DiagPart")
def diag_part(g) -> Case:
    shape = g.shape(1, 2, 9)
    x = g.array(kernels.pick(g, "DiagPart"), shape * 2)
    return Case(lambda t: raw.DiagPart(input=t), [x], MOVE, note=x.dtype.name, frozen=(0,))


@FAMILY.op("MatrixDiag (old)")
def matrix_diag(g) -> Case:
    x = g.array(np.float32, g.shape(2, 3, 100, empty=False))
    main, seven = np.int32(0), np.float32(7)
    name, function = g.pick([
        ("MatrixSetDiag", lambda t: raw.MatrixSetDiag(input=t, diagonal=tf.linalg.diag_part(t) * 2)),
        ("MatrixSetDiagV2", lambda t: raw.MatrixSetDiagV2(input=t, diagonal=tf.linalg.diag_part(t) * 2, k=main)),
        ("MatrixDiagPartV2", lambda t: raw.MatrixDiagPartV2(input=t, k=main, padding_value=seven)),
        ("MatrixDiagV2", lambda t: raw.MatrixDiagV2(diagonal=t, k=np.int32(1), num_rows=np.int32(-1), num_cols=np.int32(-1),
                                                    padding_value=seven))])
    return Case(function, [x], MOVE, note=name, nonempty=True)


@FAMILY.op("SparseToDense")
def sparse_to_dense(g) -> Case:
    rows, columns, count = g.integer(1, 6), g.integer(1, 6), g.integer(0, 5)
    places = np.sort(g.rng.permutation(rows * columns)[:count])
    indices = np.stack([places // columns, places % columns], 1).astype(np.int64)
    shape = np.array([rows, columns], np.int64)
    return Case(lambda i, v: raw.SparseToDense(sparse_indices=i, output_shape=shape, sparse_values=v,
                                               default_value=np.float32(-1)),
                [indices, g.array(np.float32, (len(places),))], MOVE, frozen=(0, 1))


@FAMILY.op("SparseTensorDenseMatMul")
def sparse_dense(g) -> Case:
    rows, inner, columns, count = (g.integer(1, 6) for _ in range(4))
    places = np.sort(g.rng.permutation(rows * inner)[:count])
    indices = np.stack([places // inner, places % inner], 1).astype(np.int64)
    shape = np.array([rows, inner], np.int64)
    return Case(lambda v, b: raw.SparseTensorDenseMatMul(a_indices=indices, a_values=v, a_shape=shape, b=b),
                [g.array(np.float32, (len(places),)), g.array(np.float32, (inner, columns))], SUM, frozen=(0,))


@FAMILY.op("SparseMatMul")
def sparse_mat_mul(g) -> Case:
    rows, inner, columns = (g.integer(1, 9) for _ in range(3))
    turned = g.chance(0.5)
    a = g.array(np.float32, (inner, rows) if turned else (rows, inner))
    return Case(lambda x, y: raw.SparseMatMul(a=x, b=y, transpose_a=turned), [a, g.array(np.float32, (inner, columns))], SUM)


@FAMILY.op("SparseSegment (numbered)")
def sparse_segment(g) -> Case:
    op = g.pick(["SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"]) + "WithNumSegments"
    data = g.array(np.float32, g.shape(1, 3, 60, empty=False))
    count = g.integer(0, 8)
    indices = g.array(np.int32, (count,), 0, data.shape[0] - 1)
    ids = np.sort(g.array(np.int32, (count,), 0, 4))
    return Case(lambda d, i, s: getattr(raw, op)(data=d, indices=i, segment_ids=s, num_segments=np.int32(6)),
                [data, indices, ids], SUM, note=op)


@FAMILY.op("ParallelDynamicStitch")
def stitch(g) -> Case:
    count = g.integer(1, 9)
    order = g.rng.permutation(count).astype(np.int32)
    cut = g.integer(0, count)
    x = g.array(np.float32, (count, 3))
    return Case(lambda a, b: raw.ParallelDynamicStitch(indices=[order[:cut], order[cut:]], data=[a, b]), [x[:cut], x[cut:]],
                MOVE, frozen=(0, 1))


@FAMILY.op("BiasAddV1")
def bias_add(g) -> Case:
    x = g.array(np.float32, g.shape(2, 5))
    return Case(lambda t, b: raw.BiasAddV1(value=t, bias=b), [x, g.array(np.float32, x.shape[-1:])], OP)


@FAMILY.op("TensorArray")
def tensor_array(g) -> Case:
    """Lists: gathered from, scattered to, concatenated."""
    x = g.array(np.float32, (6, g.integer(1, 4)))
    name, function = g.pick([
        ("gather", lambda t: tf.TensorArray(tf.float32, 6, element_shape=t.shape[1:]).unstack(t).gather([2, 0, 5])),
        ("scatter", lambda t: tf.TensorArray(tf.float32, 6, element_shape=t.shape[1:]).scatter([5, 1, 0, 2, 4, 3], t).stack()),
        ("concat", lambda t: tf.TensorArray(tf.float32, 6, element_shape=t.shape[1:]).unstack(t).concat()),
        ("size", lambda t: tf.TensorArray(tf.float32, 6, element_shape=t.shape[1:]).unstack(t).size())])
    return Case(tf.function(function), [x], MOVE, note=name, frozen=(0,))
