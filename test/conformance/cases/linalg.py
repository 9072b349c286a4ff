"""Decompositions of matrices and systems of equations, batched; also of matrices that have none."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import NETWORK, Case, Family

FAMILY = Family("linalg")
raw = tf.raw_ops


def batch(g) -> tuple:
    return g.pick([(), (), (g.integer(0, 3),), (2, g.integer(1, 3))])


def square(g, dtype, lead: tuple, size: int) -> np.ndarray:
    """Far from singular, but for one in a while."""
    x = g.array(dtype, (*lead, size, size))
    if g.chance(0.1):
        return np.zeros_like(x)
    shift = np.array([4 * size * (1 if g.chance(0.5) else -1) for _ in range(size)])
    return (x + np.diag(shift).astype(dtype)[::g.pick([1, -1])]).astype(dtype)


def turned(x: np.ndarray) -> np.ndarray:
    return np.conj(np.swapaxes(x, -1, -2))


def exact(g, op: str) -> np.dtype:
    """A type of the op; in 16 bits TensorFlow's own kernels are too coarse to compare with."""
    return g.pick([t for t in kernels.dtypes(op) if t.itemsize > 2])


@FAMILY.op("Cholesky")
def cholesky(g) -> Case:
    dtype, size = exact(g, "Cholesky"), g.integer(0, 9)
    x = square(g, dtype, batch(g), size)
    # Without a decomposition TensorFlow gives NaNs, but above the diagonal what its memory held, and in
    # complex matrices everywhere.
    if dtype.kind == "c":
        x = g.array(dtype, x.shape)
        x = turned(x) @ x + np.eye(size, dtype=dtype)
    elif g.chance(0.9):
        x = x @ turned(x) + np.eye(size, dtype=dtype)

    def build(t):
        y = raw.Cholesky(input=t)
        return y if dtype.kind == "c" else tf.linalg.band_part(y, -1, 0)

    return Case(build, [x.astype(dtype)], NETWORK, note=f"{dtype.name} {x.shape}",
                frozen=(0,) if dtype.kind == "c" else ())


@FAMILY.op("MatrixTriangularSolve")
def triangular(g) -> Case:
    dtype, size, lead = exact(g, "MatrixTriangularSolve"), g.integer(0, 9), batch(g)
    x, y = square(g, dtype, lead, size), g.array(dtype, (*(lead if g.chance(0.5) else ()), size, g.integer(0, 4)))
    named = {"lower": g.chance(0.5), "adjoint": g.chance(0.5)}
    x += np.eye(size, dtype=dtype) * (0 if g.chance(0.1) else 3 * size)
    return Case(lambda a, b: raw.MatrixTriangularSolve(matrix=a, rhs=b, **named), [x, y], NETWORK,
                note=f"{dtype.name} {x.shape} {y.shape} {named}")


@FAMILY.op("BandedTriangularSolve")
def banded_triangular(g) -> Case:
    dtype, size, lead = exact(g, "BandedTriangularSolve"), g.integer(1, 9), g.pick([(), (2,), (3, 1)])
    bands, lower = g.integer(1, size), g.chance(0.5)
    x, y = g.array(dtype, (*lead, bands, size)), g.array(dtype, (*lead, size, g.integer(1, 4)))
    x[..., 0 if lower else -1, :] += 4 * size
    adjoint = g.chance(0.5)
    return Case(lambda a, b: raw.BandedTriangularSolve(matrix=a, rhs=b, lower=lower, adjoint=adjoint), [x, y], NETWORK,
                note=f"{dtype.name} {x.shape} lower={lower} adjoint={adjoint}", frozen=(0, 1))


@FAMILY.op("MatrixSolve")
def solve(g) -> Case:
    dtype, size, lead = exact(g, "MatrixSolve"), g.integer(0, 9), batch(g)
    x, y, adjoint = square(g, dtype, lead, size), g.array(dtype, (*lead, size, g.integer(0, 4))), g.chance(0.5)
    return Case(lambda a, b: raw.MatrixSolve(matrix=a, rhs=b, adjoint=adjoint), [x, y], NETWORK,
                note=f"{dtype.name} {x.shape} adjoint={adjoint}")


@FAMILY.op("MatrixInverse")
def inverse(g) -> Case:
    dtype, adjoint = exact(g, "MatrixInverse"), g.chance(0.5)
    x = square(g, dtype, batch(g), g.integer(0, 9))
    return Case(lambda t: raw.MatrixInverse(input=t, adjoint=adjoint), [x], NETWORK,
                note=f"{dtype.name} {x.shape} adjoint={adjoint}")


@FAMILY.op("MatrixDeterminant")
def determinant(g) -> Case:
    dtype = exact(g, "MatrixDeterminant")
    x = square(g, dtype, batch(g), g.integer(0, 9))
    return Case(lambda t: raw.MatrixDeterminant(input=t), [x], NETWORK, note=f"{dtype.name} {x.shape}")


@FAMILY.op("LogMatrixDeterminant")
def log_determinant(g) -> Case:
    dtype = exact(g, "LogMatrixDeterminant")
    x = square(g, dtype, batch(g), g.integer(0, 9))
    return Case(lambda t: list(raw.LogMatrixDeterminant(input=t)), [x], NETWORK, note=f"{dtype.name} {x.shape}")


@FAMILY.op("Lu")
def lu(g) -> Case:
    dtype, index = exact(g, "Lu"), g.pick([tf.int32, tf.int64])
    x = square(g, dtype, batch(g), g.integer(0, 9))
    return Case(lambda t: list(raw.Lu(input=t, output_idx_type=index)), [x], NETWORK, note=f"{dtype.name} {x.shape}")


def oblong(g, dtype) -> np.ndarray:
    x = g.array(dtype, (*batch(g), g.integer(0, 9), g.integer(0, 9)))
    if g.chance(0.2) and x.shape[-1] > 1:
        x[..., -1] = x[..., 0]  # of lower rank
    return x


@FAMILY.op("Qr")
def qr(g) -> Case:
    dtype, full = exact(g, "Qr"), g.chance(0.5)
    x = oblong(g, dtype)
    return Case(lambda t: product_and(*raw.Qr(input=t, full_matrices=full)), [x], NETWORK,
                note=f"{dtype.name} {x.shape} full={full}")


def product_and(q, r) -> list:
    """The whole triangle, and of q what is not left to chance where the rank is lower."""
    return [r, tf.matmul(q, r), tf.matmul(q, q, adjoint_a=True)]


@FAMILY.op("SelfAdjointEigV2")
def self_adjoint_eig(g) -> Case:
    dtype, vectors = exact(g, "SelfAdjointEigV2"), g.chance(0.7)
    x = g.array(dtype, (*batch(g), *[g.integer(0, 9)] * 2))
    x = x + g.pick([0, 1]) * turned(x)

    def build(t):
        e, v = raw.SelfAdjointEigV2(input=t, compute_v=vectors)
        if not vectors:
            return [e]
        return [e, tf.matmul(v * e[..., tf.newaxis, :], v, adjoint_b=True), tf.matmul(v, v, adjoint_a=True)]

    return Case(build, [x.astype(dtype)], NETWORK, note=f"{dtype.name} {x.shape} vectors={vectors}")


@FAMILY.op("Svd")
def svd(g) -> Case:
    dtype, vectors, full = exact(g, "Svd"), g.chance(0.8), g.chance(0.5)
    x = oblong(g, dtype)

    def build(t):
        s, u, v = raw.Svd(input=t, compute_uv=vectors, full_matrices=full)
        if not vectors:
            return [s]
        count = tf.shape(s)[-1]
        product = tf.matmul(u[..., :count] * s[..., tf.newaxis, :], v[..., :count], adjoint_b=True)
        return [s, product, tf.matmul(u, u, adjoint_a=True), tf.matmul(v, v, adjoint_a=True)]

    return Case(build, [x], NETWORK, note=f"{dtype.name} {x.shape} vectors={vectors} full={full}")


@FAMILY.op("TridiagonalSolve")
def tridiagonal_solve(g) -> Case:
    dtype, lead, size = exact(g, "TridiagonalSolve"), batch(g), g.integer(1, 9)
    diagonals = g.array(dtype, (*lead, 3, size))
    diagonals[..., 1, :] += 6
    pivots = g.chance(0.5)
    if pivots and g.chance(0.5):
        diagonals[..., 1, :] -= 6
    return Case(lambda d, y: raw.TridiagonalSolve(diagonals=d, rhs=y, partial_pivoting=pivots),
                [diagonals, g.array(dtype, (*lead, size, g.integer(1, 3)))], NETWORK, note=f"{dtype.name} {pivots}",
                frozen=(0, 1))


@FAMILY.op("TridiagonalMatMul")
def tridiagonal_product(g) -> Case:
    dtype, lead, size = exact(g, "TridiagonalMatMul"), batch(g), g.integer(1, 9)
    rows = [g.array(dtype, (*lead, 1, size)) for _ in range(3)]
    return Case(lambda a, b, c, x: raw.TridiagonalMatMul(superdiag=a, maindiag=b, subdiag=c, rhs=x),
                [*rows, g.array(dtype, (*lead, size, g.integer(1, 3)))], NETWORK, note=dtype.name, frozen=(0, 1, 2, 3))


def near_unit(g, dtype) -> np.ndarray:
    size = g.integer(1, 5)
    return (np.eye(size) * 3 + 0.3 * g.array(dtype, (*batch(g), size, size))).astype(dtype)


@FAMILY.op("MatrixSquareRoot")
def square_root(g) -> Case:
    dtype = exact(g, "MatrixSquareRoot")
    return Case(lambda t: raw.MatrixSquareRoot(input=t), [near_unit(g, dtype)], NETWORK, note=dtype.name, frozen=(0,))


@FAMILY.op("MatrixLogarithm")
def logarithm(g) -> Case:
    dtype = exact(g, "MatrixLogarithm")
    return Case(lambda t: raw.MatrixLogarithm(input=t), [near_unit(g, dtype)], NETWORK, note=dtype.name, frozen=(0,))


@FAMILY.op("MatrixSolveLs")
def least_squares(g) -> Case:
    dtype, lead = exact(g, "MatrixSolveLs"), batch(g)
    rows, columns = g.integer(1, 7), g.integer(1, 5)
    x, y = g.array(dtype, (*lead, rows, columns)), g.array(dtype, (*lead, rows, 2))
    return Case(lambda a, b: tf.linalg.lstsq(a, b, fast=False), [x, y], NETWORK, note=f"{dtype.name} {rows}x{columns}",
                frozen=(0, 1))
