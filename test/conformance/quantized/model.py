"""Cases of one operator, and TFLite files of many cases side by side."""

import dataclasses

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

DTYPES = {"f32": np.float32, "i4": np.int8, "i8": np.int8, "u8": np.uint8, "i16": np.int16, "i32": np.int32,
          "i64": np.int64, "bool": np.bool_, "c64": np.complex64}
CODES = {"f32": "FLOAT32", "i4": "INT4", "i8": "INT8", "u8": "UINT8", "i16": "INT16", "i32": "INT32",
         "i64": "INT64", "bool": "BOOL", "c64": "COMPLEX64"}


@dataclasses.dataclass
class Tensor:
    dtype: str
    shape: list[int]
    scale: float | list[float] | None = None  # a list has one for each index of `axis`
    zero: int = 0
    data: np.ndarray | None = None  # of a constant
    axis: int = 0
    variable: bool = False  # its value stays from one call to the next
    range: tuple | None = None  # of the numbers that an input gets, both ends included
    small: bool = False  # floats that it gets are around 1
    open: tuple = ()  # dimensions that the file leaves open

    def __str__(self):
        scale = "by channel" if isinstance(self.scale, list) else self.scale
        return f"{self.dtype}{self.shape}" + (f" ({scale}, {self.zero})" if self.scale else "")


@dataclasses.dataclass
class Case:
    op: str  # of a builtin, or the name of a custom operator
    version: int
    inputs: list[Tensor | None]
    output: Tensor | list[Tensor]
    options: object = None  # a table, or the bytes of a custom operator
    intermediates: list[Tensor | None] = dataclasses.field(default_factory=list)
    compute: object = None  # of an operator that LiteRT does not have: input arrays to output arrays
    body: str = ""  # the builtin, of two operands, of the subgraph that the operator names; "none": an empty one

    @property
    def outputs(self) -> list[Tensor]:
        return self.output if isinstance(self.output, list) else [self.output]

    def __str__(self):
        options = vars(self.options) if hasattr(self.options, "__dict__") else ""
        return f"{self.op} {', '.join(map(str, self.inputs))} -> {', '.join(map(str, self.outputs))} {options}"


def _quantization(tensor: Tensor):
    q = schema.QuantizationParametersT()
    q.scale = [float(s) for s in np.atleast_1d(tensor.scale)]
    q.zeroPoint = [tensor.zero] * len(q.scale)
    q.quantizedDimension = tensor.axis
    return q


def _packed(data: np.ndarray) -> bytes:
    """Two integers of 4 bits a byte, the first one in the lower half."""
    nibbles = np.append(data.ravel(), [0] * (data.size % 2)).astype(np.uint8) & 15
    return (nibbles[0::2] | nibbles[1::2] << 4).astype(np.uint8).tobytes()


class _File:
    def __init__(self):
        self.model, self.graph = schema.ModelT(), schema.SubGraphT()
        self.model.version, self.model.subgraphs = 3, [self.graph]
        self.model.operatorCodes, self.model.buffers = [], [schema.BufferT()]
        self.graph.name = "main"
        self.graph.tensors, self.graph.operators = [], []
        self.graph.inputs, self.graph.outputs = [], []

    def tensor(self, tensor: Tensor | None, name: str) -> int:
        if tensor is None:
            return -1
        t = schema.TensorT()
        t.name, t.shape, t.hasRank, t.buffer = name, list(tensor.shape), True, 0
        t.type = getattr(schema.TensorType, CODES[tensor.dtype])
        t.isVariable = tensor.variable
        if tensor.open:
            t.shapeSignature = [-1 if i in tensor.open else n for i, n in enumerate(tensor.shape)]
        if tensor.scale is not None:
            t.quantization = _quantization(tensor)
        if tensor.data is not None:
            buffer = schema.BufferT()
            data = np.ascontiguousarray(tensor.data, dtype=DTYPES[tensor.dtype])
            buffer.data = np.frombuffer(_packed(data) if tensor.dtype == "i4" else data.tobytes(), np.uint8)
            t.buffer = len(self.model.buffers)
            self.model.buffers.append(buffer)
        self.graph.tensors.append(t)
        return len(self.graph.tensors) - 1

    def code(self, name: str, version: int) -> int:
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name, schema.BuiltinOperator.CUSTOM)
        if code.builtinCode == schema.BuiltinOperator.CUSTOM:
            code.customCode = name
        code.deprecatedBuiltinCode, code.version = min(code.builtinCode, 127), version
        self.model.operatorCodes.append(code)
        return len(self.model.operatorCodes) - 1

    def body(self, case: Case) -> int:
        """A subgraph that joins two scalars of the first input's type."""
        graph = schema.SubGraphT()
        graph.name, graph.tensors, graph.operators = f"body{len(self.model.subgraphs)}", [], []
        for name in ("a", "b", "result"):
            t = schema.TensorT()
            t.name, t.shape, t.hasRank, t.buffer = name, [], True, 0
            t.type = getattr(schema.TensorType, CODES[case.inputs[0].dtype])
            graph.tensors.append(t)
        graph.inputs, graph.outputs = [0, 1], [1 if case.body == "none" else 2]
        if case.body != "none":
            op = schema.OperatorT()
            op.opcodeIndex, op.inputs, op.outputs = self.code(case.body, 1), [0, 1], [2]
            graph.operators.append(op)
        self.model.subgraphs.append(graph)
        return len(self.model.subgraphs) - 1

    def add(self, case: Case, number: int):
        op = schema.OperatorT()
        op.opcodeIndex = self.code(case.op, case.version)
        op.inputs = [self.tensor(t, f"x{number}_{i}") for i, t in enumerate(case.inputs)]
        op.outputs = [self.tensor(t, f"y{number}_{i}") for i, t in enumerate(case.outputs)]
        op.intermediates = [self.tensor(t, f"i{number}_{i}") for i, t in enumerate(case.intermediates)]
        if isinstance(case.options, bytes):
            op.customOptions = list(case.options)
        elif case.options is not None:
            kind = type(case.options).__name__[:-1]
            if hasattr(schema.BuiltinOptions2, kind):
                op.builtinOptions2Type, op.builtinOptions2 = getattr(schema.BuiltinOptions2, kind), case.options
            else:
                op.builtinOptionsType, op.builtinOptions = getattr(schema.BuiltinOptions, kind), case.options
        if case.body:
            field = next(f for f in vars(case.options) if f.endswith("SubgraphIndex"))
            setattr(case.options, field, self.body(case))
        self.graph.inputs += [i for i, t in zip(op.inputs, case.inputs)
                              if t and t.data is None and not t.variable]
        self.graph.outputs += op.outputs
        self.graph.operators.append(op)


def build(cases: list[Case], is_wanted=lambda case: True) -> bytes:
    """One model: case i has the inputs xI_0, xI_1.. and the outputs yI_0, yI_1.."""
    file = _File()
    for number, case in enumerate(cases):
        if is_wanted(case):
            file.add(case, number)
    builder = flatbuffers.Builder(1024)
    builder.Finish(file.model.Pack(builder), b"TFL3")
    return bytes(builder.Output())
