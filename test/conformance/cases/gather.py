"""Reads and writes at positions that the data gives; results whose size the data gives."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, OP, SUM, Case, Family

FAMILY = Family("gather")
raw = tf.raw_ops
INDEX = [np.dtype(np.int32), np.dtype(np.int64)]
SOMETIMES_BAD = 0.08  # the share of cases with an index out of range


def indices(g, dtype, shape, size: int) -> np.ndarray:
    i = g.array(dtype, shape, 0, max(size - 1, 0))
    if i.size and g.chance(SOMETIMES_BAD):
        i.flat[g.integer(0, i.size - 1)] = g.pick([size, -1, size + 100, np.iinfo(dtype).max])
    return i


@FAMILY.op("GatherV2")
def gather(g) -> Case:
    dtype, index = kernels.pick(g, "GatherV2", "Tparams"), kernels.pick(g, "GatherV2", "Tindices")
    x = g.array(dtype, g.shape(1, 4, 300))
    axis = g.axis(x.ndim)
    batch = g.integer(0, axis % x.ndim) if g.chance(0.4) else 0
    i = indices(g, index, x.shape[:batch] + g.shape(0, 2, 20), x.shape[axis])
    return Case(lambda t, p: raw.GatherV2(params=t, indices=p, axis=np.int32(axis), batch_dims=batch), [x, i], MOVE,
                note=f"{dtype.name} {index.name} axis={axis} batch={batch}")


@FAMILY.op("Gather")
def gather_v1(g) -> Case:
    dtype, index = kernels.pick(g, "Gather", "Tparams"), kernels.pick(g, "Gather", "Tindices")
    x = g.array(dtype, g.shape(1, 4, 300))
    return Case(lambda t, p: raw.Gather(params=t, indices=p), [x, indices(g, index, g.shape(0, 2, 20), x.shape[0])], MOVE,
                note=f"{dtype.name} {index.name}")


@FAMILY.op("embedding lookup")
def embedding(g) -> Case:
    table = g.array(np.float32, (g.size(33), g.size(17)))
    i = indices(g, g.pick(INDEX), g.shape(1, 3, 40), table.shape[0])
    return Case(lambda p: tf.nn.embedding_lookup(table, p), [i], MOVE, note=str(table.shape))


def points(g, shape: tuple, depth: int, count: tuple) -> np.ndarray:
    """Index tuples into the first `depth` dimensions."""
    index = g.pick(INDEX)
    parts = [indices(g, index, count, shape[d]) for d in range(depth)]
    return np.stack(parts, -1) if parts else np.zeros((*count, 0), index)


@FAMILY.op("GatherNd")
def gather_nd(g) -> Case:
    dtype = kernels.pick(g, "GatherNd", "Tparams")
    x = g.array(dtype, g.shape(1, 4, 300))
    i = points(g, x.shape, g.integer(0, x.ndim), g.shape(0, 2, 20))
    return Case(lambda t, p: raw.GatherNd(params=t, indices=p), [x, i], MOVE, note=f"{dtype.name} {i.shape}", frozen=(1,))


def scattered(g, dtype, distinct: bool):
    """(tensor, indices, updates); an op that overwrites gets no index twice."""
    shape = g.shape(1, 3, 200, empty=False)
    depth = g.integer(1, len(shape))
    count = g.integer(0, min(5, int(np.prod(shape[:depth]))))
    if distinct:
        chosen = g.rng.permutation(int(np.prod(shape[:depth])))[:count]
        i = np.stack(np.unravel_index(chosen, shape[:depth]), -1).astype(g.pick(INDEX))
    else:
        i = points(g, shape, depth, (count,))
    return g.array(dtype, shape), i, g.array(dtype, (count, *shape[depth:]))


@FAMILY.op("ScatterNd")
def scatter_nd(g) -> Case:
    dtype = kernels.pick(g, "ScatterNd")
    x, i, updates = scattered(g, dtype, False)
    shape = np.array(x.shape, i.dtype)
    return Case(lambda p, u: raw.ScatterNd(indices=p, updates=u, shape=shape), [i, updates], SUM,
                note=f"{dtype.name} {x.shape}", frozen=(0,))


def tensor_scatter(op: str, distinct: bool):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x, i, updates = scattered(g, dtype, distinct)
        return Case(lambda t, p, u: getattr(raw, op)(tensor=t, indices=p, updates=u), [x, i, updates],
                    SUM if op in ("TensorScatterAdd", "TensorScatterSub") else MOVE, note=dtype.name, frozen=(1,),
                    terms=(lambda t, p, u: raw.TensorScatterAdd(tensor=t, indices=p, updates=u)) if "Sub" in op else None)

    FAMILY.op(op)(make)


for _op in ["TensorScatterUpdate", "TensorScatterAdd", "TensorScatterSub", "TensorScatterMax", "TensorScatterMin"]:
    tensor_scatter(_op, _op == "TensorScatterUpdate")


@FAMILY.op("Where")
def where(g) -> Case:
    dtype = kernels.pick(g, "Where")
    x = g.array(dtype, g.shape(1, 5, 200))
    if dtype.kind in "iuf":
        x[g.rng.random(x.shape) < 0.5] = 0
    return Case(lambda t: raw.Where(condition=t), [x], MOVE, note=dtype.name)


@FAMILY.op("boolean_mask")
def boolean_mask(g) -> Case:
    x = g.array(np.float32, g.shape(1, 3, 200))
    mask = g.array(bool, x.shape[:g.integer(1, x.ndim)])
    return Case(tf.boolean_mask, [x, mask], MOVE)


def repeated(g, dtype, size: int) -> np.ndarray:
    return g.array(dtype, (size,), 0, 6) if dtype.kind != "b" else g.array(dtype, (size,))


@FAMILY.op("Unique")
def unique(g) -> Case:
    x, to = repeated(g, kernels.pick(g, "Unique"), g.size()), g.pick([tf.int32, tf.int64])
    return Case(lambda t: list(raw.Unique(x=t, out_idx=to)), [x], MOVE, note=x.dtype.name)


@FAMILY.op("UniqueWithCounts")
def unique_with_counts(g) -> Case:
    x, to = repeated(g, kernels.pick(g, "UniqueWithCounts"), g.size()), g.pick([tf.int32, tf.int64])
    return Case(lambda t: list(raw.UniqueWithCounts(x=t, out_idx=to)), [x], MOVE, note=x.dtype.name)


@FAMILY.op("ListDiff")
def list_diff(g) -> Case:
    dtype = kernels.pick(g, "ListDiff")
    return Case(lambda a, b: list(raw.ListDiff(x=a, y=b)), [repeated(g, dtype, g.size()), repeated(g, dtype, g.size(3))],
                MOVE, note=dtype.name)


@FAMILY.op("DynamicStitch")
def dynamic_stitch(g) -> Case:
    dtype, shape, count = kernels.pick(g, "DynamicStitch"), g.shape(0, 2, 20), g.integer(1, 9)
    order = g.rng.permutation(count).astype(np.int32)
    cut = g.integer(0, count)
    i = [order[:cut], order[cut:]]
    data = [g.array(dtype, (len(p), *shape)) for p in i]
    return Case(lambda a, b, c, d: raw.DynamicStitch(indices=[a, b], data=[c, d]), i + data, MOVE, note=dtype.name)


@FAMILY.op("DynamicPartition")
def dynamic_partition(g) -> Case:
    dtype = kernels.pick(g, "DynamicPartition")
    x, parts = g.array(dtype, g.shape(1, 3, 200)), g.integer(1, 4)
    i = indices(g, np.int32, x.shape[:g.integer(1, x.ndim)], parts)
    return Case(lambda t, p: raw.DynamicPartition(data=t, partitions=p, num_partitions=parts), [x, i], MOVE,
                note=f"{dtype.name} parts={parts}")


@FAMILY.op("sort")
def sort(g) -> Case:
    dtype = np.dtype(g.pick([np.float32, np.int32, np.float64, np.int64]))
    x = g.array(dtype, g.shape(1, 3))
    direction, function = g.pick(["ASCENDING", "DESCENDING"]), g.pick([tf.sort, tf.argsort])
    return Case(lambda t: function(t, axis=-1, direction=direction), [x], MOVE, note=f"{dtype.name} {direction}")


def sparse_segment(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        data, count = g.array(dtype, g.shape(2, 3, 200, empty=False)), g.integer(1, 7)
        i = indices(g, np.int32, (count,), data.shape[0])
        ids = np.sort(g.array(np.int32, (count,), 0, 4))
        return Case(lambda t, p, s: getattr(raw, op)(data=t, indices=p, segment_ids=s), [data, i, ids], SUM, note=dtype.name)

    FAMILY.op(op)(make)


for _op in ["SparseSegmentSum", "SparseSegmentMean", "SparseSegmentSqrtN"]:
    sparse_segment(_op)


def sparse(g) -> list[np.ndarray]:
    """Indices in any order, their values, and the shape of a sparse matrix."""
    rows, columns, count = g.integer(1, 6), g.integer(1, 6), g.integer(0, 8)
    places = g.rng.permutation(rows * columns)[:count]
    indices = np.stack([places // columns, places % columns], 1).astype(np.int64)
    return [indices, g.array(g.pick([np.float32, np.int32]), (len(places),)), np.array([rows, columns], np.int64)]


@FAMILY.op("SparseReorder")
def sparse_reorder(g) -> Case:
    return Case(lambda i, v, s: list(raw.SparseReorder(input_indices=i, input_values=v, input_shape=s)), sparse(g), MOVE,
                frozen=(0, 2))


@FAMILY.op("SparseReduceSum")
def sparse_reduce_sum(g) -> Case:
    axes, keep = g.pick([[0], [1], [-1], [0, 1]]), g.chance(0.5)
    return Case(lambda i, v, s: raw.SparseReduceSum(input_indices=i, input_values=v, input_shape=s, reduction_axes=axes,
                                                    keep_dims=keep), sparse(g), SUM, frozen=(0, 2))


@FAMILY.op("SparseDenseCwise")
def sparse_dense_cwise(g) -> Case:
    op = g.pick(["SparseDenseCwiseMul", "SparseDenseCwiseDiv", "SparseDenseCwiseAdd"])
    indices, values, shape = sparse(g)
    dense = g.array(values.dtype, g.pick([shape, shape[1:], [shape[0], 1], []]))
    return Case(lambda i, v, s, d: getattr(raw, op)(sp_indices=i, sp_values=v, sp_shape=s, dense=d),
                [indices, values, shape, dense], SUM, note=op, frozen=(0, 2))


@FAMILY.op("SparseTensorDenseAdd")
def sparse_dense_add(g) -> Case:
    indices, values, shape = sparse(g)
    dense = g.array(values.dtype, shape)
    return Case(lambda i, v, s, d: raw.SparseTensorDenseAdd(a_indices=i, a_values=v, a_shape=s, b=d),
                [indices, values, shape, dense], SUM, frozen=(0, 2))


@FAMILY.op("RaggedTensorToTensor")
def ragged_to_tensor(g) -> Case:
    """Two partitions of items that have a dimension or none, by splits or by the row of each item."""
    counts = [g.rng.integers(0, 4, g.integer(1, 4))]
    counts.append(g.rng.integers(0, 4, counts[0].sum()))
    x = g.array(g.pick([np.float32, np.int32]), (counts[1].sum(), *g.shape(0, 1)))
    to = [g.pick([-1, 2, 5]) for _ in range(3)] + [-1] * (x.ndim - 1)
    if g.chance(0.5):
        kinds, parts = ["ROW_SPLITS"] * 2, [np.concatenate([[0], np.cumsum(c)]) for c in counts]
    else:
        kinds = ["FIRST_DIM_SIZE", "VALUE_ROWIDS", "VALUE_ROWIDS"]
        parts = [counts[0].size] + [np.repeat(np.arange(c.size), c) for c in counts]
    parts = [np.asarray(p, np.int64) for p in parts]
    return Case(lambda v, *p: raw.RaggedTensorToTensor(shape=to, values=v, default_value=np.array(-1, x.dtype),
                                                       row_partition_tensors=list(p), row_partition_types=kinds),
                [x, *parts], MOVE, note=f"{to} {kinds[0]}", frozen=tuple(range(len(parts) + 1)))


def ragged(g, ranks: int, splits_type) -> list[np.ndarray]:
    """Splits, outermost first, and values, scalars or rows."""
    counts = [g.rng.integers(0, 4, g.integer(1, 5))]
    for _ in range(ranks - 1):
        counts.append(g.rng.integers(0, 4, counts[-1].sum()))
    splits = [np.concatenate([[0], np.cumsum(c)]).astype(splits_type) for c in counts]
    return [*splits, g.array(g.pick([np.float32, np.int64, np.bool_]), (counts[-1].sum(),))]


@FAMILY.op("RaggedGather")
def ragged_gather(g) -> Case:
    splits, values = ragged(g, 1, g.pick(INDEX))
    if g.chance(0.5):
        values = np.stack([values, values], 1)
    i = indices(g, g.pick(INDEX), g.shape(1, 1, 6), len(splits) - 1)
    return Case(lambda s, v, at: [*(r := raw.RaggedGather(params_nested_splits=[s], params_dense_values=v, indices=at,
                                                          OUTPUT_RAGGED_RANK=1)).output_nested_splits, r.output_dense_values],
                [splits, values, i], MOVE, frozen=(0,))


@FAMILY.op("RaggedRange")
def ragged_range(g) -> Case:
    dtype, splits = g.pick([np.int32, np.int64, np.float32, np.float64]), g.pick([tf.int32, tf.int64])
    shape = g.shape(1, 1, 5)
    bounds = [g.array(dtype, g.pick([shape, shape, ()]), -6, 6) for _ in range(2)]
    steps = g.array(dtype, shape, -3, 3)
    if not g.chance(0.1):
        steps = np.where(np.abs(steps) < 0.5, np.ones_like(steps), steps).astype(dtype)
    return Case(lambda a, b, d: list(raw.RaggedRange(starts=a, limits=b, deltas=d, Tsplits=splits)), [*bounds, steps], OP,
                note=np.dtype(dtype).name)


@FAMILY.op("RaggedTensorToSparse")
def ragged_to_sparse(g) -> Case:
    parts = ragged(g, g.integer(1, 3), g.pick(INDEX))
    return Case(lambda *p: list(raw.RaggedTensorToSparse(rt_nested_splits=list(p[:-1]), rt_dense_values=p[-1])), parts, MOVE,
                frozen=tuple(range(len(parts) - 1)))
