"""Calls `ingot` on a model with many signatures, and finds the signatures at fault where it fails."""

import dataclasses
import json
import os
import pathlib
import re
import subprocess

TIMEOUT = 300


@dataclasses.dataclass
class Fault:
    """Why a signature has no code."""

    crashed: bool  # the compiler ended as it never may
    text: str
    ops: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Compiler:
    program: pathlib.Path
    cpu: str | None = None

    def call(self, *arguments) -> tuple[int, str, str]:
        """(exit code, stdout, stderr); the code is None after a timeout."""
        command = [self.program, *map(str, arguments)]
        if self.cpu:
            command += ["--mcpu", self.cpu]
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return None, "", f"no end within {TIMEOUT} s"
        return done.returncode, done.stdout, done.stderr

    def check(self, model, names: list[str]) -> dict[str, Fault]:
        """The signatures with a node that cannot be compiled."""
        return self.search(names, lambda part: self.check_part(model, part))

    def check_part(self, model, names: list[str]) -> dict[str, Fault] | Fault:
        code, out, err = self.call("check", model, "--json", *signatures(names))
        if code not in (0, 1):
            return Fault(True, ending(code, err))
        try:
            findings = json.loads(out)
        except json.JSONDecodeError:
            return Fault(code == 0, first_error(err))
        return blame(findings, names) or ({} if code == 0 else Fault(False, first_error(err)))

    def compile(self, model, names: list[str], level: str, output) -> dict[str, Fault]:
        """Compiles the signatures that can be; the others are returned with the reason."""
        faults = {}
        while left := [n for n in names if n not in faults]:
            code, _, err = self.call("compile", model, "--emit=lib", f"-{level}", "-o", output, *signatures(left))
            if code == 0:
                return faults
            faults |= self.compile_faults(model, left, level, output, code, err)
        return faults

    def compile_faults(self, model, names, level, output, code, err) -> dict[str, Fault]:
        named = owner(first_error(err), names)
        if code == 1 and named:
            return {named: Fault(False, first_error(err))}
        scratch = f"{output}.part"
        return self.search(names, lambda part: self.compile_part(model, part, level, scratch))

    def compile_part(self, model, names, level, output) -> dict[str, Fault] | Fault:
        code, _, err = self.call("compile", model, "--emit=lib", f"-{level}", "-o", output, *signatures(names))
        if os.path.exists(output):
            os.remove(output)
        if code == 0:
            return {}
        return Fault(code != 1, first_error(err) if code == 1 else ending(code, err))

    def search(self, names: list[str], attempt) -> dict[str, Fault]:
        """Halves the list until each fault belongs to one signature."""
        if not names:
            return {}
        result = attempt(names)
        if isinstance(result, dict):
            return result
        if len(names) == 1:
            return {names[0]: result}
        middle = len(names) // 2
        return self.search(names[:middle], attempt) | self.search(names[middle:], attempt)


def signatures(names: list[str]) -> list[str]:
    return [part for name in names for part in ("--signature", name)]


def owner(text: str, names: list[str]) -> str | None:
    """The signature whose scope a message names."""
    words = re.findall(r"\w+", text)
    found = [name for name in names if any(w == name or w.startswith(name + "_") for w in words)]
    return max(found, key=len, default=None)


def blame(findings: list[dict], names: list[str]) -> dict[str, Fault]:
    faults = {}
    for finding in findings:
        if name := owner(finding["node"], names):
            fault = faults.setdefault(name, Fault(False, f"{finding['node']}: {finding['reason']}"))
            fault.ops.append(finding.get("op") or finding["reason"])
    return faults


def first_error(err: str) -> str:
    lines = [line for line in err.splitlines() if "error" in line] or err.splitlines() or ["no message"]
    return lines[0][:400]


def ending(code, err: str) -> str:
    lines = [line for line in err.splitlines() if line.strip() and not line.startswith(("PLEASE", "Stack"))]
    how = {None: "timeout", 70: "internal error"}.get(code, f"exit code {code}")
    return f"{how}: {(lines or [''])[0][:400]}"
