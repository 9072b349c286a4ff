"""Arrays of .npz files and their comparison, with Python's own library."""

import ast
import math
import struct
import zipfile

TOLERANCES = {"network": (1e-4, 1e-3), "op": (1e-5, 1e-4), "exact": (0, 0),
              "float16": (5e-3, 2e-2), "bfloat16": (1e-2, 2e-2)}
CODES = {"f2": "e", "f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B",
         "u2": "H", "u4": "I", "u8": "Q", "b1": "?", "c8": "f", "c16": "d"}


class Array:
    """A .npy file's type ("f4"), shape and elements."""

    def __init__(self, data):
        size = struct.unpack_from("<H", data, 8)[0]
        header = ast.literal_eval(data[10:10 + size].decode())
        self.type, self.shape = header["descr"][1:], header["shape"]
        code = CODES[self.type]
        body = data[10 + size:]
        self.values = struct.unpack(f"<{len(body) // struct.calcsize(code)}{code}", body)

    def from_bfloat16(self):
        """uint16 patterns as what they stand for."""
        words = struct.pack(f"<{len(self.values)}I", *(v << 16 for v in self.values))
        self.values, self.type = struct.unpack(f"<{len(self.values)}f", words), "bf16"
        return self


def load(path):
    """All arrays by key; NAME__bf16 under NAME."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            key, array = entry[:-len(".npy")], Array(archive.read(entry))
            if key.endswith("__bf16"):
                key, array = key[:-len("__bf16")], array.from_bfloat16()
            arrays[key] = array
    return arrays


def extract(golden, prefix, path):
    """Writes the arrays PREFIX/in/NAME of a golden file as NAME, stored."""
    with zipfile.ZipFile(golden) as source, zipfile.ZipFile(path, "w") as target:
        for entry in source.namelist():
            if entry.startswith(f"{prefix}/in/"):
                target.writestr(entry[len(f"{prefix}/in/"):], source.read(entry))


def is_near(have, want, absolute, relative):
    if math.isnan(want) or math.isinf(want) or math.isnan(have):
        return have == want or (math.isnan(have) and math.isnan(want))
    return abs(have - want) <= absolute + relative * abs(want)


def difference(have, want, tolerance):
    """What differs first, or None. 16-bit floats have their own tolerance."""
    if have.type != want.type or have.shape != want.shape:
        return f"{have.type} {have.shape}, expected {want.type} {want.shape}"
    name = {"f2": "float16", "bf16": "bfloat16"}.get(want.type, tolerance)
    absolute, relative = TOLERANCES[name] if want.type[0] in "fcb" else (0, 0)
    if want.type == "b1":
        absolute = relative = 0
    for i, (a, b) in enumerate(zip(have.values, want.values)):
        if not is_near(a, b, absolute, relative):
            return f"element {i} is {a}, expected {b}"
    return None
