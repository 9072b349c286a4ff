"""When a result counts as right."""

import dataclasses

import ml_dtypes
import numpy as np

from conformance import case as cases


@dataclasses.dataclass(frozen=True)
class Bound:
    """|a - b| <= absolute + relative * |b| + terms * sum of |terms|"""

    absolute: float
    relative: float
    terms: float


BOUNDS = {
    "float32": Bound(1e-5, 1e-4, 1e-6), "float64": Bound(1e-5, 1e-4, 1e-6),
    "complex64": Bound(1e-5, 1e-4, 1e-6), "complex128": Bound(1e-5, 1e-4, 1e-6),
    # TensorFlow itself adds in the narrow type here and there: the terms' part covers its rounding.
    "float16": Bound(5e-3, 2e-2, 2e-3), "bfloat16": Bound(1e-2, 2e-2, 1.6e-2),
}
NETWORK_BOUND = Bound(1e-4, 1e-3, 1e-6)


def bound_of(dtype: np.dtype, tolerance: str) -> Bound | None:
    """None: the values must be equal."""
    if tolerance == cases.MOVE or dtype.name not in BOUNDS:
        return None
    if tolerance == cases.NETWORK and dtype.itemsize > 2:
        return NETWORK_BOUND
    return BOUNDS[dtype.name]


def difference(actual: np.ndarray, expected: np.ndarray, tolerance: str, magnitudes=None) -> str | None:
    """What is wrong, in words; None if nothing is."""
    if actual.dtype != expected.dtype:
        return f"type {actual.dtype} instead of {expected.dtype}"
    if actual.shape != expected.shape:
        return f"shape {actual.shape} instead of {expected.shape}"
    good = agrees(actual, expected, tolerance, magnitudes)
    if good.all():
        return None
    where = tuple(int(i) for i in np.argwhere(~good)[0])
    return (f"{int((~good).sum())} of {good.size} elements of {expected.dtype}: at {list(where)} "
            f"{actual[where]!s} instead of {expected[where]!s}")


def agrees(actual, expected, tolerance: str, magnitudes) -> np.ndarray:
    bound = bound_of(expected.dtype, tolerance)
    if expected.dtype.kind == "c":
        parts = [(a.real, a.imag) for a in (actual, expected)]
        size = np.abs(expected)
        good = (near(parts[0][0], parts[1][0], bound, size, tolerance, magnitudes)
                & near(parts[0][1], parts[1][1], bound, size, tolerance, magnitudes))
        return good | (tolerance == cases.OP) & signless(actual, expected)
    if expected.dtype.name not in BOUNDS:
        return actual == expected
    return near(actual, expected, bound, None, tolerance, magnitudes)


def signless(actual, expected) -> np.ndarray:
    """Equal but for the sign of a 0 or of an infinity beside a NaN: C99's annex G leaves it open for the functions of
    complex numbers, and it follows the sign of the NaN, which differs between processors."""
    parts = [(a.real, a.imag) for a in (actual, expected)]
    same = [(np.abs(a) == np.abs(b)) & ((a == 0) | np.isinf(a)) for a, b in zip(*parts)]
    lost = [np.isnan(a) & np.isnan(b) for a, b in zip(*parts)]
    return same[0] & lost[1] | same[1] & lost[0]


def tiny(values: np.ndarray) -> float:
    """Smaller numbers count as zeros, of any sign; those of float16 are computed with as they are."""
    return 0.0 if values.dtype == np.float16 else float(ml_dtypes.finfo(values.dtype).tiny)


def near(actual, expected, bound, size, tolerance: str, magnitudes) -> np.ndarray:
    """Element-wise, for real floats. An infinity may stand for a number that is as close to the end of
    the type as the bound allows, and the other way round."""
    top = float(ml_dtypes.finfo(actual.dtype).max)
    a, b, least = actual.astype(np.float64), expected.astype(np.float64), tiny(actual)
    with np.errstate(all="ignore"):
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        if tolerance in (cases.MOVE, cases.OP):
            same &= (a != 0) | (b != 0) | (np.signbit(a) == np.signbit(b))
        same |= (np.abs(a) < least) & (np.abs(b) < least) & ((a != 0) | (b != 0))
        if bound is None:
            return same
        allowed = bound.absolute + bound.relative * np.abs(b if size is None else size.astype(np.float64))
        if magnitudes is not None:
            allowed = allowed + bound.terms * np.abs(magnitudes).astype(np.float64)
        edge = top / (1 + bound.relative)
        at_edge = (np.sign(a) == np.sign(b)) & (np.abs(a) >= edge) & (np.abs(b) >= edge)
        close = np.isfinite(a) & np.isfinite(b) & (np.abs(a - b) <= allowed)
        if tolerance == cases.OP:
            close &= (a != 0) | (b != 0)
        return same | close | at_edge
