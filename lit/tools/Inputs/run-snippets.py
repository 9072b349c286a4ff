"""Runs the shell snippets of a document as they stand: run-snippets.py DOC SOURCE BIN FOLDER

In FOLDER, where `test` and `runtime` of SOURCE and the programs in build/bin are found. Only snippets
that compile a model are run. A comment behind a command says what it prints.
"""

import os
import re
import subprocess
import sys


def prepare(folder, source, programs):
    os.makedirs(os.path.join(folder, "build"), exist_ok=True)
    for name, target in {"test": f"{source}/test", "runtime": f"{source}/runtime", "build/bin": programs}.items():
        link = os.path.join(folder, name)
        if not os.path.islink(link):
            os.symlink(target, link)


def main():
    document, source, programs, folder = sys.argv[1:]
    prepare(folder, source, programs)
    with open(document) as file:
        snippets = re.findall(r"^```sh\n(.*?)^```$", file.read(), re.M | re.S)
    for snippet in snippets:
        if "build/bin/ingot compile" not in snippet or "STAGE" in snippet:
            continue
        commands = re.sub(r"^tools/dev .*\n", "", snippet, flags=re.M)  # the build is there
        result = subprocess.run(["bash", "-euc", commands], cwd=folder, capture_output=True, text=True)
        expected = re.search(r"# (.*)\n$", snippet)[1]
        if result.returncode or result.stdout.strip() != expected:
            sys.exit(f"exit {result.returncode}, printed '{result.stdout}', not '{expected}'\n{result.stderr}")
        print(result.stdout, end="")


if __name__ == "__main__":
    main()
