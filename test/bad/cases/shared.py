"""Malformed models that killed other runtimes, where the checkout has them."""

import glob
import os

from case import add

MODELS = os.environ.get("INGOT_SHARED_MODELS") or os.path.join(
    os.path.dirname(__file__), "..", "..", "..", "..", "shared", "models")

for path in sorted(glob.glob(os.path.join(MODELS, "malformed", "*", "*"))):
    add("shared", os.path.basename(path),
        lambda folder, path=os.path.abspath(path): ["compile", path, "-o",
                                                    os.path.join(folder, "out.o")],
        may_pass=True)
