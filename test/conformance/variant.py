"""The static and the dynamic variant of a case, and the calls that each gets."""

import dataclasses

import numpy as np

from conformance.case import Case
from conformance.gen import Gen


@dataclasses.dataclass
class Variant:
    """One signature: a case with the shapes that its inputs are declared with."""

    family: str
    op: str
    index: int
    name: str  # of the signature, and the scope of its nodes
    case: Case
    shapes: list[tuple]  # None where a dimension is dynamic
    feeds: list[list[np.ndarray]]


def variants(family: str, op: str, index: int, case: Case, g: Gen) -> list[Variant]:
    name = f"{''.join(ch if ch.isalnum() else '_' for ch in op)}_{index}"
    static = Variant(family, op, index, name + "s", case, [a.shape for a in case.inputs], [case.inputs])
    if all(a.ndim == 0 for a in case.inputs):
        return [static]
    shapes = dynamic_shapes(case, g)
    feeds = [f for f in (case.inputs, *case.calls) if fits(f, shapes)]
    feeds += [f for f in (resized(case, shapes, g), broken(case, shapes, g)) if f]
    return [static, Variant(family, op, index, name + "d", case, shapes, feeds)]


def dynamic_shapes(case: Case, g: Gen) -> list[tuple]:
    """All dimensions dynamic, or some."""
    share = g.pick([1.0, 1.0, 0.5])
    return [a.shape if i in case.frozen else tuple(None if g.chance(share) else d for d in a.shape)
            for i, a in enumerate(case.inputs)]


def fits(feed: list[np.ndarray], shapes: list[tuple]) -> bool:
    return all(d in (None, size) for a, s in zip(feed, shapes) for d, size in zip(s, a.shape))


def dynamic_sizes(case: Case, shapes: list[tuple]) -> list[int]:
    """The sizes that occur in dynamic dimensions and in no static one."""
    fixed = {a.shape[d] for a, s in zip(case.inputs, shapes) for d in range(a.ndim) if s[d] is not None}
    loose = {a.shape[d] for a, s in zip(case.inputs, shapes) for d in range(a.ndim) if s[d] is None}
    return sorted(loose - fixed - {1})


def resized(case: Case, shapes: list[tuple], g: Gen) -> list[np.ndarray] | None:
    """The inputs with one size changed wherever it occurs: most often still a good call."""
    sizes = dynamic_sizes(case, shapes)
    if not sizes:
        return None
    old, new = g.pick(sizes), g.pick([0, 1, 2, 3, 4, 6, 11])
    if case.nonempty and new == 0:
        return None
    return [np.resize(a, [new if d == old else d for d in a.shape]).astype(a.dtype) if old in a.shape else a
            for a in case.inputs]


def broken(case: Case, shapes: list[tuple], g: Gen) -> list[np.ndarray] | None:
    """The inputs with one dimension of one input changed: most often a call that must be refused."""
    loose = [(i, d) for i, s in enumerate(shapes) for d in range(len(s)) if s[d] is None]
    if not loose or g.chance(0.5):
        return None
    i, d = g.pick(loose)
    shape = list(case.inputs[i].shape)
    shape[d] = shape[d] + 1 if g.chance(0.7) else g.pick([0, 1, 2, 5])
    if case.nonempty and shape[d] == 0:
        return None
    return [np.resize(a, shape).astype(a.dtype) if j == i else a for j, a in enumerate(case.inputs)]
