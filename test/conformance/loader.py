"""Loads a compiled library and calls its signatures: the structs of runtime/include/ingot/abi.h."""

import ctypes as c
import functools

import ml_dtypes
import numpy as np

ABI = 3
ALIGNMENT = 64
ARENA_TOO_SMALL = -1
STATIC, FROM_INPUTS, FROM_DATA = range(3)
DTYPES = {1: np.float32, 2: np.float64, 3: np.int32, 4: np.uint8, 5: np.int16, 6: np.int8, 8: np.complex64,
          9: np.int64, 10: np.bool_, 14: ml_dtypes.bfloat16, 17: np.uint16, 18: np.complex128, 19: np.float16,
          22: np.uint32, 23: np.uint64}
GUARD = 64  # bytes after the arena and after each output that a call must leave alone
ARENA_LIMIT = 1 << 30
SPARE_ARENA = 1 << 26


host: str | None = None  # a library with `ingot_stdio_host` (see host.py), for models that make text


class Tensor(c.Structure):
    _fields_ = [("name", c.c_char_p), ("member", c.c_char_p), ("dtype", c.c_int32), ("sizing", c.c_int32),
                ("rank", c.c_int32), ("dims", c.POINTER(c.c_int64)), ("offset", c.c_size_t),
                ("dims_offset", c.c_size_t), ("index_bound", c.c_int64)]


class Context(c.Structure):
    _fields_ = [("arena", c.c_void_p), ("arena_bytes", c.c_size_t), ("state", c.c_void_p),
                ("parallel", c.c_void_p), ("allocator", c.c_void_p), ("error_node", c.c_char_p),
                ("error_message", c.c_char_p), ("arena_needed", c.c_size_t),
                ("host", c.c_void_p)]


class Signature(c.Structure):
    _fields_ = [("name", c.c_char_p), ("symbol", c.c_char_p), ("input_count", c.c_int32),
                ("output_count", c.c_int32), ("inputs", c.POINTER(Tensor)), ("outputs", c.POINTER(Tensor)),
                ("inputs_bytes", c.c_size_t), ("outputs_bytes", c.c_size_t),
                ("call", c.CFUNCTYPE(c.c_int, c.POINTER(Context), c.c_void_p, c.c_void_p)),
                ("arena_bytes", c.CFUNCTYPE(c.c_size_t, c.c_void_p)),
                ("shapes", c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p))]


class Model(c.Structure):
    _fields_ = [("abi", c.c_uint32), ("signature_count", c.c_int32), ("name", c.c_char_p),
                ("target", c.c_char_p), ("signatures", c.POINTER(Signature)), ("state_bytes", c.c_size_t),
                ("init_state", c.CFUNCTYPE(c.c_int, c.c_void_p)), ("code_bytes", c.c_size_t),
                ("weights_bytes", c.c_size_t)]


class Failed(Exception):
    """A call that broke the interface: wrote beyond its memory, or described itself wrongly."""


class Memory:
    """Aligned bytes, full of a pattern that no result should show, with a guard behind them."""

    def __init__(self, size: int):
        self.bytes = np.full(size + GUARD + ALIGNMENT, 0xFF, np.uint8)
        skip = -self.bytes.ctypes.data % ALIGNMENT
        self.view = self.bytes[skip:skip + size]
        self.guard = self.bytes[skip + size:]
        self.address = self.bytes.ctypes.data + skip

    def check(self, what: str) -> None:
        if (self.guard != 0xFF).any():
            raise Failed(f"wrote beyond {what}")


class Library:
    """A compiled library; `signatures` maps names to what call() takes."""

    def __init__(self, path: str):
        self.handle = c.CDLL(path)
        query = self.handle.ingot_model_query
        query.restype = c.POINTER(Model)
        self.model = query().contents
        if self.model.abi != ABI:
            raise Failed(f"binary interface {self.model.abi} instead of {ABI}")
        self.signatures = {s.name.decode(): s
                           for s in self.model.signatures[:self.model.signature_count]}

    def call(self, name: str, inputs: dict[str, np.ndarray]):
        """(status, outputs by name, text of the error)"""
        call = Call(self.signatures[name], inputs)
        call.state(self.model)
        return call.run()


def tensors(table, count: int) -> list[Tensor]:
    return list(table[:count])


def dynamic_dims(tensor: Tensor) -> list[int]:
    return [i for i in range(tensor.rank) if tensor.dims[i] < 0]


class Call:
    """One call: the generated structs, and the memory that they point to."""

    def __init__(self, signature: Signature, inputs: dict[str, np.ndarray]):
        self.signature = signature
        self.context = Context()
        self.inputs = c.create_string_buffer(max(signature.inputs_bytes, 1))
        self.outputs = c.create_string_buffer(max(signature.outputs_bytes, 1))
        self.keep = []
        if host:
            self.context.host = c.addressof(c.c_char.in_dll(c.CDLL(host), "ingot_stdio_host"))
        for tensor in tensors(signature.inputs, signature.input_count):
            self.pass_input(tensor, inputs[tensor.name.decode()])

    def put(self, buffer, offset: int, type_, value) -> None:
        type_.from_buffer(buffer, offset).value = value

    def pass_input(self, tensor: Tensor, array: np.ndarray) -> None:
        if array.dtype != DTYPES[tensor.dtype] or array.ndim != tensor.rank:
            raise Failed(f"input {tensor.name.decode()} is declared with another type or rank")
        memory = Memory(array.nbytes)
        memory.view[:] = np.frombuffer(array.tobytes(), np.uint8)
        self.keep.append((memory, f"input {tensor.name.decode()}"))
        self.put(self.inputs, tensor.offset, c.c_void_p, memory.address)
        for slot, i in enumerate(dynamic_dims(tensor)):
            self.put(self.inputs, tensor.dims_offset + 8 * slot, c.c_int64, array.shape[i])

    def state(self, model: Model) -> None:
        if model.state_bytes:
            memory = Memory(model.state_bytes)
            model.init_state(memory.address)
            self.keep.append((memory, "the state"))
            self.context.state = memory.address

    def shape(self, tensor: Tensor) -> tuple:
        dims = [tensor.dims[i] for i in range(tensor.rank)]
        for slot, i in enumerate(dynamic_dims(tensor)):
            dims[i] = c.c_int64.from_buffer(self.outputs, tensor.dims_offset + 8 * slot).value
        return tuple(dims)

    def run(self):
        status = self.signature.shapes(self.inputs, self.outputs)
        if status:
            return status, {}, "in the shapes"
        outputs = tensors(self.signature.outputs, self.signature.output_count)
        sized = [(t, self.own(t)) for t in outputs if t.sizing != FROM_DATA]
        status = self.call_with(self.signature.arena_bytes(self.inputs))
        while status == ARENA_TOO_SMALL and self.context.arena_needed > self.context.arena_bytes:
            status = self.call_with(self.context.arena_needed)
        if status == ARENA_TOO_SMALL:  # sizes that only the data tells
            status = self.call_with(SPARE_ARENA)
        for memory, what in self.keep:
            memory.check(what)
        if status:
            return status, {}, self.error()
        results = {t.name.decode(): self.result(t, memory) for t, memory in sized}
        results |= {t.name.decode(): self.found(t) for t in outputs if t.sizing == FROM_DATA}
        return status, results, ""

    def own(self, tensor: Tensor) -> Memory:
        """Memory for an output whose size is known before the call."""
        shape = self.shape(tensor)
        if any(d < 0 for d in shape):
            raise Failed(f"output {tensor.name.decode()} has the shape {shape}")
        memory = Memory(elements(shape) * np.dtype(DTYPES[tensor.dtype]).itemsize)
        self.keep.append((memory, f"output {tensor.name.decode()}"))
        self.put(self.outputs, tensor.offset, c.c_void_p, memory.address)
        return memory

    def call_with(self, arena_bytes: int) -> int:
        if arena_bytes > ARENA_LIMIT:
            raise Failed(f"wants an arena of {arena_bytes} bytes")
        arena = Memory(arena_bytes)
        self.keep.append((arena, "the arena"))
        self.context.arena, self.context.arena_bytes = arena.address, arena_bytes
        self.context.arena_needed = 0
        return self.signature.call(c.byref(self.context), self.inputs, self.outputs)

    def result(self, tensor: Tensor, memory: Memory) -> np.ndarray:
        shape = self.shape(tensor)
        if elements(shape) * np.dtype(DTYPES[tensor.dtype]).itemsize > memory.view.size:
            raise Failed(f"output {tensor.name.decode()} grew to the shape {shape} in the call")
        return array_of(memory.address, DTYPES[tensor.dtype], shape)

    def found(self, tensor: Tensor) -> np.ndarray:
        """An output whose size only the call knows; it lies in the arena."""
        address = c.c_void_p.from_buffer(self.outputs, tensor.offset).value
        dims = (c.c_int64 * tensor.rank).from_buffer(self.outputs, tensor.offset + 16)
        if elements(dims) and not address:
            raise Failed(f"output {tensor.name.decode()} has no data")
        return array_of(address, DTYPES[tensor.dtype], tuple(dims))

    def error(self) -> str:
        parts = (self.context.error_node, self.context.error_message)
        return ": ".join(p.decode(errors="replace") for p in parts if p)


def elements(shape) -> int:
    return functools.reduce(lambda a, b: a * int(b), shape, 1)


def array_of(address, dtype, shape) -> np.ndarray:
    """A copy of the elements at an address."""
    size = elements(shape) * np.dtype(dtype).itemsize
    data = c.string_at(address, size) if size else b""
    return np.frombuffer(data, dtype).reshape(shape)
