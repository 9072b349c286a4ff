#!/usr/bin/env python3
"""Compiles one fixture for AArch64 and runs it under QEMU.

The library of the model is linked with the runtime's program, and its results are
compared with the recorded ones. Without a name it compiles that program, once for all
fixtures. Exit 77 where the cross compiler or QEMU is not there.
"""

import argparse
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile

sys.dont_write_bytecode = True

import arrays  # noqa: E402
import check  # noqa: E402

RUNTIME = os.path.join(check.HERE, "..", "..", "runtime")
SYSROOT = "/usr/aarch64-linux-gnu"
CC, QEMU = "aarch64-linux-gnu-gcc", "qemu-aarch64"
SKIPPED = 77


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if result.returncode:
        sys.exit(f"{' '.join(command)}: exit {result.returncode}: {result.stderr}")
    return result.stdout


def build_runtime(folder):
    """The objects of the program that calls a model."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    sources = glob.glob(os.path.join(RUNTIME, "exe", "*.c"))
    sources += glob.glob(os.path.join(RUNTIME, "src", "*.c"))
    for source in sources:
        target = os.path.join(folder, os.path.basename(source) + ".o")
        run(CC, "-std=c11", "-O1", f"-I{RUNTIME}/include", f"-I{RUNTIME}", "-c", source, "-o", target)


def build(ingot, model, runtime, folder, level):
    """The model as a program of the target."""
    library = os.path.join(folder, "libmodel.so")
    run(ingot, "compile", model, level, "--emit=lib", "--target=aarch64-linux-gnu", "-o", library)
    if "BTI" not in run("readelf", "-n", library):
        sys.exit("the library has no note of BTI")
    program = os.path.join(folder, "program")
    objects = glob.glob(os.path.join(runtime, "*.o"))
    run(CC, *objects, library, f"-Wl,-rpath,{folder}", "-Wl,--no-as-needed", "-lm", "-pthread",
        "-o", program)
    return program


def cases(golden):
    with zipfile.ZipFile(golden) as archive:
        keys = {name.split("/")[0] for name in archive.namelist()}
    return sorted(keys, key=int)


def check_signature(program, entry, signature, folder, level):
    """All cases as calls in order over one state."""
    golden = os.path.join(check.HERE, "fixtures", entry["name"], signature["golden"])
    calls, outputs = [], {}
    for case in cases(golden):
        inputs = os.path.join(folder, f"in{case}.npz")
        outputs[case] = os.path.join(folder, f"out{case}.npz")
        arrays.extract(golden, case, inputs)
        calls += ["--call", f"{signature['name']},{inputs},{outputs[case]}"]
    run(QEMU, "-L", SYSROOT, program, *calls)
    expected, wrong = arrays.load(golden), 0
    for case, path in outputs.items():
        have = arrays.load(path)
        for key, want in expected.items():
            if not key.startswith(f"{case}/out/"):
                continue
            what = arrays.difference(have[key[len(f"{case}/out/"):]], want, entry["tolerance"])
            if what:
                print(f"{level} {signature['name']}: {key}: {what}")
                wrong += 1
    print(f"{level} {signature['name']}: {'WRONG' if wrong else 'right'}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingot", required=True, help="the compiler")
    parser.add_argument("--runtime", required=True, help="folder of the program's objects")
    parser.add_argument("name", nargs="?", help="name in manifest.json")
    arguments = parser.parse_args()
    if not shutil.which(CC) or not shutil.which(QEMU):
        return SKIPPED
    if not arguments.name:
        return build_runtime(arguments.runtime)
    entry = check.fixture(arguments.name)
    model = os.path.join(check.HERE, "fixtures", entry["name"], entry["file"])
    wrong = 0
    for level in check.LEVELS:
        with tempfile.TemporaryDirectory() as folder:
            program = build(arguments.ingot, model, arguments.runtime, folder, level)
            for signature in entry["signatures"]:
                wrong += check_signature(program, entry, signature, folder, level)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
