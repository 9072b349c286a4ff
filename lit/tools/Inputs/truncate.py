"""Cuts a file at many places; a command must refuse each piece with exit code
1 and one line: truncate.py FILE SCRATCH COMMAND..."""

import subprocess
import sys

path, scratch, command = sys.argv[1], sys.argv[2], sys.argv[3:]
with open(path, "rb") as file:
    whole = file.read()
sizes = sorted({size for size in range(0, 256, 16)} | {len(whole) * i // 40 for i in range(40)})
for size in sizes:
    with open(scratch, "wb") as file:
        file.write(whole[:size])
    result = subprocess.run(command + [scratch], capture_output=True, text=True, timeout=20)
    lines = result.stderr.splitlines()
    if result.returncode != 1 or len(lines) != 1 or not lines[0].startswith("ingot: error: "):
        sys.exit(f"{size} bytes: exit code {result.returncode}, stderr: {result.stderr!r}")
