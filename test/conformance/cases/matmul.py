"""Products of matrices: two-dimensional, in batches that broadcast, einsum, dense layers."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, NETWORK, SUM, Case, Family

FAMILY = Family("matmul")
raw = tf.raw_ops


def swapped(shape: tuple, swap: bool) -> tuple:
    return shape[:-2] + (shape[-1], shape[-2]) if swap else shape


def numbers(g, dtype, shape) -> np.ndarray:
    x = g.array(dtype, shape)
    if dtype.kind in "fc" and g.chance(0.1):
        # TensorFlow multiplies some complex products by 1 + 0i, which makes NaN of infinities.
        odd = [np.nan, 0.0] if dtype.kind == "c" else [np.nan, np.inf, 0.0]
        g.sprinkle(x, np.array(odd).astype(dtype), 0.03)
    return x


@FAMILY.op("MatMul")
def matmul(g) -> Case:
    dtype = kernels.pick(g, "MatMul")
    m, k, n = (g.size() for _ in range(3))
    a, b = g.chance(0.4), g.chance(0.4)
    inputs = [numbers(g, dtype, swapped((m, k), a)), numbers(g, dtype, swapped((k, n), b))]
    return Case(lambda x, y: raw.MatMul(a=x, b=y, transpose_a=a, transpose_b=b), inputs, SUM,
                note=f"{dtype.name} {m}x{k}x{n} ta={a} tb={b}")


@FAMILY.op("MatMul(large)")
def matmul_large(g) -> Case:
    """Sizes around the tiles of an optimised kernel."""
    m, k, n = (g.pick([1, 4, 15, 16, 31, 33, 64, 65, 100, 127, 130]) for _ in range(3))
    a, b = g.chance(0.3), g.chance(0.3)
    inputs = [g.array(np.float32, swapped((m, k), a)), g.array(np.float32, swapped((k, n), b))]
    return Case(lambda x, y: raw.MatMul(a=x, b=y, transpose_a=a, transpose_b=b), inputs, SUM,
                note=f"{m}x{k}x{n} ta={a} tb={b}")


@FAMILY.op("MatMul(weights)")
def matmul_weights(g) -> Case:
    """The right side is a constant, as in a dense layer; bias and activation follow."""
    dtype = np.dtype(g.pick([np.float32, np.float32, np.float16, np.float64]))
    m, k, n = g.size(), g.pick([1, 3, 8, 17, 64]), g.pick([1, 3, 8, 17, 64])
    weights, bias = g.array(dtype, (k, n)), g.array(dtype, (n,))
    name, activation = g.pick([("none", tf.identity), ("relu", tf.nn.relu), ("tanh", tf.tanh), ("sigmoid", tf.sigmoid)])
    return Case(lambda x: activation(tf.nn.bias_add(tf.matmul(x, weights), bias)), [g.array(dtype, (m, k))], SUM,
                terms=lambda x: tf.matmul(x, np.abs(weights)) + np.abs(bias), note=f"{dtype.name} {m}x{k}x{n} {name}")


def batched(op: str, types: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op, types)
        batch = g.broadcast(2, 3, 12) if op != "BatchMatMul" else [g.shape(0, 3, 12)] * 2
        m, k, n = (g.size(13) for _ in range(3))
        a, b = g.chance(0.4), g.chance(0.4)
        inputs = [numbers(g, dtype, batch[0] + swapped((m, k), a)), numbers(g, dtype, batch[1] + swapped((k, n), b))]
        extra = {"Tout": tf.as_dtype(dtype)} if op == "BatchMatMulV3" else {}
        return Case(lambda x, y: getattr(raw, op)(x=x, y=y, adj_x=a, adj_y=b, **extra), inputs, SUM,
                    note=f"{dtype.name} adj_x={a} adj_y={b}")

    return make


for _op, _types in [("BatchMatMul", "T"), ("BatchMatMulV2", "T"), ("BatchMatMulV3", "Ta")]:
    FAMILY.op(_op)(batched(_op, _types))

EQUATIONS = ["ij,jk->ik", "ij,kj->ik", "bij,bjk->bik", "bhqd,bhkd->bhqk", "abc,cde->abde", "i,i->", "i,j->ij",
             "ij->ji", "ij->i", "ij->", "ii->i", "ii->", "...ij,...jk->...ik", "bqhd,bkhd->bhqk", "ab,ab->ab",
             "abc,bc->ac", "abcd,cde->abe", "...i->...", "abc->cba", "i->ii", "ab->bab", "ai,i->iai"]


@FAMILY.op("Einsum")
def einsum(g) -> Case:
    dtype = kernels.pick(g, "Einsum")
    equation = g.pick(EQUATIONS)
    sizes = {letter: g.size(9) for letter in "abcdehijkq"}
    dots = g.shape(0, 2, 6)
    inputs = []
    for term in equation.split("->")[0].split(","):
        shape = tuple(sizes[letter] for letter in term.replace("...", ""))
        inputs.append(g.array(dtype, (dots if "..." in term else ()) + shape))
    return Case(lambda *t: raw.Einsum(inputs=list(t), equation=equation), inputs, SUM, note=f"{dtype.name} {equation}")


@FAMILY.op("tensordot")
def tensordot(g) -> Case:
    a, b = g.shape(2, 4, 200), g.shape(1, 3, 60)
    axis, other = g.axis(len(a)), g.axis(len(b))
    b = list(b)
    b[other] = a[axis]
    return Case(lambda x, y: tf.tensordot(x, y, [[axis], [other]]),
                [g.array(np.float32, a), g.array(np.float32, b)], SUM, note=f"axes={axis},{other}")


@FAMILY.op("dense(rank 3)")
def dense_rank3(g) -> Case:
    """A dense layer on the last axis of a tensor with more."""
    shape = g.shape(3, 4)
    weights = g.array(np.float32, (shape[-1], g.size(17)))
    return Case(lambda x: tf.tensordot(x, weights, 1), [g.array(np.float32, shape)], SUM,
                terms=lambda x: tf.tensordot(x, np.abs(weights), 1), note=str(weights.shape))


@FAMILY.op("attention")
def attention(g) -> Case:
    batch, heads, queries, keys, depth = (g.size(7) for _ in range(5))
    q, k, v = ((batch, heads, n, depth) for n in (queries, keys, keys))
    scale = np.float32(1 / max(depth, 1) ** 0.5)
    return Case(lambda a, b, c: tf.matmul(tf.nn.softmax(tf.matmul(a, b, transpose_b=True) * scale), c),
                [g.array(np.float32, s) for s in (q, k, v)], NETWORK)


@FAMILY.op("Cross")
def cross(g) -> Case:
    dtype = kernels.pick(g, "Cross")
    shape = g.shape(0, 4, 200) + (3,)
    return Case(lambda a, b: raw.Cross(a=a, b=b), [g.array(dtype, shape) for _ in range(2)], SUM, note=dtype.name,
                terms=lambda a, b: tf.ones_like(a) * 100, frozen=(0, 1))


@FAMILY.op("MatrixBandPart")
def band_part(g) -> Case:
    dtype = kernels.pick(g, "MatrixBandPart")
    x = g.array(dtype, g.shape(2, 4, empty=False))
    low, high = (np.int64(g.integer(-1, n - 1)) for n in x.shape[-2:])
    return Case(lambda t: raw.MatrixBandPart(input=t, num_lower=low, num_upper=high), [x], MOVE,
                note=f"{dtype.name} {low},{high}")
