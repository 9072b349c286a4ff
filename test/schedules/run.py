#!/usr/bin/env python3
"""Random cases of every kernel schedule beside the reference build (-O0); needs numpy.

Each model holds cases of one family. It is compiled at -O0, called with several shapes, and
those results are what the same model compiled at -O3 for each CPU level must give, through
`ingot compare` and, for what the machine can run, through abi-harness, whose buffers lie
between pages that cannot be touched. Exit code 1 if anything is wrong; models of wrong cases
stay under --out.

    run.py --cases 10000 --seed 7
    run.py --family conv2d --cases 400 --mcpu native
"""

import argparse
import collections
import multiprocessing
import os
import pathlib
import secrets
import subprocess
import sys
import tempfile
import time

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent / "bad")]

import draw  # noqa: E402
import wire as w  # noqa: E402

CALLS = 3


def parse():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--cases", type=int, default=10000, help="in all, spread over the families")
    p.add_argument("--seed", type=int, help="default: a fresh one, which is printed")
    p.add_argument("--family", action="append", choices=sorted(draw.FAMILIES))
    p.add_argument("--mcpu", default="x86-64,x86-64-v3,native", help="CPU levels, by commas")
    p.add_argument("--per-model", type=int, default=24)
    p.add_argument("--model", type=int, help="only the model of this number")
    p.add_argument("--jobs", type=int, default=os.cpu_count())
    p.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build/bin/ingot")
    p.add_argument("--out", type=pathlib.Path, default=ROOT / "build/schedules")
    return p.parse_args()


def run(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=600)


class Model:
    """Cases of one family in one frozen graph."""

    def __init__(self, family, number, seed, count):
        self.family, self.number = family, number
        self.rng = np.random.default_rng([seed, number, *family.encode()])
        self.cases, nodes = [], []
        for i in range(count):
            case = draw.Case(f"c{i}", self.rng, CALLS)
            result = draw.FAMILIES[family](case)
            self.cases.append(case)
            nodes += case.nodes
            nodes.append(w.node(f"out{i}", "Identity", [result], T=w.Attr.type(case.dtype)))
        self.bytes = w.graph(nodes)

    def inputs(self, call):
        """Arrays of one call, by name; bfloat16 as two-byte patterns."""
        return {i.name: np.frombuffer(draw.to_bytes(case.values(i.calls[call]), i.dtype),
                                      draw.NUMPY[i.dtype]).reshape(i.calls[call])
                for case in self.cases for i in case.inputs}

    def describe(self, output):
        case = self.cases[int(output.removeprefix("out"))]
        kind = {1: "f32", 2: "f64", 14: "bf16", 19: "f16"}[case.dtype]
        return f"{output}: {kind} {' '.join(case.text)}"


class Failure(Exception):
    pass


def golden(options, model, folder):
    """The reference build's results of all calls, in one file."""
    source, library = folder / "model.pb", folder / "reference.so"
    source.write_bytes(model.bytes)
    made = run(options.ingot, "compile", source, "-O0", "--emit=lib", "-o", library)
    if made.returncode:
        raise Failure(f"-O0: {made.stderr.strip()}")
    arrays = {}
    for call in range(CALLS):
        inputs = model.inputs(call)
        np.savez(folder / "in.npz", **inputs)
        made = run(options.ingot, "run", library, "--inputs", folder / "in.npz", "--outputs",
                   folder / "out.npz")
        if made.returncode:
            raise Failure(f"-O0, call {call}: {made.stderr.strip()}")
        arrays |= {f"{call}/in/{k}": v for k, v in inputs.items()}
        arrays |= {f"{call}/out/{k}": v for k, v in np.load(folder / "out.npz").items()}
    np.savez(folder / "golden.npz", **arrays)
    return folder / "golden.npz"


def check(options, model, expected, folder, cpu):
    """What is wrong at one CPU level."""
    library = folder / f"{cpu}.so"
    made = run(options.ingot, "compile", folder / "model.pb", "-O3", f"--mcpu={cpu}", "--emit=lib",
               "-o", library)
    if made.returncode:
        return [f"{cpu}: {made.stderr.strip()}"]
    compared = run(options.ingot, "compare", library, "--golden", expected, "--tolerance", "network")
    wrong = []
    if compared.returncode:
        lines = (compared.stdout + compared.stderr).strip().splitlines()
        wrong += [f"{cpu}: {line}" for line in lines[-3:]]
        wrong += [f"  {model.describe(word.strip(':,'))}" for word in " ".join(lines).split()
                  if word.strip(":,").removeprefix("out").isdigit()][:3]
    harness = options.ingot.parent / "abi-harness"
    for call in range(CALLS):
        guarded = run(harness, library, "main", expected, call)
        if guarded.returncode:
            wrong.append(f"{cpu}: call {call} between guard pages: exit {guarded.returncode} "
                         f"{guarded.stderr.strip()}")
    return wrong


def attempt(job):
    """(family, cases, what is wrong)."""
    options, family, number, count = job
    model = Model(family, number, options.seed, count)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try:
            expected = golden(options, model, folder)
            wrong = [line for cpu in options.mcpu.split(",")
                     for line in check(options, model, expected, folder, cpu)]
        except (Failure, subprocess.TimeoutExpired) as failure:
            wrong = [str(failure)]
        if wrong:
            kept = options.out / f"{family}-{number}"
            kept.mkdir(parents=True, exist_ok=True)
            for file in ("model.pb", "golden.npz"):
                if (folder / file).exists():
                    (kept / file).write_bytes((folder / file).read_bytes())
    return family, number, count, wrong


def jobs(options):
    families = options.family or list(draw.FAMILIES)
    share = -(-options.cases // len(families))
    for number in range(-(-share // options.per_model)):
        for family in families:
            count = min(options.per_model, share - number * options.per_model)
            if options.model in (None, number):
                yield options, family, number, count


def main():
    options = parse()
    options.seed = secrets.randbelow(10**6) if options.seed is None else options.seed
    print(f"seed {options.seed}", flush=True)
    start, done, wrong_models = time.monotonic(), collections.Counter(), 0
    with multiprocessing.Pool(options.jobs) as pool:
        for family, number, count, wrong in pool.imap_unordered(attempt, list(jobs(options))):
            done[family] += count
            wrong_models += bool(wrong)
            if wrong:
                print(f"{family} {number}:", *wrong, sep="\n  ", flush=True)
    for family, count in sorted(done.items()):
        print(f"{family:14} {count:6} cases x {CALLS} calls")
    print(f"{sum(done.values())} cases, {wrong_models} models with wrong ones, "
          f"{time.monotonic() - start:.0f} s")
    return 1 if wrong_models else 0


if __name__ == "__main__":
    sys.exit(main())
