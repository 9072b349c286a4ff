"""Writes a small, fixed set of cases for the test run without TensorFlow.

For each family: `model/` with one signature for each case, `golden.npz` with the arrays SIG/K/in/NAME and
SIG/K/out/NAME for call K (and SIG/K/terms/NAME: the sums of the terms' magnitudes, where the tolerance
needs them), and `cases.json` with the op, the tolerance and the calls that must fail.
"""

import json
import shutil
import warnings

import numpy as np

from conformance import batch, model
from conformance.batch import Prepared

TRIES = 40       # cases of an op that are looked at
ROOM = 12 << 10   # bytes that a signature may take before compression


def weight(p: Prepared) -> int:
    arrays = [a for feed in p.variant.feeds for a in feed] + [a for e in p.expected for a in e.outputs]
    return sum(a.nbytes + 200 for a in arrays) + p.graph[0].ByteSize()


def is_good(p: Prepared) -> bool:
    """Small, the first call succeeds, and its results are not all empty."""
    first = p.expected[0]
    return weight(p) <= ROOM and first.error is None and any(a.size for a in first.outputs)


def choose(name: str, place: int, count: int, plan: batch.Plan) -> list[Prepared]:
    """`count` good variants of the op at this place in the list, static and dynamic ones in turn."""
    ops, chosen = len(batch.makers(name, None)), []
    for k in range(TRIES):
        with warnings.catch_warnings(action="ignore"):
            found = [p for p in batch.prepare(name, place + k * ops, plan) if is_good(p)]
        if found:  # the dynamic one of a case with calls of its own
            turn = -1 if found[-1].variant.case.calls else (place + len(chosen) + 1) % len(found)
            chosen.append(found[turn])
        if len(chosen) == count:
            break
    return chosen


def arrays(p: Prepared) -> dict[str, np.ndarray]:
    result = {}
    for k, (feed, answer) in enumerate(zip(p.variant.feeds, p.expected)):
        where = f"{p.variant.name}/{k}"
        result |= {f"{where}/in/{n}": a for n, a in batch.named(feed).items()}
        result |= {f"{where}/out/y{i}": a for i, a in enumerate(answer.outputs)}
        for i, m in enumerate(answer.magnitudes or []):
            if m.dtype.kind in "fV":
                result[f"{where}/terms/y{i}"] = m.astype(np.float32)
    return result


def description(p: Prepared) -> dict:
    return {"op": p.variant.op, "note": p.variant.case.note, "tolerance": p.variant.case.tolerance,
            "fails": [e.error is not None for e in p.expected]}


def write(name: str, folder, plan: batch.Plan, count: int) -> int:
    """Records one family; returns the number of signatures."""
    ops = len(batch.makers(name, None))
    chosen = [p for place in range(ops) for p in choose(name, place, count, plan)]
    shutil.rmtree(folder, ignore_errors=True)
    model.write({p.variant.name: p.graph for p in chosen}, folder / "model")
    np.savez_compressed(folder / "golden.npz", **{k: a for p in chosen for k, a in arrays(p).items()})
    lines = [f"{json.dumps(p.variant.name)}: {json.dumps(description(p))}" for p in chosen]
    (folder / "cases.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return len(chosen)
