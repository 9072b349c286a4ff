#!/usr/bin/env python3
"""Random quantized operators of TensorFlow Lite beside LiteRT's reference kernels; needs ai-edge-litert.

Integers must be equal bit for bit, floats (dynamic range) within the tolerance of the numerics. A case that
LiteRT itself refuses is drawn again. Exit code 1 if anything differs, is refused, or was not compared.

    run.py --cases 2000 --seed 7
    run.py --op mean --op hybrid_conv_2d --cases 200
"""

import argparse
import collections
import pathlib
import secrets
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from ai_edge_litert.interpreter import Interpreter, OpResolverType  # noqa: E402
from quantized.cases import MAKERS  # noqa: E402
from quantized.draw import Draw  # noqa: E402
from quantized.model import DTYPES, build  # noqa: E402

PER_MODEL = 40
CALLS = 2  # of each model, with other inputs
MAX_DRAWS = 20  # for one case that LiteRT takes


def parse(argv=None) -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--cases", type=int, default=1000, help="in all")
    p.add_argument("--seed", type=int, help="default: a fresh one, which is printed")
    p.add_argument("--op", action="append", choices=sorted(MAKERS), help="repeatable; default: all")
    p.add_argument("--levels", default="O0,O3")
    p.add_argument("--ingot", type=pathlib.Path, default=HERE.parents[2] / "build/bin/ingot")
    p.add_argument("--out", type=pathlib.Path, help="folder that keeps the models")
    return p.parse_args(argv)


def values(draw: Draw, tensor, shape) -> np.ndarray:
    if tensor.small and tensor.dtype == "f32":
        return draw.rng.standard_normal(shape).astype(np.float32)
    if tensor.range is None:
        return draw.numbers(tensor.dtype, shape)
    return draw.rng.integers(*tensor.range, shape, dtype=DTYPES[tensor.dtype], endpoint=True)


def computed(cases: list, draw: Draw) -> tuple[dict, dict]:
    """Inputs and outputs by name of the cases that LiteRT has no operator for."""
    inputs, outputs = {}, {}
    for n, case in enumerate(cases):
        if not case.compute:
            continue
        given = [t.data if t.data is not None else values(draw, t, t.shape) for t in case.inputs]
        inputs |= {f"x{n}_{i}": v for i, (t, v) in enumerate(zip(case.inputs, given)) if t.data is None}
        outputs |= {f"y{n}_{i}": v for i, v in enumerate(case.compute(*given))}
    return inputs, outputs


def interpreted(cases: list, draw: Draw) -> list[tuple[dict, dict]]:
    """The same of the others, for each call."""
    if all(case.compute for case in cases):
        return [({}, {})] * CALLS
    litert = Interpreter(model_content=build(cases, lambda case: not case.compute),
                         experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
    litert.allocate_tensors()
    tensors = {f"x{n}_{i}": t for n, case in enumerate(cases) for i, t in enumerate(case.inputs)}
    calls = []
    for _ in range(CALLS):
        inputs = {}
        for t in litert.get_input_details():
            inputs[t["name"]] = values(draw, tensors[t["name"]], t["shape"])
            litert.set_tensor(t["index"], inputs[t["name"]])
        litert.invoke()
        calls.append((inputs, {t["name"]: litert.get_tensor(t["index"]) for t in litert.get_output_details()}))
    return calls


def reference(cases: list, draw: Draw) -> list[tuple[dict, dict]]:
    """Inputs and right outputs by name of each call; RuntimeError or ValueError where LiteRT takes no such model."""
    calls = interpreted(cases, draw)
    return [(given | more, wanted | right) for given, wanted in calls for more, right in [computed(cases, draw)]]


def drawn(op: str, draw: Draw):
    """A case that LiteRT takes; None if none was found."""
    for _ in range(MAX_DRAWS):
        case = MAKERS[op](draw)
        try:
            reference([case], draw)
            return case
        except (RuntimeError, ValueError) as error:
            last = error
    print(f"{op}: LiteRT takes none of {MAX_DRAWS} cases, the last: {case}: {last}")
    return None


def same(have: np.ndarray, want: np.ndarray) -> bool:
    if have.shape != want.shape or have.dtype != want.dtype:
        return False
    if want.dtype not in (np.float32, np.complex64):
        return np.array_equal(have, want)
    # Sums in another order, and roundings of the scales.
    return np.allclose(have, want, rtol=1e-5, atol=1e-5 * float(np.max(np.abs(want), initial=0)))


def ingot(args, *command) -> None:
    subprocess.run([args.ingot, *map(str, command)], check=True, capture_output=True, text=True)


def compare(args, folder: pathlib.Path, group: list, draw: Draw, counts) -> None:
    """A model of cases, each (op, case), at every level; its calls share their state."""
    cases = [case for _, case in group]
    calls = reference(cases, draw)
    (folder / "model.tflite").write_bytes(build(cases))
    options = []
    for number, (inputs, _) in enumerate(calls):
        np.savez(folder / f"in{number}.npz", **inputs)
        options += ["--call", f"main,{folder}/in{number}.npz,{folder}/out{number}.npz"]
    for level in args.levels.split(","):
        try:
            ingot(args, "compile", folder / "model.tflite", "--emit=lib", "-" + level,
                  "-o", folder / "model.so")
            ingot(args, "run", folder / "model.so", *options)
        except subprocess.CalledProcessError as error:
            print(f"{folder} -{level}: {error.stderr.strip()[:2000]}")
            for op, _ in group:
                counts[op, "failed"] += 1
            continue
        have = [np.load(folder / f"out{number}.npz") for number in range(len(calls))]
        for number, (op, case) in enumerate(group):
            wrong = [f"{name} of call {call}" for call, (_, want) in enumerate(calls) for name in want
                     if name.startswith(f"y{number}_") and not same(have[call][name], want[name])]
            counts[op, "different" if wrong else "equal"] += 1
            if wrong:
                print(f"different at -{level} in {folder}, {', '.join(wrong)}: {case}")


def main(argv=None) -> int:
    args = parse(argv)
    seed = secrets.randbelow(1 << 32) if args.seed is None else args.seed
    print(f"seed {seed}")
    ops, draw = args.op or sorted(MAKERS), Draw(np.random.default_rng(seed))
    wanted = [op for op in ops for _ in range(max(1, args.cases // len(ops)))]
    cases = [(op, case) for op in wanted if (case := drawn(op, draw))]
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as temporary:
        for at in range(0, len(cases), PER_MODEL):
            folder = (args.out or pathlib.Path(temporary)) / f"{seed}_{at}"
            folder.mkdir(parents=True, exist_ok=True)
            compare(args, folder, cases[at:at + PER_MODEL], draw, counts)
    for op in ops:
        print(f"{op:24}", *(f"{counts[op, what]:6} {what}" for what in ("equal", "different", "failed")))
    wrong = sum(n for (_, what), n in counts.items() if what != "equal")
    missing = [op for op in ops if not counts[op, "equal"]]
    print(f"{sum(counts.values())} comparisons, {wrong} wrong" + (f"; none of {missing}" if missing else ""))
    return 1 if wrong or missing else 0


if __name__ == "__main__":
    sys.exit(main())
