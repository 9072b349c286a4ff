#!/usr/bin/env python3
"""What an object promises an application, checked on one fixture.

The header is C99 and C++ without a warning; the object needs the C library's
mem* and math functions only, has no writable data and no relocations in its
constants; it complies with CET; it links into position-independent and static programs; calls stay
within the caller's memory (abi-harness); and the same model gives the same bytes
in another folder, in another environment and on one processor.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "models", "fixtures")
INCLUDE = os.path.join(HERE, "..", "..", "runtime", "include")
STATUS = os.path.join(HERE, "..", "..", "runtime", "src", "status.c")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{INCLUDE}"]

# docs/abi.md: the C library's mem* functions and functions of math.h.
MATH = ("acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 "
        "expm1 fabs floor fma fmod fmax fmin ldexp lgamma log log10 log1p log2 nearbyint pow "
        "remainder rint round roundeven sin sinh sqrt tan tanh tgamma trunc").split()
ALLOWED = {"memcpy", "memmove", "memset", "memcmp"} | set(MATH) | {m + "f" for m in MATH}
# An address of constants in a table that the linker fills in once.
LINKER = {"_GLOBAL_OFFSET_TABLE_"}


def fail(what):
    sys.exit(f"abi: {what}")


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, timeout=600, **options)
    if result.returncode:
        fail(f"{' '.join(command)}: exit {result.returncode}: {result.stderr}{result.stdout}")
    return result.stdout


def fixture(name):
    with open(os.path.join(FIXTURES, "manifest.json")) as file:
        return next(f for f in json.load(file)["fixtures"] if f["name"] == name)


def check_header(folder):
    """The header alone, in both languages."""
    unit = os.path.join(folder, "unit")
    for suffix, compiler, standard in ((".c", "cc", "c99"), (".cpp", "c++", "c++11")):
        with open(unit + suffix, "w") as file:
            file.write('#include "m.h"\n#include "m.h"\nint unused_unit;\n')
        run(compiler, f"-std={standard}", *STRICT, f"-I{folder}", "-c", unit + suffix, "-o",
            unit + ".o")


def check_symbols(path):
    undefined = {line.split()[-1] for line in run("nm", "-u", path).splitlines()}
    if undefined - ALLOWED - LINKER:
        fail(f"needs {sorted(undefined - ALLOWED - LINKER)}")
    for line in run("nm", "--defined-only", "--extern-only", path).splitlines():
        if not re.match(r"m(_|$)", line.split()[-1]):
            fail(f"defines {line.split()[-1]}, which has not the model's prefix")


def check_sections(path):
    """No writable bytes; no relocation that a loader would have to apply to constants."""
    text = run("readelf", "-SW", path)
    for line in text.splitlines():
        match = re.match(r"\s*\[\s*\d+\] (\S+)\s+(\S+)\s+\S+ \S+ ([0-9a-f]+) \S+ ([A-Za-z]*)", line)
        if not match:
            continue
        name, kind, size, flags = match.groups()
        if "W" in flags and int(size, 16):
            fail(f"section {name} is writable")
        if kind in ("RELA", "REL") and re.match(r"\.rela?\.(rodata|data|weights)", name):
            fail(f"constants have relocations: {name}")


def check_protection(path):
    """Indirect branches land on marks, and the object says so: else the whole program loses this."""
    notes = run("readelf", "-n", path)
    if "IBT" not in notes or "SHSTK" not in notes:
        fail("no note of CET")


def program(header):
    """A C program that calls every function of the header with nothing in hand."""
    with open(header) as file:
        names = re.findall(r"^int (m_\w+)\(struct m_context", file.read(), re.M)
    calls = "\n".join(f"""  {{
    struct m_context ctx = {{0}};
    struct {name}_inputs *in = calloc(1, sizeof *in);
    struct {name}_outputs *out = calloc(1, sizeof *out);
    failures += {name}(&ctx, in, out) > 0;
    failures += {name}(&ctx, NULL, NULL) != INGOT_NULL_POINTER;
    failures += {name}(NULL, in, out) != INGOT_NULL_POINTER;
    free(in);
    free(out);
  }}""" for name in names)
    return f"""#include "m.h"
#include <stdlib.h>
int main(void) {{
  int failures = 0;
{calls}
  return failures;
}}
"""


def check_links(folder, path):
    source = os.path.join(folder, "main.c")
    with open(source, "w") as file:
        file.write(program(os.path.join(folder, "m.h")))
    for kind in (["-fPIE", "-pie"], ["-static"], ["-fno-pie", "-no-pie"]):
        binary = os.path.join(folder, "program")
        run("cc", "-std=c99", "-D_DEFAULT_SOURCE", *STRICT, f"-I{folder}", *kind, source, path,
            STATUS, "-Wl,-z,text,-z,noexecstack,--fatal-warnings", "-lm", "-o", binary)
        run(binary)


def on_one_processor():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def check_same_bytes(ingot, model, folder, level):
    """Compiled again elsewhere: another path of the model, another environment, one processor."""
    other = os.path.join(folder, "another folder", "deeper")
    os.makedirs(other)
    copy = os.path.join(other, os.path.basename(model))
    (shutil.copytree if os.path.isdir(model) else shutil.copy)(model, copy)
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C", "TZ": "Asia/Tokyo", "HOME": other}
    run(os.path.abspath(ingot), "compile", os.path.basename(model), level, "--name=m", "-o", "x.o",
        cwd=other, env=environment, preexec_fn=on_one_processor)
    for extension in (".o", ".h"):
        with open(os.path.join(folder, "m" + extension), "rb") as first, \
                open(os.path.join(other, "x" + extension), "rb") as second:
            if first.read() != second.read():
                fail(f"{level}: two compiles give different {extension} files")
    shutil.rmtree(other)


def check_calls(arguments, entry, level):
    library = os.path.join(arguments.libraries, f"model{level}.so")
    for signature in entry["signatures"]:
        golden = os.path.join(FIXTURES, entry["name"], signature["golden"])
        cases = len(signature.get("batch_sizes", [0]))
        for case in range(min(cases, 3)):
            print(run(arguments.harness, library, signature["name"], golden, str(case)).strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingot", required=True, help="the program")
    parser.add_argument("--harness", required=True, help="abi-harness")
    parser.add_argument("--libraries", required=True, help="where models/check.py kept them")
    parser.add_argument("name", help="name in manifest.json")
    arguments = parser.parse_args()
    entry = fixture(arguments.name)
    model = os.path.join(FIXTURES, entry["name"], entry["file"])
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m.o")
        for level in ("-O0", "-O3"):
            run(arguments.ingot, "compile", model, level, "--name=m", "-o", path)
            check_symbols(path)
            check_sections(path)
            check_protection(path)
            check_same_bytes(arguments.ingot, model, folder, level)
            check_calls(arguments, entry, level)
            print(f"{level}: right")
        check_header(folder)  # the levels' differ in numbers alone
        check_links(folder, path)


if __name__ == "__main__":
    main()
