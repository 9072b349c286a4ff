"""What a case of hostile input is, and how one is declared."""

import os

CASES = []  # in order of declaration


class Case:
    """One command line and what must come of it.

    prepare(folder) writes files and returns the program's arguments; `says` is
    text of the error line, `code` the exit code. With `may_pass`, success within
    the limits of a compile is right too: hostile, but not always wrong.
    """

    def __init__(self, group, name, prepare, says, code, may_pass):
        self.group, self.name, self.prepare = group, name, prepare
        self.says, self.code, self.may_pass = says, code, may_pass


def add(group, name, prepare, says="", code=1, may_pass=False):
    CASES.append(Case(group, name, prepare, says, code, may_pass))


def write(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def compile_bytes(data, *options, name="model.pb"):
    """Compiles a file of these bytes."""
    def prepare(folder):
        path = write(folder, name, data)
        return ["compile", path, "-o", os.path.join(folder, "out.o"), *options]
    return prepare


def run_bytes(data, arrays, *options):
    """Runs a model of these bytes on an .npz of these."""
    def prepare(folder):
        model = write(folder, "model.pb", data)
        inputs = write(folder, "in.npz", arrays)
        return ["run", model, "--inputs", inputs, *options]
    return prepare
