#!/usr/bin/env python3
"""Latency of the benchmark networks, Ingot beside other engines, in one run on one machine.

Engines take turns of a second, each pinned to the same CPUs, until every one has run for --min-time; the
outputs of all are compared. Writes OUT/bench.json, OUT/bench.txt and OUT/bench.svg. Times decide nothing:
outputs that differ are marked, and named at the end.

    run.py mobilenet_v2 resnet50 --against litert,openvino --threads 1
"""

import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402

from bench import chart, models, page  # noqa: E402
from bench.peers import ENGINES  # noqa: E402

TURN = 1.0  # seconds


def parse() -> argparse.Namespace:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("model", nargs="*", help=f"default: all of {', '.join(models.NAMES)}")
    p.add_argument("--threads", type=int, default=1, help="of every engine (default 1)")
    p.add_argument("--against", default=",".join(ENGINES), help="engines, separated by commas; default: all")
    p.add_argument("--min-time", type=float, default=10, help="seconds to measure each engine (default 10)")
    p.add_argument("--mcpu", default="native", help="CPU that Ingot compiles for (default: this one)")
    p.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build/bin/ingot", help="the compiler")
    p.add_argument("--cache", type=pathlib.Path, default=ROOT / "build/bench/models", help="where models are kept")
    p.add_argument("--docs", action="store_true", help="write docs/performance.md too")
    p.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench", help="folder of the results")
    arguments = p.parse_args()
    arguments.against = [name for name in arguments.against.split(",") if name]
    for name in arguments.against:
        if name not in ENGINES:
            p.error(f"no engine {name!r} (there are {', '.join(ENGINES)})")
    for name in arguments.model:
        if name not in models.NAMES:
            p.error(f"no model {name!r} (there are {', '.join(models.NAMES)})")
    return arguments


def pinned(threads: int) -> list[str]:
    """Runs a command on the last CPUs of those that this process may use."""
    cpus = sorted(os.sched_getaffinity(0))[-threads:]
    return ["taskset", "-c", ",".join(map(str, cpus))]


class Ingot:
    """The compiled library, benchmarked by `ingot bench`."""

    def __init__(self, arguments, folder: pathlib.Path):
        self.library, self.arguments, self.folder = folder / "ingot.so", arguments, folder
        command = [arguments.ingot, "compile", folder / "model", "--emit=lib", "-o", self.library]
        subprocess.run([*command, f"--mcpu={arguments.mcpu}"], check=True)
        outputs = folder / "ingot.npz"
        subprocess.run([arguments.ingot, "run", self.library, "--inputs", folder / "inputs.npz", "--outputs", outputs],
                       check=True, capture_output=True)
        self.outputs = list(np.load(outputs).values())
        self.version = subprocess.run([arguments.ingot, "--version"], check=True, capture_output=True,
                                      text=True).stdout.split()[1].rstrip(",")
        self.minimum, self.medians = float("inf"), []

    def turn(self) -> None:
        command = [*pinned(self.arguments.threads), self.arguments.ingot, "bench", self.library, "--json", "--inputs",
                   self.folder / "inputs.npz", "--threads", self.arguments.threads, "--min-time", TURN]
        result = json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True).stdout)
        self.minimum = min(self.minimum, result["min_us"])
        self.medians.append(result["median_us"])
        self.sizes = {key: result[key] for key in ("code_bytes", "weights_bytes", "arena_bytes")}

    def stop(self) -> None:
        pass


class Peer:
    """Another engine, in a process of its own."""

    def __init__(self, arguments, folder: pathlib.Path, name: str):
        outputs = folder / f"{name}.npz"
        command = [*pinned(arguments.threads), sys.executable, HERE / "peers.py", name, folder, folder / "inputs.npz",
                   outputs, "--threads", str(arguments.threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        loaded = json.loads(self.process.stdout.readline() or '{"error": "the engine died"}')
        self.error = loaded.get("error")
        if self.error:
            self.stop()
            return
        self.version = loaded["version"]
        self.outputs = list(np.load(outputs).values())
        self.minimum, self.medians = float("inf"), []

    def turn(self) -> None:
        print(TURN, file=self.process.stdin, flush=True)
        times = json.loads(self.process.stdout.readline())["us"]
        self.minimum = min(self.minimum, *times)
        self.medians.append(statistics.median(times))

    def stop(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def disagreement(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    """The largest |a-b| / (1e-4 + 1e-3 |b|) over outputs that are told apart by shape; at most 1 is right."""
    worst = 0.0
    for a in ours:
        matches = [b for b in theirs if a.shape == b.shape]
        if not matches:
            return float("inf")
        worst = max(worst, min(float(np.max(np.abs(a - b) / (1e-4 + 1e-3 * np.abs(b)), initial=0)) for b in matches))
    return worst


def measure(arguments, name: str) -> list[dict]:
    """One row for each engine."""
    folder = models.prepare(name, arguments.cache)
    engines = {"ingot": Ingot(arguments, folder)}
    rows = []
    for peer in arguments.against:
        engine = Peer(arguments, folder, peer)
        if engine.error:
            rows.append({"model": name, "engine": peer, "error": engine.error})
        else:
            engines[peer] = engine
    for _ in range(max(1, round(arguments.min_time / TURN))):
        for engine in engines.values():
            engine.turn()
    for engine_name, engine in engines.items():
        engine.stop()
        rows.append({"model": name, "engine": engine_name, "version": engine.version, "min_us": engine.minimum,
                     "median_us": statistics.median(engine.medians),
                     "disagreement": disagreement(engines["ingot"].outputs, engine.outputs),
                     **getattr(engine, "sizes", {})})
    return rows


def table(rows: list[dict], engines: list[str]) -> str:
    """Medians in milliseconds, and how many times faster Ingot is than the best of the others."""
    lines = [f"{'model':20}" + "".join(f"{name:>14}" for name in engines) + f"{'best/ingot':>12}"]
    for model in dict.fromkeys(row["model"] for row in rows):
        cells = {row["engine"]: row for row in rows if row["model"] == model}
        line, others = f"{model:20}", []
        for name in engines:
            row = cells.get(name, {"error": ""})
            text = "refuses" if "error" in row else f"{row['median_us'] / 1e3:.3f}"
            text += "*" if row.get("disagreement", 0) > 1 else ""
            line += f"{text:>14}"
            if name != "ingot" and "error" not in row:
                others.append(row["median_us"])
        ratio = f"{min(others) / cells['ingot']['median_us']:.2f}" if others else ""
        lines.append(line + f"{ratio:>12}")
    return "\n".join(lines + ["medians in ms; * outputs differ from Ingot's", ""])


def processor() -> str:
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main() -> int:
    arguments = parse()
    arguments.out.mkdir(parents=True, exist_ok=True)
    engines, rows = ["ingot", *arguments.against], []
    for name in arguments.model or models.NAMES:
        rows += measure(arguments, name)
        result = {"cpu": processor(), "threads": arguments.threads, "rows": rows}
        (arguments.out / "bench.json").write_text(json.dumps(result, indent=1))
        (arguments.out / "bench.svg").write_text(chart.draw(result, engines))
        print(table([row for row in rows if row["model"] == name], engines), flush=True)
    text = f"{processor()}, {arguments.threads} thread(s)\n" + table(rows, engines)
    (arguments.out / "bench.txt").write_text(text)
    if arguments.docs:
        page.write(ROOT / "docs", result, engines)
    print(text)
    wrong = [row for row in rows if row.get("disagreement", 0) > 1]
    for row in wrong:
        print(f"{row['model']}: {row['engine']} differs from Ingot by {row['disagreement']:.3g} tolerances")
    return 0


if __name__ == "__main__":
    sys.exit(main())
