#!/usr/bin/env python3
"""Times compiled networks beside TensorFlow Lite in one run; needs TensorFlow 2.21.

The networks have random weights and are made on the first run (test/fixtures/large.py). Ingot gets the
SavedModel with the input sizes of the .tflite, which the interpreter runs with XNNPACK. The two take turns,
so that a machine that slows down slows both; the fastest call of each counts. Results are checked first.

    run.py                              the default networks, one thread
    run.py --only resnet50 --threads 2
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time
import warnings

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from fixtures import large  # noqa: E402

warnings.filterwarnings("ignore", message=".*tf.lite.Interpreter is deprecated")

DEFAULT = ["mobilenet_v2", "resnet50", "bert_base_128"]


def parse() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("--only", action="append", choices=large.MODELS, help=f"repeatable; default: {', '.join(DEFAULT)}")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=3, help="turns of each side")
    p.add_argument("--seconds", type=float, default=2, help="length of a turn")
    p.add_argument("--mcpu", default="native")
    p.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build/bin/ingot")
    p.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench", help="where the networks are kept")
    return p.parse_args()


class Lite:
    """The .tflite in TensorFlow Lite's interpreter, on random inputs."""

    def __init__(self, path: pathlib.Path, threads: int):
        self.interpreter = tf.lite.Interpreter(str(path), num_threads=threads)
        self.interpreter.allocate_tensors()
        rng = np.random.default_rng(1)
        for detail in self.interpreter.get_input_details():
            value = rng.random(detail["shape"]) if detail["dtype"] == np.float32 else np.ones(detail["shape"])
            self.interpreter.set_tensor(detail["index"], value.astype(detail["dtype"]))
        self.interpreter.invoke()

    def shapes(self) -> dict[str, list[int]]:
        """Sizes by the name that the signature has for an input."""
        signature = next(iter(self.interpreter.get_signature_list()))
        runner = self.interpreter.get_signature_runner(signature)
        return {name: [int(n) for n in detail["shape"]] for name, detail in runner.get_input_details().items()}

    def milliseconds(self, seconds: float) -> float:
        best, end = float("inf"), time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            self.interpreter.invoke()
            best = min(best, time.perf_counter() - start)
        return best * 1e3


class Compiled:
    """The SavedModel as a library, with sizes fixed."""

    def __init__(self, args, folder: pathlib.Path, shapes: dict[str, list[int]]):
        self.args, self.library = args, folder / "model.so"
        fixed = [f"--input-shape={name}:{'x'.join(map(str, dims))}" for name, dims in shapes.items()]
        start = time.perf_counter()
        self.run("compile", folder / "model", "--emit=lib", f"--mcpu={args.mcpu}", *fixed, "-o", self.library)
        self.compile_seconds = time.perf_counter() - start

    def run(self, *words) -> str:
        result = subprocess.run([str(self.args.ingot), *map(str, words)], capture_output=True, text=True)
        if result.returncode:
            sys.exit(f"{result.stderr}{result.stdout}")
        return result.stdout

    def bench(self) -> dict:
        return json.loads(self.run("bench", self.library, "--json", "--min-time", self.args.seconds, "--threads",
                                   self.args.threads))


def check(compiled: Compiled, folder: pathlib.Path) -> None:
    """Against the results that TensorFlow recorded with these sizes."""
    golden = dict(np.load(folder / "golden.npz"))
    kept = folder / "golden.fixed.npz"
    np.savez(kept, **{key: value for key, value in golden.items() if key.startswith("0/")})
    compiled.run("compare", compiled.library, "--golden", kept)


def measure(args, name: str) -> str:
    """A row of the table."""
    folder = args.out / name
    if not (folder / "golden.npz").exists() or not (folder / "model.tflite").exists():
        large.make(name, args.out)
    lite = Lite(folder / "model.tflite", args.threads)
    compiled = Compiled(args, folder, lite.shapes())
    check(compiled, folder)
    theirs, ours = [], []
    for _ in range(args.rounds):
        theirs.append(lite.milliseconds(args.seconds))
        ours.append(compiled.bench())
    best = min(row["min_us"] for row in ours) / 1e3
    row = ours[-1]
    return (f"{name:20} {best:9.2f} {min(theirs):9.2f} {best / min(theirs):7.2f} {row['arena_bytes'] / 2**20:9.1f} "
            f"{row['code_bytes'] / 2**10:9.0f} {row['weights_bytes'] / 2**20:9.1f} {compiled.compile_seconds:9.1f}")


def main() -> int:
    args = parse()
    print(f"{'':20} {'Ingot':>9} {'LiteRT':>9} {'ratio':>7} {'arena':>9} {'code':>9} {'weights':>9} {'compile':>9}")
    print(f"{'':20} {'ms':>9} {'ms':>9} {'':7} {'MiB':>9} {'KiB':>9} {'MiB':>9} {'s':>9}")
    for name in args.only or DEFAULT:
        print(measure(args, name), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
