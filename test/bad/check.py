#!/usr/bin/env python3
"""Hostile input: every case ends in one error line, quickly, and leaves nothing.

The line is `ingot: error: WHERE: WHAT (HINT)`, the exit code 1 (2 for wrong
usage). Refusals have 2 s and 512 MB, successes (cases that may pass) 30 s and
4 GB of address space. A sanitizer build has more of both.
"""

import argparse
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from case import CASES  # noqa: E402
import cases  # noqa: E402,F401  (declares them)

LINE = re.compile(r"ingot: error: [^ ].*: .+")
MB = 1 << 20
SKIPPED = 77  # as CTest is told


class Limits:
    def __init__(self, sanitized):
        self.refuse_seconds = 20 if sanitized else 2
        self.refuse_bytes = (4096 if sanitized else 512) * MB
        self.pass_seconds = 300 if sanitized else 30
        self.address_space = None if sanitized else 4096 * MB

    def apply(self):
        if self.address_space:
            resource.setrlimit(resource.RLIMIT_AS, (self.address_space, self.address_space))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Outcome:
    """What one run of the program did."""

    def __init__(self, command, limits, folder):
        with tempfile.TemporaryFile(dir=folder) as stderr:
            start = time.monotonic()
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, cwd=folder,
                                       stdout=subprocess.DEVNULL, stderr=stderr,
                                       preexec_fn=limits.apply)
            signal.signal(signal.SIGALRM, lambda *_: process.kill())
            signal.alarm(limits.pass_seconds + 1)
            _, status, usage = os.wait4(process.pid, 0)
            signal.alarm(0)
            process.returncode = self.code = os.waitstatus_to_exitcode(status)
            self.seconds = time.monotonic() - start
            self.cpu = usage.ru_utime + usage.ru_stime
            self.bytes = usage.ru_maxrss * 1024
            stderr.seek(0)
            self.text = stderr.read().decode(errors="replace")


def listing(folder):
    return sorted(os.path.join(where, name) for where, _, names in os.walk(folder)
                  for name in names)


def complaint(case, outcome, limits, new_files):
    """What is wrong with the outcome, or None."""
    if outcome.code == 0 and case.may_pass:
        return "took too long" if outcome.cpu > limits.pass_seconds else None
    lines = outcome.text.splitlines()
    if outcome.code != case.code:
        return f"expected exit {case.code}"
    if len(lines) != 1 or not LINE.fullmatch(lines[0]):
        return "expected one error line"
    if "without saying why" in lines[0]:
        return "expected a reason"
    if case.says not in lines[0]:
        return f"expected '{case.says}'"
    if outcome.cpu > limits.refuse_seconds:
        return "took too long"
    if outcome.bytes > limits.refuse_bytes:
        return "took too much memory"
    return f"left {new_files}" if new_files else None


def check(case, ingot, limits):
    with tempfile.TemporaryDirectory() as folder:
        arguments = case.prepare(folder)
        before = listing(folder)
        outcome = Outcome([ingot, *arguments], limits, folder)
        wrong = complaint(case, outcome, limits, sorted(set(listing(folder)) - set(before)))
    figures = f"exit {outcome.code}, {outcome.cpu:.2f} s, {outcome.bytes // MB} MB"
    print(f"{'WRONG' if wrong else 'ok'} {case.group}/{case.name}: {figures}: "
          f"{outcome.text.strip()[:300]}", flush=True)
    if wrong:
        print(f"  {wrong}")
    return not wrong, outcome


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ingot", required=True, help="the program")
    parser.add_argument("--sanitized", action="store_true", help="it is a sanitizer build")
    parser.add_argument("filter", nargs="?", default="", help="GROUP, or part of GROUP/NAME")
    arguments = parser.parse_args()
    if arguments.filter == "shared" and not any(c.group == "shared" for c in CASES):
        return SKIPPED
    chosen = [c for c in CASES if c.group == arguments.filter]
    chosen = chosen or [c for c in CASES if arguments.filter in f"{c.group}/{c.name}"]
    limits = Limits(arguments.sanitized)
    results = [check(case, os.path.abspath(arguments.ingot), limits) for case in chosen]
    wrong = sum(not right for right, _ in results)
    print(f"{len(results)} cases, {wrong} wrong, slowest "
          f"{max((o.cpu for _, o in results), default=0):.2f} s, largest "
          f"{max((o.bytes for _, o in results), default=0) // MB} MB")
    return 1 if wrong or not results else 0


if __name__ == "__main__":
    sys.exit(main())
