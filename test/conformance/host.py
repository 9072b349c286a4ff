"""What compiled models ask of their surroundings (text of tensors, prints): the runtime's own, as a library."""

import pathlib
import shutil
import subprocess

RUNTIME = pathlib.Path(__file__).resolve().parents[2] / "runtime"
SOURCES = ["text.c", "number.c", "decimal.c"]


def build(folder: pathlib.Path) -> pathlib.Path:
    """Compiles `ingot_stdio_host` into a shared library in the folder."""
    library = folder.resolve() / "host.so"
    compiler = shutil.which("clang-22") or shutil.which("cc")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", f"-I{RUNTIME / 'include'}", f"-I{RUNTIME}",
                    f"-I{RUNTIME.parent}", *(RUNTIME / "src" / s for s in SOURCES), "-o", library], check=True)
    return library
