"""Runs a command on a terminal and prints what it writes there, escapes as text."""

import os
import pty
import sys

process, terminal = pty.fork()
if process == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
text = b""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # Linux's end of a terminal's output
        break
    if not piece:
        break
    text += piece
print(text.decode().replace("\x1b", "ESC").replace("\r", "\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
