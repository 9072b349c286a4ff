#!/usr/bin/env python3
"""Compiles one fixture, runs it and compares it with its recorded results.

Needs nothing but Python's own library. Exit 0 if every signature is right at
every level; a fixture listed in later.txt must be refused in one line instead.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LEVELS = ["-O0", "-O3"]


def fixture(name):
    with open(os.path.join(HERE, "fixtures", "manifest.json")) as file:
        for entry in json.load(file)["fixtures"]:
            if entry["name"] == name:
                return entry
    sys.exit(f"no fixture {name}")


def reason_in(filename, name):
    """What the file says of the fixture, or None."""
    with open(os.path.join(HERE, filename)) as file:
        for line in file:
            key, _, reason = line.strip().partition(": ")
            if key == name:
                return reason
    return None


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def check_refused(ingot, model, reason):
    result = run(ingot, "compile", model, "-o", os.devnull)
    lines = result.stderr.strip().splitlines()
    print("refused:", lines[-1] if lines else "", f"({reason})")
    refused = result.returncode == 1 and len(lines) == 1 and lines[0].startswith("ingot: error: ")
    if not refused:
        sys.exit(f"expected one error line and exit 1, got exit {result.returncode}: "
                 "if it compiles now, take it off later.txt")


def check_right(ingot, entry, model, folder):
    """Leaves model-O0.so and model-O3.so in the folder."""
    failed = False
    for level in LEVELS:
        library = os.path.join(folder, f"model{level}.so")
        compiled = run(ingot, "compile", model, level, "--emit=lib", "-o", library)
        if compiled.returncode:
            sys.exit(f"{level}: {compiled.stderr}")
        for signature in entry["signatures"]:
            golden = os.path.join(HERE, "fixtures", entry["name"], signature["golden"])
            result = run(ingot, "compare", library, "--signature", signature["name"], "--golden",
                         golden, "--tolerance", entry["tolerance"])
            verdict = "right" if result.returncode == 0 else "WRONG"
            print(f"{level} {signature['name']}: {verdict}")
            if result.returncode:
                print(result.stdout, result.stderr)
                failed = True
    return not failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingot", required=True, help="the program")
    parser.add_argument("--keep", help="folder for the libraries, which other tests use")
    parser.add_argument("name", help="name in manifest.json")
    arguments = parser.parse_args()
    entry = fixture(arguments.name)
    model = os.path.join(HERE, "fixtures", entry["name"], entry["file"])
    reason = reason_in("later.txt", arguments.name)
    if reason is not None:
        return check_refused(arguments.ingot, model, reason)
    missing = reason_in("wrong.txt", arguments.name)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.keep:
            os.makedirs(arguments.keep, exist_ok=True)
        right = check_right(arguments.ingot, entry, model, arguments.keep or folder)
    if missing is None and not right:
        sys.exit(1)
    if missing is not None and right:
        sys.exit(f"right, though it lacks {missing}: take it off wrong.txt")


if __name__ == "__main__":
    main()
