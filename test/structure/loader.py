#!/usr/bin/env python3
"""Checks that the conformance driver's loader mirrors the binary interface.

Live conformance needs TensorFlow and is not part of the tests; a member that is
added to a struct of the runtime's headers would break it unseen.
"""

import ast
import os
import re
import sys

# Struct of the headers -> class of the loader.
MIRRORED = {"ingot_context": "Context", "ingot_tensor": "Tensor", "ingot_signature": "Signature",
            "ingot_model": "Model"}


def members(body):
    """Names of the members of a C struct, in order."""
    body = re.sub(r"/\*.*?\*/|\\\n", " ", body, flags=re.S)
    names = []
    for declaration in filter(str.strip, body.split(";")):
        pointer = re.search(r"\(\*(\w+)\)", declaration)
        names += [pointer[1]] if pointer else [re.findall(r"\w+", part)[-1]
                                               for part in declaration.split(",")]
    return names


def structs(headers):
    found = {"ingot_context": re.search(r"#define INGOT_CONTEXT_MEMBERS(.*?[^\\])\n", headers, re.S)[1]}
    for name in set(MIRRORED) - set(found):
        found[name] = re.search(r"struct %s \{\n(.*?)\n\};" % name, headers, re.S)[1]
    return {name: members(body) for name, body in found.items()}


def fields(loader):
    """Names in _fields_ by class, and the value of ABI."""
    found, abi = {}, None
    for node in ast.parse(loader).body:
        if assigned(node) == "ABI":
            abi = node.value.value
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if assigned(line) == "_fields_":
                    found[node.name] = [pair.elts[0].value for pair in line.value.elts]
    return found, abi


def assigned(node):
    """The one name that a statement assigns to, else None."""
    return getattr(node.targets[0], "id", None) if isinstance(node, ast.Assign) else None


def main(root):
    include = os.path.join(root, "runtime/include/ingot")
    headers = "".join(open(os.path.join(include, name)).read() for name in ("ingot.h", "abi.h"))
    mirrored, abi = fields(open(os.path.join(root, "test/conformance/loader.py")).read())
    number = int(re.search(r"#define INGOT_ABI (\d+)", headers)[1])
    wrong = [] if abi == number else [f"ABI is {abi}, the headers have {number}"]
    for struct, names in structs(headers).items():
        if mirrored[MIRRORED[struct]] != names:
            wrong.append(f"{MIRRORED[struct]} has {mirrored[MIRRORED[struct]]}, {struct} {names}")
    for line in wrong:
        print("test/conformance/loader.py:", line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
