"""The outcome of a run: a table by op, a JSON file, the mistakes in words."""

import collections
import dataclasses
import json

from conformance.batch import CRASHED, REFUSED, RIGHT, WRONG

OUTCOMES = [RIGHT, WRONG, REFUSED, CRASHED]


def table(records: list) -> str:
    """One row for each op, one with the sum for each family, one with that of all. Of the right ones, some are
    excused: see excused()."""
    counts = collections.defaultdict(collections.Counter)
    for r in records:
        for row in (r.family, r.op), (r.family, ""), ("~all", ""):
            counts[row].update([r.outcome] + ["excused"] * is_excused(r))
    columns = OUTCOMES + ["excused"]
    lines = [f"{'op':<40}" + "".join(f"{o:>9}" for o in columns)]
    for (family, op), count in sorted(counts.items()):
        label = f"  {op}" if op else family.strip("~")
        lines.append(f"{label:<40}" + "".join(f"{count[o] or '':>9}" for o in columns))
    return "\n".join(lines)


def totals(records: list) -> dict[str, int]:
    count = collections.Counter(r.outcome for r in records)
    return {o: count[o] for o in OUTCOMES}


def is_excused(r) -> bool:
    """Right only by what TensorFlow says when it is asked in another way (see opinion.py), or as a call that always
    fails is refused before."""
    return r.outcome == RIGHT and bool(r.excuse)


def excused(records: list) -> dict[str, int]:
    """How many of the right ones are excused, by what."""
    return dict(collections.Counter(r.excuse for r in records if is_excused(r)))


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
    path.write_text(json.dumps({"seed": seed, "totals": totals(records), "excused": excused(records), "refused": missing(records),
                                "records": [dataclasses.asdict(r) for r in records]}, indent=1))
