#!/usr/bin/env python3
"""Checks that includes point in one direction only.

tools > compiler > frontends, passes, codegen > dialects. Frontends see neither
passes nor targets; passes never see a file format; the runtime includes nothing
of the compiler's, and the compiler of the runtime only ingot/{ingot,abi}.h.
"""

import os
import re
import sys

# Room -> rooms that it may include.
ALLOWED = {
    "dialects": {"dialects"},
    "passes": {"passes", "dialects"},
    "codegen": {"codegen", "dialects"},
    "compiler/frontends": {"compiler/frontends", "compiler", "dialects"},
    "compiler": {"compiler", "compiler/frontends", "passes", "codegen", "dialects"},
    "tools": {"tools", "compiler", "passes", "runtime"},  # the loader is shared
    "runtime": {"runtime", "exe", "src", "demo"},
}
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
THIRD_PARTY = ("mlir/", "llvm/", "lld/", "google/", "flatbuffers/")


def room(path):
    parts = path.split("/")
    nested = "/".join(parts[:2])
    return nested if nested in ALLOWED else parts[0]


def sources(root):
    for top in sorted({name.split("/")[0] for name in ALLOWED}):
        for folder, _, files in os.walk(os.path.join(root, top)):
            for name in files:
                if name.endswith((".h", ".c", ".cpp", ".td")):
                    yield os.path.relpath(os.path.join(folder, name), root)


def main(root):
    wrong = []
    for path in sources(root):
        here = room(path)
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for included in INCLUDE.findall(file.read()):
                if included.startswith(THIRD_PARTY + ("ingot/",)) or "/" not in included:
                    continue
                if room(included) not in ALLOWED[here]:
                    wrong.append(f"{path}: {here} may not include {included}")
    print("\n".join(wrong) or "all includes point the right way")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
