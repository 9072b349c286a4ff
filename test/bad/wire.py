"""Writes what the readers read, byte by byte, right or wrong: protobuf messages,
graphs and SavedModels of TensorFlow, .npy and .npz. Python's own library only.
"""

import io
import struct
import zipfile

FLOAT, DOUBLE, INT32, UINT8, STRING, INT64, BOOL, RESOURCE = 1, 2, 3, 4, 7, 9, 10, 20


# --- protobuf ----------------------------------------------------------------

def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, value):
    """One field: an int as varint, a float as 32 bits, text or bytes by length."""
    if isinstance(value, (bool, int)):
        return varint(number << 3) + varint(int(value))
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def entry(number, key, value):
    """One entry of a map."""
    return field(number, field(1, key) + field(2, value))


def parse(data):
    """The fields of a message: [number, wire type, value]."""
    fields, at = [], 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = number()
        kind = tag & 7
        if kind == 0:
            value = number()
        else:
            size = {1: 8, 5: 4}.get(kind) or number()
            value = data[at:at + size]
            at += size
        fields.append([tag >> 3, kind, value])
    return fields


def unparse(fields):
    out = b""
    for number, kind, value in fields:
        out += varint(number << 3 | kind)
        out += varint(value) if kind == 0 else (varint(len(value)) if kind == 2 else b"") + value
    return out


def edit(data, path, change):
    """The message with `change` applied to every field at the path of numbers."""
    fields = parse(data)
    for item in fields:
        if item[0] == path[0]:
            item[2] = edit(item[2], path[1:], change) if len(path) > 1 else change(item[2])
    return unparse([item for item in fields if item[2] is not None])


# --- TensorFlow --------------------------------------------------------------

def shape(dims):
    """TensorShapeProto; None: unknown rank."""
    if dims is None:
        return field(3, True)
    return b"".join(field(2, field(1, dim)) for dim in dims)


def tensor(dtype, dims, content=None, **lists):
    """TensorProto; lists: float_val=[...] and the like."""
    numbers = {"float_val": 5, "int_val": 7, "string_val": 8, "int64_val": 10, "bool_val": 11}
    out = field(1, dtype) + field(2, shape(dims))
    if content is not None:
        out += field(4, content)
    for name, values in lists.items():
        for value in values:
            out += field(numbers[name], value)
    return out


class Attr:
    """Makers of AttrValue messages."""

    s = staticmethod(lambda text: field(2, text))
    i = staticmethod(lambda value: field(3, value))
    f = staticmethod(lambda value: field(4, float(value)))
    b = staticmethod(lambda value: field(5, bool(value)))
    type = staticmethod(lambda value: field(6, value))
    shape = staticmethod(lambda dims: field(7, shape(dims)))
    tensor = staticmethod(lambda message: field(8, message))
    func = staticmethod(lambda name: field(10, field(1, name)))
    ints = staticmethod(lambda values: field(1, field(3, b"".join(map(varint, values)))))
    types = staticmethod(lambda values: field(1, field(6, b"".join(map(varint, values)))))
    strings = staticmethod(lambda texts: field(1, b"".join(field(2, t) for t in texts)))


def node(name, op, inputs=(), **attrs):
    """NodeDef; attributes are AttrValue messages."""
    out = field(1, name) + field(2, op) + b"".join(field(3, i) for i in inputs)
    return out + b"".join(entry(5, key, value) for key, value in attrs.items())


def placeholder(name, dtype=FLOAT, dims=(2, 3)):
    return node(name, "Placeholder", dtype=Attr.type(dtype), shape=Attr.shape(dims))


def const(name, dtype, dims, content=None, **lists):
    value = tensor(dtype, dims, content, **lists)
    return node(name, "Const", dtype=Attr.type(dtype), value=Attr.tensor(value))


def ints(name, values, dtype=INT32):
    """A constant vector of integers."""
    code = {INT32: "i", INT64: "q"}[dtype]
    return const(name, dtype, [len(values)], struct.pack(f"<{len(values)}{code}", *values))


def scalar(name, value, dtype=INT32):
    return const(name, dtype, [], struct.pack({INT32: "<i", INT64: "<q"}[dtype], value))


def floats(name, dims, value=1.0):
    """A constant of one value throughout."""
    return const(name, FLOAT, dims, float_val=[value])


def function(name, arguments, results, nodes, dtype=FLOAT):
    """FunctionDef; results: output name to source."""
    signature = field(1, name)
    signature += b"".join(field(2, field(1, a) + field(3, dtype)) for a in arguments)
    signature += b"".join(field(3, field(1, r) + field(3, dtype)) for r in results)
    out = field(1, signature) + b"".join(field(3, n) for n in nodes)
    return out + b"".join(entry(4, key, value) for key, value in results.items())


def call(name, target, inputs, results=1):
    return node(name, "PartitionedCall", inputs, f=Attr.func(target),
                Tin=Attr.types([FLOAT] * len(inputs)), Tout=Attr.types([FLOAT] * results))


def graph(nodes, functions=()):
    library = b"".join(field(1, f) for f in functions)
    out = b"".join(field(1, n) for n in nodes)
    return out + (field(2, library) if functions else b"") + field(4, field(1, 1500))


def tensor_info(name, dtype=FLOAT, dims=(2, 3)):
    return field(1, name) + field(2, dtype) + field(3, shape(dims))


def saved_model(graph_def, inputs, outputs, signature="serving_default", more=b""):
    """SavedModel with one signature; inputs and outputs: key to TensorInfo."""
    sides = b"".join(entry(1, key, info) for key, info in inputs.items())
    sides += b"".join(entry(2, key, info) for key, info in outputs.items())
    meta = field(1, field(4, "serve")) + field(2, graph_def) + entry(5, signature, sides) + more
    return field(1, 1) + field(2, meta)


# --- arrays ------------------------------------------------------------------

def npy(descr, dims, data):
    text = repr({"descr": descr, "fortran_order": False, "shape": tuple(dims)})
    header = (text + " " * (-(len(text) + 11) % 64) + "\n").encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def npz(**arrays):
    """Each array: (descr, dims, bytes)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, array in arrays.items():
            archive.writestr(name + ".npy", npy(*array))
    return out.getvalue()
