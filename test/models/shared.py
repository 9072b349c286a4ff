#!/usr/bin/env python3
"""Compiles models that others trained, where the checkout has them, and compares them with
their recorded results.

`INGOT_SHARED_MODELS` names the folder; exit 77 (skipped) without it. Integer models must be
equal, float ones within the bound of a network. What is refused must be refused in one line.
"""

import argparse
import glob
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.environ.get("INGOT_SHARED_MODELS") or os.path.join(
    HERE, "..", "..", "..", "shared", "models")
LEVELS = ["-O0", "-O3"]


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=600)


def check_level(ingot, model, level, folder):
    """The same for one level. Recorded arrays are called as in the default signature or `main`."""
    library = os.path.join(folder, "model.so")
    golden = model.removesuffix(".tflite") + ".golden.npz"
    for signature in ([], ["--signature", "main"]):
        options = [*signature, level, "--emit=lib", "-o", library]
        compiled = run(ingot, "compile", model, *options)
        if compiled.returncode == 1 and len(compiled.stderr.splitlines()) == 1:
            return "refused"
        if compiled.returncode:
            return f"{level}: exit {compiled.returncode}: {compiled.stderr}"
        result = run(ingot, "compare", library, "--reset", "--golden", golden)
        if result.returncode == 0:
            return "right"
    return f"{level}: {result.stdout}{result.stderr}"


def check(ingot, model, folder):
    """What came of a model: "right", "refused", or the lines that tell what is wrong."""
    verdicts = {check_level(ingot, model, level, folder) for level in LEVELS}
    return " ".join(sorted(verdicts)) if len(verdicts) > 1 else verdicts.pop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingot", required=True, help="the program")
    parser.add_argument("folder", help="below the folder of shared models")
    arguments = parser.parse_args()
    models = sorted(glob.glob(os.path.join(MODELS, arguments.folder, "*.tflite")))
    # Where there is a SavedModel of the same name, the recorded results are its own.
    models = [model for model in models if not os.path.isdir(model.removesuffix(".tflite"))]
    if not models:
        print("the shared models are not here")
        return 77
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for model in models:
            verdict = check(arguments.ingot, model, folder)
            wrong += verdict not in ("right", "refused")
            print(f"{os.path.basename(model)}: {verdict}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
