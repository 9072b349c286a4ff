"""Compares docs/flow.md with what the program prints: check-flow.py DOC PROGRAM ARGUMENT...

A section `## After `STAGE`` holds lines of the module after that stage, in order;
`...` at the end of a line stands for its rest, `// ...` for lines left out.
"""

import re
import subprocess
import sys


def lines_after(stage, command):
    result = subprocess.run([*command, f"--stop-after={stage}", "-o", "-"], capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stderr)
    return result.stdout.splitlines()


def first_difference(shown, printed):
    """The first line of `shown` that does not follow in `printed`, or None."""
    printed = iter(printed)
    for line in shown:
        if line.lstrip().startswith("// ..."):
            continue
        start = line.removesuffix("...")
        if not any(other.startswith(start) if start != line else other.rstrip() == line.rstrip()
                   for other in printed):
            return line
    return None


def main():
    with open(sys.argv[1]) as file:
        sections = re.findall(r"^## After `(\w+)`$(.*?)^```mlir\n(.*?)^```$", file.read(), re.M | re.S)
    for stage, _, code in sections:
        line = first_difference(code.splitlines(), lines_after(stage, sys.argv[2:]))
        if line is not None:
            sys.exit(f"after {stage} there is no line '{line}'")
    print(*(stage for stage, _, _ in sections))


if __name__ == "__main__":
    main()
