"""StableHLO operators that LiteRT has kernels of, windows, and tables."""

import numpy as np

from . import Case, Draw, Tensor, constant, maker, options

TYPES = ("f32", "i32", "i64", "i8", "i16", "u8")
JOINTS = ("STABLEHLO_ADD", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM")


def plain(d: Draw, shape) -> Tensor:
    return Tensor(d.one_of(*TYPES), list(shape), small=True)


def one(d: Draw, dtype: str) -> Tensor:
    return Tensor(dtype, [], data=d.numbers(dtype, []))


@maker("STABLEHLO_PAD")
def pad(d: Draw) -> Case:
    x = plain(d, d.shape())
    sides = lambda low, high: [d.number(low, high) for _ in x.shape]
    cut = [d.number(-1 if n > 1 else 0, 3) for n in x.shape]  # of an empty result the kernel forgets the shape
    o = options("StablehloPad", edgePaddingLow=cut, edgePaddingHigh=sides(0, 3), interiorPadding=sides(0, 2))
    return Case("STABLEHLO_PAD", 1, [x, one(d, x.dtype)], Tensor(x.dtype, [0]), o)


@maker("DILATE")
def dilate(d: Draw) -> Case:
    x = plain(d, d.shape())
    steps = constant([d.number(1, 3) for _ in x.shape])
    return Case("DILATE", 1, [x, steps, one(d, x.dtype)], Tensor(x.dtype, [0] * len(x.shape)), options("Dilate"))


@maker("STABLEHLO_REDUCE_WINDOW")
def reduce_window(d: Draw) -> Case:
    x = plain(d, [d.number(2, 7) for _ in range(d.number(1, 4))])
    numbers = lambda low, high: [d.number(low, high) for _ in x.shape]
    o = options("StablehloReduceWindow", windowDimensions=numbers(1, 2), windowStrides=numbers(1, 2),
                baseDilations=numbers(1, 2), windowDilations=numbers(1, 2),
                padding=[d.number(0, 2) for _ in range(2 * len(x.shape))])
    return Case("STABLEHLO_REDUCE_WINDOW", 1, [x, one(d, x.dtype)], Tensor(x.dtype, [0]), o, body=d.one_of(*JOINTS))


@maker("REDUCE_WINDOW")
def reduce_window_of_inputs(d: Draw) -> Case:
    x = plain(d, [d.number(2, 7) for _ in range(d.number(1, 4))])
    numbers = lambda low, high: Tensor("i64", [len(x.shape)], data=np.asarray(
        [d.number(low, high) for _ in x.shape], np.int64))
    o = options("ReduceWindow", reduceFunction=d.one_of(1, 3, 4))
    return Case("REDUCE_WINDOW", 1, [x, one(d, x.dtype), numbers(1, 2), numbers(1, 2), numbers(1, 1)],
                Tensor(x.dtype, [0]), o)


def places(d: Draw, shape, entries: int, vector_dim: int) -> Tensor:
    """Index vectors of `entries` along a dimension."""
    shape = list(shape)
    shape.insert(vector_dim, entries)
    return Tensor(d.one_of("i32", "i64"), shape, range=(0, 3))


@maker("STABLEHLO_GATHER")
def gather(d: Draw) -> Case:
    rank = d.number(1, 4)
    x = plain(d, [d.number(1, 5) for _ in range(rank)])
    indexed = [int(i) for i in d.rng.choice(rank, d.number(1, rank), replace=False)]
    sizes = [d.one_of(n, d.number(1, n)) for n in x.shape]
    collapsed = [i for i in range(rank) if sizes[i] == 1 and d.chance(0.7)]
    batch = d.shape(d.number(1, 2))
    vector_dim = d.number(0, len(batch))
    total = len(batch) + rank - len(collapsed)
    offsets = sorted(int(i) for i in d.rng.choice(total, rank - len(collapsed), replace=False))
    o = options("StablehloGather", offsetDims=offsets, collapsedSliceDims=collapsed, startIndexMap=indexed,
                indexVectorDim=vector_dim, sliceSizes=sizes)
    return Case("STABLEHLO_GATHER", 1, [x, places(d, batch, len(indexed), vector_dim)],
                Tensor(x.dtype, [0] * total), o)


@maker("STABLEHLO_SCATTER")
def scatter(d: Draw) -> Case:
    rank = d.number(1, 4)
    x = plain(d, [d.number(1, 5) for _ in range(rank)])
    indexed = [int(i) for i in d.rng.choice(rank, d.number(1, rank), replace=False)]
    inserted = [i for i in range(rank) if d.chance(0.5)]
    batch = d.shape(d.number(1, 2))
    vector_dim = d.number(0, len(batch))
    total = len(batch) + rank - len(inserted)
    window = sorted(int(i) for i in d.rng.choice(total, rank - len(inserted), replace=False))
    sizes = iter([d.one_of(n, d.number(1, n)) for i, n in enumerate(x.shape) if i not in inserted])
    outer = iter(batch)
    updates = Tensor(x.dtype, [next(sizes) if i in window else next(outer) for i in range(total)], small=True)
    o = options("StablehloScatter", updateWindowDims=window, insertedWindowDims=inserted,
                scatterDimsToOperandDims=indexed, indexVectorDim=vector_dim)
    return Case("STABLEHLO_SCATTER", 1, [x, places(d, batch, len(indexed), vector_dim), updates],
                Tensor(x.dtype, [0]), o, body=d.one_of(*JOINTS, "none"))


@maker("HASHTABLE_LOOKUP")
def hashtable_lookup(d: Draw) -> Case:
    count = d.number(1, 8)
    keys = np.sort(d.rng.choice(12, count, replace=False)).astype(np.int32)
    values = Tensor(d.one_of("f32", "i32"), [count, *d.shape(d.number(1, 2))], small=True)
    wanted = Tensor("i32", d.shape(1), range=(0, 12))
    outputs = [Tensor(values.dtype, [0]), Tensor("u8", [0])]
    return Case("HASHTABLE_LOOKUP", 1, [wanted, Tensor("i32", [count], data=keys), values], outputs)


@maker("EMBEDDING_LOOKUP_SPARSE")
def embedding_lookup_sparse(d: Draw) -> Case:
    rows, columns, count = d.number(1, 6), d.number(1, 4), d.number(1, 8)
    table = Tensor("f32", [d.number(1, 5), *d.shape(d.number(1, 2))], small=True)
    places = sorted((d.number(0, rows - 1), d.number(0, columns - 1)) for _ in range(count))
    weights = d.rng.uniform(0.5, 2, count).astype(np.float32)
    inputs = [Tensor("i32", [count], range=(0, table.shape[0] - 1)), constant(places), constant([rows, columns]),
              Tensor("f32", [count], data=weights), table]
    return Case("EMBEDDING_LOOKUP_SPARSE", 1, inputs, Tensor("f32", [0]),
                options("EmbeddingLookupSparse", combiner=d.number(0, 2)))


@maker("RFFT2D")
def rfft2d(d: Draw) -> Case:
    x = Tensor("f32", [*d.shape(d.number(1, 2)), d.one_of(1, 3, 8), d.number(1, 40)][-3:], small=True)
    lengths = constant([2 ** d.number(0, 3), 2 ** d.number(1, 6)])
    return Case("RFFT2D", 1, [x, lengths], Tensor("c64", [0]), options("Rfft2d"))
