"""One batch: makes cases, asks TensorFlow, compiles, runs, compares."""

import dataclasses
import importlib
import pathlib

import numpy as np

from conformance import compare, isolate, model, opinion, oracle
from conformance.case import Family
from conformance.compiler import Compiler, Fault
from conformance.gen import Gen
from conformance.variant import Variant, variants

RIGHT, WRONG, REFUSED, CRASHED = "right", "wrong", "refused", "crashed"


@dataclasses.dataclass
class Record:
    """The outcome of one variant of a case."""

    family: str
    op: str
    index: int
    signature: str
    note: str
    outcome: str = RIGHT
    level: str = ""
    detail: str = ""
    missing: list[str] = dataclasses.field(default_factory=list)  # ops that are not supported
    repro: str = ""
    # Right by another answer of TensorFlow's only: which (see excuse_of). Or "refused" when it was compiled,
    # where TensorFlow fails in each call.
    excuse: str = ""


@dataclasses.dataclass
class Plan:
    """What all batches of a run share."""

    seed: int
    levels: list[str]
    compiler: Compiler
    folder: pathlib.Path
    ops: list[str] | None = None  # None: all of the family


def family(name: str) -> Family:
    return importlib.import_module(f"conformance.cases.{name}").FAMILY


def makers(name: str, ops: list[str] | None) -> list[tuple]:
    return [(op, make) for op, make in sorted(family(name).makers.items()) if not ops or op in ops]


@dataclasses.dataclass
class Prepared:
    variant: Variant
    graph: tuple
    expected: list[oracle.Expected]


def prepare(name: str, index: int, plan: Plan) -> list[Prepared]:
    """The variants of a case that TensorFlow can make and run."""
    choices = makers(name, plan.ops)
    op, make = choices[index % len(choices)]
    index //= len(choices)  # so that a case does not change with the ops that are tested beside it
    g = Gen(plan.seed, f"{name}.{op}", index)
    try:
        case = make(g)
        made = variants(name, op, index, case, g)
        answers = [[oracle.expected(case, feed) for feed in v.feeds] for v in made]
    except oracle.Unsupported:
        return []
    return [Prepared(v, graph, a) for v, a in zip(made, answers) if (graph := graph_or_none(v))]


def graph_or_none(variant: Variant):
    """None where TensorFlow finds an error already when the graph is made."""
    try:
        return model.graph_of(variant)
    except (ValueError, TypeError):
        return None


def run(name: str, indices: list[int], plan: Plan) -> list[Record]:
    """Tests the cases with these indices; wrong ones get a folder with what shows it."""
    prepared = {p.variant.name: p for i in indices for p in prepare(name, i, plan)}
    folder = plan.folder / f"{name}_{indices[0]}"
    model.write({n: p.graph for n, p in prepared.items()}, folder / "model")
    records = {n: record(p) for n, p in prepared.items()}
    settle(records, plan.compiler.check(folder / "model", list(prepared)), "check")
    for level in plan.levels:
        names = [n for n, r in records.items() if r.outcome == RIGHT]
        run_level(folder, level, names, prepared, records, plan)
    for n, r in records.items():
        if r.outcome == REFUSED and all(e.error is not None for e in prepared[n].expected):
            r.outcome, r.excuse = RIGHT, "refused"
        if r.outcome in (WRONG, CRASHED):
            keep(plan, prepared[n], r)
    return list(records.values())


def record(p: Prepared) -> Record:
    return Record(p.variant.family, p.variant.op, p.variant.index, p.variant.name, p.variant.case.note)


def settle(records: dict[str, Record], faults: dict[str, Fault], level: str) -> None:
    for n, fault in faults.items():
        records[n].outcome = CRASHED if fault.crashed else REFUSED
        records[n].level, records[n].detail, records[n].missing = level, fault.text, fault.ops


def run_level(folder, level: str, names: list[str], prepared, records, plan: Plan) -> None:
    """Compiles and runs signatures; a library that cannot be loaded is made again in halves."""
    library = folder / f"{level}.so"
    settle(records, plan.compiler.compile(folder / "model", names, level, library), level)
    names = [n for n in names if records[n].outcome == RIGHT]
    if not names:
        return
    if not (fault := isolate.load_error(str(library))):
        run_calls(library, level, names, prepared, records)
    elif len(names) == 1:
        settle(records, {names[0]: Fault(True, f"cannot be loaded: {fault}")}, level)
    else:
        for half in names[:len(names) // 2], names[len(names) // 2:]:
            run_level(folder, level, half, prepared, records, plan)


def run_calls(library, level: str, names: list[str], prepared, records) -> None:
    calls = [(n, feed) for n in names for feed in range(len(prepared[n].expected))]
    answers = isolate.run(str(library), [(n, named(prepared[n].variant.feeds[f])) for n, f in calls])
    for (n, f), answer in zip(calls, answers):
        if records[n].outcome == RIGHT:
            judge(records[n], level, f, answer, prepared[n])


def named(feed: list[np.ndarray]) -> dict[str, np.ndarray]:
    return {f"x{i}": a for i, a in enumerate(feed)}


def judge(r: Record, level: str, feed: int, answer, p: Prepared) -> None:
    """Sets the record's outcome from one call's answer."""
    if isinstance(answer, isolate.Crash):
        r.outcome, fault = CRASHED, str(answer)
    elif fault := mistake(answer, p.expected[feed], p.variant.case.tolerance):
        if excuse := excuse_of(answer, p, feed):
            r.excuse = excuse
            return
        r.outcome = WRONG
    else:
        return
    shapes = ", ".join(f"{a.dtype}{list(a.shape)}" for a in p.variant.feeds[feed])
    r.level, r.detail = level, f"call {feed} ({shapes}): {fault}"


def mistake(answer, expected: oracle.Expected, tolerance: str) -> str | None:
    status, outputs, text = answer
    if expected.error is not None:
        return None if status else f"no error; TensorFlow's: {expected.error[:160]}"
    if status:
        return f"status {status} ({text}); TensorFlow gives a result"
    for i, wanted in enumerate(expected.outputs):
        magnitude = expected.magnitudes[i] if expected.magnitudes else None
        if fault := compare.difference(outputs[f"y{i}"], wanted, tolerance, magnitude):
            return f"y{i}: {fault}"
    return None


def excuse_of(answer, p: Prepared, feed: int) -> str:
    """How TensorFlow itself gives this answer, if it does when it is asked in another way: by the "graph", by
    "scalars" (an element-wise op, element by element), or by the "other" functions that the case names."""
    case, inputs = p.variant.case, p.variant.feeds[feed]
    for build in case.also:
        if mistake(answer, oracle.expected(dataclasses.replace(case, build=build), inputs), case.tolerance) is None:
            return "other"
    if mistake(answer, opinion.of_graph(p.graph, inputs), case.tolerance) is None:
        return "graph"
    if p.variant.family == "elementwise" and not answer[0]:
        alone = opinion.of_scalars(case, inputs, answer[1]["y0"], p.expected[feed])
        if alone and mistake(answer, alone, case.tolerance) is None:
            return "scalars"
    return ""


def keep(plan: Plan, p: Prepared, r: Record) -> None:
    """Writes the model of one signature and its data, as `ingot compare` reads them."""
    folder = plan.folder / "repro" / p.variant.name
    model.write({p.variant.name: p.graph}, folder / "model")
    arrays = {}
    for k, (feed, answer) in enumerate(zip(p.variant.feeds, p.expected)):
        if answer.error is None:
            arrays |= {f"{k}/in/{n}": a for n, a in named(feed).items()}
            arrays |= {f"{k}/out/y{i}": a for i, a in enumerate(answer.outputs)}
        else:
            np.savez(folder / f"refused{k}.npz", **named(feed))
    np.savez(folder / "golden.npz", **arrays)
    level = r.level if r.level.startswith("O") else "O3"
    (folder / "what.txt").write_text(f"{r.op} {r.note}\n{r.outcome} at {r.level}: {r.detail}\n")
    r.repro = (f"ingot compile {folder}/model --emit=lib -{level} -o /tmp/x.so && "
               f"ingot compare /tmp/x.so --golden {folder}/golden.npz")
