"""The outcome of a run: a table by op, a JSON file, the mistakes in words."""

import collections
import dataclasses
import json

from conformance.batch import CRASHED, REFUSED, RIGHT, WRONG

OUTCOMES = [RIGHT, WRONG, REFUSED, CRASHED]


def table(records: list) -> str:
    """One row for each op, one with the sum for each family."""
    counts = collections.defaultdict(collections.Counter)
    for r in records:
        counts[r.family, r.op][r.outcome] += 1
        counts[r.family, ""][r.outcome] += 1
    lines = [f"{'op':<40}" + "".join(f"{o:>9}" for o in OUTCOMES)]
    for (family, op), count in sorted(counts.items()):
        label = f"  {op}" if op else family
        lines.append(f"{label:<40}" + "".join(f"{count[o] or '':>9}" for o in OUTCOMES))
    return "\n".join(lines)


def totals(records: list) -> dict[str, int]:
    count = collections.Counter(r.outcome for r in records)
    return {o: count[o] for o in OUTCOMES}


def excused(records: list) -> int:
    """How many were right only by what TensorFlow says when it is asked in another way (see opinion.py)."""
    return sum(bool(r.excuse) for r in records)


def mistakes(records: list, limit: int = 3) -> str:
    """The first few mistakes of each op."""
    seen, lines = collections.Counter(), []
    for r in sorted(records, key=lambda r: (r.family, r.op)):
        if r.outcome in (WRONG, CRASHED) and (seen.update([r.op]) or seen[r.op] <= limit):
            lines.append(f"{r.outcome}: {r.signature} {r.note} at {r.level}: {r.detail}\n  {r.repro}")
    return "\n".join(lines)


def missing(records: list) -> dict[str, int]:
    """Why signatures were refused: op or reason > how many."""
    count = collections.Counter(op for r in records if r.outcome == REFUSED
                                for op in set(r.missing or [r.detail]))
    return dict(count.most_common())


def write(path, seed: int, records: list) -> None:
    path.write_text(json.dumps({"seed": seed, "totals": totals(records), "refused": missing(records),
                                "records": [dataclasses.asdict(r) for r in records]}, indent=1))
