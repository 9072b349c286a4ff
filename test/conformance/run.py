#!/usr/bin/env python3
"""Random cases of every op, compiled and compared with TensorFlow; needs TensorFlow 2.21.

Each case is a function of TensorFlow with random types, shapes, attributes and values, compiled once with
static and once with dynamic shapes, at every level asked for. Results must agree within the tolerances of
the numerics, and a call must fail exactly where TensorFlow fails. Exit code 1 if anything is wrong.

    run.py --cases 5000 --seed 7                  all families
    run.py --family reduce --op Sum --cases 200   one op
"""

import argparse
import multiprocessing
import multiprocessing.connection
import os
import pathlib
import secrets
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
# The plain kernels give the same results on every machine; must be set before TensorFlow is loaded.
os.environ |= {"TF_ENABLE_ONEDNN_OPTS": "0", "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
sys.path.insert(0, str(HERE.parent))

FAMILIES = sorted(p.stem for p in (HERE / "cases").glob("*.py"))
ROOT = HERE.parent.parent
PATIENCE = 1800  # seconds for one batch


def parse(argv=None) -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--cases", type=int, default=5000, help="cases in all; each has up to two variants")
    p.add_argument("--seed", type=int, help="default: a fresh one, which is printed")
    p.add_argument("--family", action="append", choices=FAMILIES, help="repeatable; default: all")
    p.add_argument("--op", action="append", help="only this op of the family (repeatable)")
    p.add_argument("--index", type=int, help="with one --op: only its case with this number")
    p.add_argument("--levels", default="O0,O3")
    p.add_argument("--mcpu")
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--per-module", type=int, default=20, help="cases in one SavedModel")
    p.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build/bin/ingot")
    p.add_argument("--out", type=pathlib.Path, help="folder for the report and the wrong cases")
    p.add_argument("--record", type=pathlib.Path, help="write a subset for the test run without TensorFlow")
    p.add_argument("--record-count", type=int, default=1, help="recorded cases for each op")
    return p.parse_args(argv)


def batches(args) -> list[tuple[str, list[int]]]:
    """(family, indices): the cases spread over the families by their number of ops."""
    from conformance import batch

    names = [f for f in args.family or FAMILIES if batch.makers(f, args.op)]
    if args.index is not None:
        return [(f, [args.index]) for f in names]
    sizes = {f: len(batch.makers(f, args.op)) for f in names}
    result = []
    for f in names:
        count = max(1, round(args.cases * sizes[f] / sum(sizes.values())))
        result += [(f, list(range(i, min(i + args.per_module, count))))
                   for i in range(0, count, args.per_module)]
    return result


def work(name: str, indices: list[int], plan, pipe) -> None:
    from conformance import batch

    try:
        pipe.send(batch.run(name, indices, plan))
    except Exception:
        traceback.print_exc()
    pipe.close()


class Pool:
    """Each batch in its own forked process: TensorFlow too may crash on odd input."""

    def __init__(self, plan, jobs: int):
        self.plan, self.jobs = plan, jobs
        self.context = multiprocessing.get_context("fork")
        self.running = {}

    def start(self, name: str, indices: list[int]) -> None:
        receiver, sender = self.context.Pipe(duplex=False)
        process = self.context.Process(target=work, args=(name, indices, self.plan, sender))
        process.start()
        sender.close()
        self.running[receiver] = (process, name, indices)

    def finish_one(self):
        """(name, indices, records or None) of the next batch that ends."""
        ready = multiprocessing.connection.wait(list(self.running), PATIENCE)
        pipe = ready[0] if ready else next(iter(self.running))
        process, name, indices = self.running.pop(pipe)
        try:
            records = pipe.recv() if ready else None
        except EOFError:
            records = None
        if not ready:
            process.kill()
        process.join()
        return name, indices, records

    def map(self, todo: list[tuple[str, list[int]]]):
        todo = list(reversed(todo))
        while todo or self.running:
            while todo and len(self.running) < self.jobs:
                self.start(*todo.pop())
            yield self.finish_one()


def collect(plan, args) -> tuple[list, list]:
    """All records, and the batches that were lost (a crash of TensorFlow or of this program)."""
    from conformance import batch

    records, lost, start = [], [], time.monotonic()
    for name, indices, found in Pool(plan, args.jobs).map(batches(args)):
        if found is None:
            lost.append((name, indices))
            print(f"lost: {name} {indices[0]}..{indices[-1]}", file=sys.stderr)
            continue
        records += found
        if len(records) > 30 and all(r.outcome == batch.CRASHED for r in records):
            sys.exit("everything crashes: is the program whole?")
        rate = len(records) / (time.monotonic() - start)
        print(f"\r{len(records)} variants, {rate:.1f} a second ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return records, lost


def record_all(plan, args) -> int:
    from conformance import record

    for name in args.family or FAMILIES:
        count = record.write(name, args.record / name, plan, args.record_count)
        print(f"{name}: {count} signatures")
    return 0


def main() -> int:
    args = parse()
    import tensorflow as tf  # loaded once, before the workers are forked

    from conformance import batch, host, loader, report
    from conformance.compiler import Compiler

    tf.get_logger().setLevel("ERROR")
    if args.seed is None:
        args.seed = 1 if args.record else secrets.randbelow(1 << 31)
    folder = args.out or pathlib.Path(tempfile.mkdtemp(prefix="conformance-"))
    shutil.rmtree(folder / "repro", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    plan = batch.Plan(args.seed, args.levels.split(","), Compiler(args.ingot.resolve(), args.mcpu), folder,
                      args.op)
    if args.record:
        return record_all(plan, args)
    loader.host = str(host.build(folder))
    print(f"seed {args.seed}", file=sys.stderr)
    records, lost = collect(plan, args)
    report.write(folder / "report.json", args.seed, records)
    print(report.table(records))
    print(report.mistakes(records))
    for reason, count in report.missing(records).items():
        print(f"refused {count}: {reason}")
    print(f"seed {args.seed}: {report.totals(records)}; of the right ones by another answer of TensorFlow's: "
          f"{report.excused(records) or 'none'}; {len(lost)} batches lost; {folder}/report.json")
    bad = lost or any(r.outcome in (batch.WRONG, batch.CRASHED) for r in records)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
