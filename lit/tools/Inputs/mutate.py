"""Damages a file in many ways; a command must take each result or refuse it with
exit code 1 and one line: mutate.py FILE SCRATCH COUNT COMMAND..., where @ in the
command stands for the damaged file."""

import random
import subprocess
import sys

path, scratch, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
command = [scratch if word == "@" else word for word in sys.argv[4:]]
with open(path, "rb") as file:
    whole = file.read()
source = random.Random(1)


def damage() -> bytes:
    data = bytearray(whole)
    for _ in range(source.choice([1, 1, 2, 8])):
        start = source.randrange(len(data))
        size = source.choice([1, 2, 4, 8])
        data[start:start + size] = source.choice([b"\0", b"\xff", b"\x7f", b"9"]) * size
    return bytes(data[:source.randrange(len(data))] if source.random() < 0.1 else data)


for _ in range(count):
    with open(scratch, "wb") as file:
        file.write(damage())
    result = subprocess.run(command, capture_output=True, timeout=20)
    lines = result.stderr.splitlines()
    refused = result.returncode == 1 and len(lines) == 1 and lines[0].startswith(b"ingot: error: ")
    if not refused and not (result.returncode == 0 and not lines):
        sys.exit(f"{scratch}: exit code {result.returncode}, stderr: {result.stderr!r}")
