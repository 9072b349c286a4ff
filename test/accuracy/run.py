#!/usr/bin/env python3
"""Accuracy of quantized classifiers: Ingot's quantizer beside TensorFlow Lite's converter.

Each model is trained here, then quantized by both with the same samples. Prints a table; with --docs it
also takes the place of the one in docs/quantization.md. Exit 1 if a mode of Ingot's loses more than half
a point, or more than the converter's.
"""

import argparse
import contextlib
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

from accuracy.tasks import TASKS, Task, note  # noqa: E402

LOSS = 0.5  # points
MODES = ["float", "int8", "dynamic", "f16", "bf16"]


def ingot(*command) -> None:
    result = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{result.stderr}")


class Ingot:
    """Compiles a SavedModel in a mode and runs all inputs at once."""

    def __init__(self, program: pathlib.Path, task: Task, folder: pathlib.Path, options: list[str]):
        self.program, self.folder, self.options = program, folder, options
        self.key = task.model.inputs[0].name.split(":")[0]
        with contextlib.redirect_stdout(sys.stderr):
            task.model.export(str(folder / "model"), verbose=False)
        np.savez(folder / "samples.npz", **{self.key: task.samples})
        np.savez(folder / "inputs.npz", **{self.key: task.inputs})

    def outputs(self, mode: str) -> tuple[np.ndarray, int]:
        """Results, and bytes of the library."""
        library, out = self.folder / "model.so", self.folder / "out.npz"
        options = [] if mode == "float" else [f"--quantize={mode}"]
        if mode == "int8":
            options += [f"--calibrate={self.folder / 'samples.npz'}", *self.options]
        ingot(self.program, "compile", self.folder / "model", "--signature=serving_default", "--emit=lib", "-o",
              library, *options)
        ingot(self.program, "run", library, "--inputs", self.folder / "inputs.npz", "--outputs", out)
        with np.load(out) as arrays:
            return arrays[arrays.files[0]], library.stat().st_size


def converted(task: Task, mode: str) -> bytes:
    """The model as the converter quantizes it, inputs and outputs as they are."""
    converter = tf.lite.TFLiteConverter.from_keras_model(task.model)
    if mode != "float":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if mode == "int8":
        converter.representative_dataset = lambda: ([sample[None]] for sample in task.samples)
    if mode == "f16":
        converter.target_spec.supported_types = [tf.float16]
    with contextlib.redirect_stdout(sys.stderr):
        return converter.convert()


def lite_outputs(task: Task, mode: str) -> tuple[np.ndarray, int]:
    content = converted(task, mode)
    interpreter = tf.lite.Interpreter(model_content=content)
    interpreter.allocate_tensors()
    given, result = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    rows = []
    for sample in task.inputs:
        interpreter.set_tensor(given["index"], sample[None].astype(given["dtype"]))
        interpreter.invoke()
        rows.append(interpreter.get_tensor(result["index"])[0])
    return np.stack(rows), len(content)


def accuracy(outputs: np.ndarray, labels: np.ndarray) -> float:
    """In points."""
    return 100 * float((outputs.argmax(1) == labels).mean())


def measure(task: Task, program: pathlib.Path, options: list[str]) -> dict[str, dict]:
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        ours = Ingot(program, task, pathlib.Path(folder), options)
        for mode in MODES:
            outputs, size = ours.outputs(mode)
            rows[mode] = {"ingot": accuracy(outputs, task.labels), "bytes": size}
            if mode != "bf16":
                rows[mode]["tflite"] = accuracy(lite_outputs(task, mode)[0], task.labels)
            note(f"  {mode}: {rows[mode]}")
    return rows


def table(results: dict[str, dict]) -> str:
    lines = ["| model | mode | Ingot, % | TensorFlow Lite, % | library, KB |", "|---|---|---|---|---|"]
    for name, rows in results.items():
        for mode, row in rows.items():
            theirs = f"{row['tflite']:.2f}" if "tflite" in row else ""
            lines.append(f"| {name} | {mode} | {row['ingot']:.2f} | {theirs} | {row['bytes'] / 1e3:.0f} |")
    return "\n".join(lines)


def failures(results: dict[str, dict]) -> list[str]:
    found = []
    for name, rows in results.items():
        for mode, row in rows.items():
            loss = rows["float"]["ingot"] - row["ingot"]
            theirs = rows["float"].get("tflite", 0) - row["tflite"] if "tflite" in row else loss
            if loss > LOSS or loss > max(theirs, 0) + 1e-9 and mode in ("int8", "dynamic"):
                found.append(f"{name}, {mode}: loses {loss:.2f} points, TensorFlow Lite's {theirs:.2f}")
    return found


def write_docs(text: str) -> None:
    page = ROOT / "docs/quantization.md"
    marks = r"(<!-- accuracy -->\n).*?(\n<!-- end -->)"
    page.write_text(re.sub(marks, lambda m: m[1] + text + m[2], page.read_text(), flags=re.DOTALL))


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("task", nargs="*", help=f"default: all of {', '.join(TASKS)}")
    p.add_argument("--ingot", type=pathlib.Path, default=ROOT / "build/bin/ingot", help="the compiler")
    p.add_argument("--option", action="append", default=[], help="of ingot compile, for int8 (repeatable)")
    p.add_argument("--docs", action="store_true", help="write the table into docs/quantization.md")
    arguments = p.parse_args()
    unknown = set(arguments.task) - set(TASKS)
    if unknown:
        p.error(f"no task {', '.join(unknown)}")
    results = {}
    for key in arguments.task or TASKS:
        task = TASKS[key]()
        note(task.name)
        results[task.name] = measure(task, arguments.ingot, arguments.option)
    print(table(results))
    if arguments.docs:
        write_docs(table(results))
    found = failures(results)
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
