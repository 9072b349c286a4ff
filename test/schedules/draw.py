"""Draws one op or chain of ops at random: the nodes of a frozen graph and the shapes to feed.

Sizes are odd ones from 1 up, now and then 0, so that every edge of a tile is met. Values are
small integers half of the time: their sums are exact, and one wrong element stands out.
"""

import math

import numpy as np

import wire as w

NUMPY = {w.FLOAT: np.float32, w.DOUBLE: np.float64, 19: np.float16, 14: np.uint16}
HALF, BFLOAT16 = 19, 14
MOST_PRODUCTS = 1_500_000  # of one case: the reference build is plain loops


def to_bytes(values, dtype):
    if dtype == BFLOAT16:
        return (np.asarray(values, np.float32).view(np.uint32) >> 16).astype(np.uint16).tobytes()
    return np.asarray(values).astype(NUMPY[dtype]).tobytes()


class Input:
    """A placeholder: dims of the graph (-1: dynamic) and those of each call."""

    def __init__(self, name, dtype, dims, calls):
        self.name, self.dtype, self.dims, self.calls = name, dtype, dims, calls


class Case:
    """Collects the nodes of one case. `calls`: how many calls are made with it."""

    def __init__(self, name, rng, calls):
        self.name, self.rng, self.calls = name, rng, calls
        self.nodes, self.inputs, self.count = [], [], 0
        self.dtype = self.pick([w.FLOAT] * 12 + [w.DOUBLE, HALF, BFLOAT16])
        self.exact = rng.random() < 0.5
        self.text = []

    # --- choices ---

    def pick(self, values):
        return values[self.rng.integers(len(values))]

    def size(self, most, zero=False):
        """From 1 up: small, near a power of two, or any."""
        if zero and self.rng.random() < 0.03:
            return 0
        kind = self.rng.integers(3)
        if kind == 0:
            return int(self.rng.integers(1, min(most, 8) + 1))
        if kind == 1:
            near = 1 << int(self.rng.integers(0, max(1, int(math.log2(most))) + 1))
            return int(np.clip(near + self.rng.integers(-1, 2), 1, most))
        return int(self.rng.integers(1, most + 1))

    def chance(self, probability):
        return self.rng.random() < probability

    def values(self, dims):
        if self.exact:
            return self.rng.integers(-2, 3, dims).astype(np.float64)
        return self.rng.uniform(-1, 1, dims)

    # --- nodes ---

    def fresh(self):
        self.count += 1
        return f"{self.name}_{self.count}"

    def op(self, op, inputs, **attrs):
        name = self.fresh()
        attrs.setdefault("T", w.Attr.type(self.dtype))
        self.nodes.append(w.node(name, op, inputs, **attrs))
        self.text.append(op)
        return name

    def const(self, dims):
        name = self.fresh()
        self.nodes.append(w.const(name, self.dtype, dims, to_bytes(self.values(dims), self.dtype)))
        return name

    def ints(self, values):
        name = self.fresh()
        self.nodes.append(w.ints(name, list(values)))
        return name

    def feed(self, dims, dynamic):
        """A placeholder; `dynamic`: the axes whose size the calls choose, first as given."""
        name = self.fresh()
        graph = [-1 if i in dynamic else d for i, d in enumerate(dims)]
        calls = [list(dims)]
        for _ in range(self.calls - 1):
            calls.append([dynamic[i]() if i in dynamic else d for i, d in enumerate(dims)])
        self.nodes.append(w.placeholder(name, self.dtype, graph))
        self.inputs.append(Input(name, self.dtype, graph, calls))
        self.text.append(f"{graph}")
        return name

    def like(self, source, dims):
        """Another placeholder that has the shapes of an input in every call."""
        name = self.fresh()
        other = next(i for i in self.inputs if i.name == source)
        self.nodes.append(w.placeholder(name, self.dtype, other.dims))
        self.inputs.append(Input(name, self.dtype, other.dims, other.calls))
        return name


def batch(case):
    """A dynamic first axis, most of the time."""
    return {0: lambda: case.size(9, zero=True)} if case.chance(0.6) else {}


def epilogue(case, y, channels):
    """What may follow a product before its one store."""
    if case.chance(0.6):
        y = case.op("BiasAdd", [y, case.const([channels])]) if case.chance(0.6) else \
            case.op("AddV2", [y, case.const([channels])])
    kind = case.rng.integers(9)
    if kind == 0:
        return case.op("Relu", [y])
    if kind == 1:
        return case.op("Relu6", [y])
    if kind == 2:
        return case.op("Mul", [y, case.op("Sigmoid", [y])])
    if kind == 3:
        scaled = case.op("Mul", [y, case.const([channels])])
        return case.op("Maximum", [case.op("AddV2", [scaled, case.const([channels])]),
                                   case.const([])])
    if kind == 4:
        return case.op("Tanh", [y])
    if kind == 5:
        return case.op("AddV2", [y, case.op("Abs", [y])])
    return y


# --- contractions ---------------------------------------------------------------

def window_attributes(case, rank, strides, dilations):
    padding = case.pick(["SAME", "VALID", "EXPLICIT"]) if rank == 2 else case.pick(["SAME", "VALID"])
    attrs = {"strides": w.Attr.ints([1, *strides, 1]), "dilations": w.Attr.ints([1, *dilations, 1]),
             "padding": w.Attr.s(padding)}
    pads = [0] * (2 * rank)
    if padding == "EXPLICIT":
        pads = [int(p) for p in case.rng.integers(0, 4, 2 * rank)]
        attrs["explicit_paddings"] = w.Attr.ints([0, 0, *pads, 0, 0])
    return padding, pads, attrs


def window(case, rank, most):
    """Sizes of the kernel and of an image that it fits."""
    while True:
        kernel = [int(case.pick([1, 1, 2, 3, 3, 3, 4, 5, 7])) for _ in range(rank)]
        stride = int(case.pick([1, 1, 1, 2, 2, 3]))
        strides = [stride] * rank
        dilations = [1] * rank
        if case.chance(0.15):
            dilations = [int(case.rng.integers(1, 4)) for _ in range(rank)]
        padding, pads, attrs = window_attributes(case, rank, strides, dilations)
        image = [case.size(most) for _ in range(rank)]
        spans = [(k - 1) * d + 1 for k, d in zip(kernel, dilations)]
        inside = [image[i] + pads[2 * i] + pads[2 * i + 1] >= spans[i] for i in range(rank)]
        if padding == "SAME" or all(inside):
            return kernel, image, attrs, padding, spans, pads, stride


def image_axes(case, image, padding, spans, pads):
    """Dynamic height and width, now and then."""
    axes = batch(case)
    if case.chance(0.2):
        for i in range(len(image)):
            least = 1 if padding == "SAME" else max(1, spans[i] - pads[2 * i] - pads[2 * i + 1])
            axes[i + 1] = lambda least=least: least + case.size(24) - 1
    return axes


def out_size(image, span, padding, pads, stride):
    if padding == "SAME":
        return -(-image // stride)
    return (image + pads - span) // stride + 1


def conv2d(case):
    kernel, image, attrs, padding, spans, pads, stride = window(case, 2, 33)
    groups = int(case.pick([1, 1, 1, 1, 2, 3, 4]))
    channels, out = case.size(72 // groups) * groups, case.size(80 // groups) * groups
    n = case.size(4)
    outs = [out_size(image[i], spans[i], padding, pads[2 * i] + pads[2 * i + 1], stride)
            for i in range(2)]
    if math.prod(outs) * n * math.prod(kernel) * channels * out // groups > MOST_PRODUCTS:
        return conv2d(case)
    x = case.feed([n, *image, channels], image_axes(case, image, padding, spans, pads))
    y = case.op("Conv2D", [x, case.const([*kernel, channels // groups, out])], **attrs)
    if case.chance(0.2) and stride == 1 and padding == "SAME" and channels == out:
        y = case.op("AddV2", [y, x])
    return epilogue(case, y, out)


def conv3d(case):
    kernel, image, attrs, padding, spans, pads, stride = window(case, 3, 9)
    channels, out, n = case.size(20), case.size(36), case.size(2)
    outs = [out_size(image[i], spans[i], padding, 0, stride) for i in range(3)]
    if case.dtype == BFLOAT16 or \
            math.prod(outs) * n * math.prod(kernel) * channels * out > MOST_PRODUCTS:
        case.dtype = w.FLOAT
        return conv3d(case)
    attrs["dilations"] = w.Attr.ints([1] * 5)
    if padding == "VALID" and any(i < k for i, k in zip(image, kernel)):
        return conv3d(case)
    x = case.feed([n, *image, channels], batch(case))
    return epilogue(case, case.op("Conv3D", [x, case.const([*kernel, channels, out])], **attrs), out)


def depthwise(case):
    kernel, image, attrs, padding, spans, pads, stride = window(case, 2, 33)
    channels, multiplier, n = case.size(100), int(case.pick([1, 1, 1, 2, 3])), case.size(3)
    if math.prod(image) * n * math.prod(kernel) * channels * multiplier > MOST_PRODUCTS:
        return depthwise(case)
    x = case.feed([n, *image, channels], image_axes(case, image, padding, spans, pads))
    y = case.op("DepthwiseConv2dNative", [x, case.const([*kernel, channels, multiplier])], **attrs)
    y = epilogue(case, y, channels * multiplier)
    if case.chance(0.3):
        out = case.size(48)
        ones = w.Attr.ints([1] * 4)
        y = case.op("Conv2D", [y, case.const([1, 1, channels * multiplier, out])], strides=ones,
                    dilations=ones, padding=w.Attr.s("VALID"))
        y = epilogue(case, y, out)
    return y


def transposed(case):
    """Conv2DBackpropInput as Conv2DTranspose writes it, of static shape."""
    if case.dtype == BFLOAT16:
        case.dtype = w.FLOAT
    kernel = [int(case.rng.integers(1, 6)) for _ in range(2)]
    stride, padding = int(case.rng.integers(1, 4)), case.pick(["SAME", "VALID"])
    image, channels, out, n = [case.size(12), case.size(12)], case.size(40), case.size(40), case.size(3)
    if math.prod(image) * n * math.prod(kernel) * channels * out > MOST_PRODUCTS:
        return transposed(case)
    sizes = [i * stride if padding == "SAME" else (i - 1) * stride + max(k, stride)
             for i, k in zip(image, kernel)]
    if padding == "VALID":
        sizes = [(i - 1) * stride + k for i, k in zip(image, kernel)]
    x = case.feed([n, *image, channels], {})
    y = case.op("Conv2DBackpropInput",
                [case.ints([n, *sizes, out]), case.const([*kernel, out, channels]), x],
                strides=w.Attr.ints([1, stride, stride, 1]), dilations=w.Attr.ints([1] * 4),
                padding=w.Attr.s(padding))
    return epilogue(case, y, out)


def matmul(case):
    m, k, n = case.size(150), case.size(200), case.size(150)
    if m * k * n > MOST_PRODUCTS:
        return matmul(case)
    ta, tb, right_is_fed = case.chance(0.2), case.chance(0.4), case.chance(0.2)
    rows = 1 if ta else 0
    a = case.feed([k, m] if ta else [m, k],
                  {rows: lambda: case.size(40, zero=True)} if case.chance(0.6) else {})
    dims = [n, k] if tb else [k, n]
    b = case.feed(dims, {}) if right_is_fed else case.const(dims)
    y = case.op("MatMul", [a, b], transpose_a=w.Attr.b(ta), transpose_b=w.Attr.b(tb))
    y = epilogue(case, y, n)
    if case.chance(0.3):
        out = case.size(64)
        y = epilogue(case, case.op("MatMul", [y, case.const([n, out])]), out)
    return y


def batch_matmul(case):
    m, k, n = case.size(60), case.size(60), case.size(60)
    outer = [case.size(4) for _ in range(int(case.rng.integers(1, 3)))]
    if math.prod(outer) * m * k * n > MOST_PRODUCTS:
        return batch_matmul(case)
    adj_x, adj_y = case.chance(0.3), case.chance(0.5)
    axes = {0: lambda: case.size(5, zero=True)} if case.chance(0.5) else {}
    a = case.feed([*outer, *([k, m] if adj_x else [m, k])], axes)
    right = [1] * len(outer) if case.chance(0.3) or axes else outer
    dims = [*right, *([n, k] if adj_y else [k, n])]
    b = case.const(dims) if case.chance(0.4) else case.feed(dims, {})
    y = case.op("BatchMatMulV2", [a, b], adj_x=w.Attr.b(adj_x), adj_y=w.Attr.b(adj_y))
    return epilogue(case, y, n)


def attention(case):
    """softmax(Q K^T * s + mask) V."""
    heads, rows, columns, depth = case.size(4), case.size(48), case.size(48), case.size(40)
    n = case.size(3)
    axes = batch(case)
    q = case.feed([n, heads, rows, depth], axes)
    calls = case.inputs[-1].calls

    def partner(dims):
        name = case.fresh()
        graph = [case.inputs[0].dims[0], *dims]
        case.nodes.append(w.placeholder(name, case.dtype, graph))
        case.inputs.append(Input(name, case.dtype, graph, [[c[0], *dims] for c in calls]))
        return name

    k, v = partner([heads, columns, depth]), partner([heads, columns, depth])
    scores = case.op("BatchMatMulV2", [q, k], adj_x=w.Attr.b(False), adj_y=w.Attr.b(True))
    if case.chance(0.7):
        scores = case.op("Mul", [scores, case.const([])])
    if case.chance(0.5):
        scores = case.op("AddV2", [scores, case.const([rows, columns])])
    weights = case.op("Softmax", [scores])
    y = case.op("BatchMatMulV2", [weights, v], adj_x=w.Attr.b(False), adj_y=w.Attr.b(False))
    return case.op("Transpose", [y, case.ints([0, 2, 1, 3])], Tperm=w.Attr.type(w.INT32)) \
        if case.chance(0.5) else y


# --- the rest -------------------------------------------------------------------

def pool(case):
    op = case.pick(["MaxPool", "AvgPool"])
    padding = case.pick(["SAME", "VALID"])
    kernel = [int(case.rng.integers(1, 6)) for _ in range(2)]
    strides = [int(case.rng.integers(1, 4)) for _ in range(2)]
    image = [kernel[i] + case.size(30) - 1 for i in range(2)]
    channels, n = case.size(70), case.size(3)
    axes = batch(case)
    if case.chance(0.3):
        axes[1] = lambda: kernel[0] + case.size(20) - 1
    x = case.feed([n, *image, channels], axes)
    return case.op(op, [x], ksize=w.Attr.ints([1, *kernel, 1]), strides=w.Attr.ints([1, *strides, 1]),
                   padding=w.Attr.s(padding))


def reduce(case):
    dims = [case.size(14) for _ in range(int(case.rng.integers(1, 5)))]
    axes = [a for a in range(len(dims)) if case.chance(0.5)] or [len(dims) - 1]
    dynamic = {a: lambda: case.size(20) for a in range(len(dims)) if case.chance(0.3)}
    x = case.feed(dims, dynamic)
    if case.chance(0.4):
        x = case.op("Square", [x])
    return case.op(case.pick(["Sum", "Mean", "Max", "Min"]), [x, case.ints(axes)],
                   Tidx=w.Attr.type(w.INT32), keep_dims=w.Attr.b(case.chance(0.5)))


def softmax(case):
    rows, columns = case.size(30), case.size(130)
    dynamic = {a: lambda: case.size(70) for a in range(2) if case.chance(0.4)}
    x = case.feed([rows, columns], dynamic)
    return case.op(case.pick(["Softmax", "LogSoftmax"]), [x])


def layer_norm(case):
    rows, columns = case.size(30), case.size(130)
    x = case.feed([rows, columns], {0: lambda: case.size(40, zero=True)} if case.chance(0.6) else {})
    keep = {"Tidx": w.Attr.type(w.INT32), "keep_dims": w.Attr.b(True)}
    mean = case.op("Mean", [x, case.ints([-1])], **keep)
    centred = case.op("Sub", [x, mean])
    variance = case.op("Mean", [case.op("Square", [centred]), case.ints([-1])], **keep)
    one = case.op("AddV2", [variance, case.op("Abs", [case.const([1])])])
    one = case.op("Maximum", [one, case.op("Exp", [case.op("Neg", [case.op("Abs", [case.const([1])])])])])
    y = case.op("Mul", [centred, case.op("Rsqrt", [one])])
    return case.op("AddV2", [case.op("Mul", [y, case.const([columns])]), case.const([columns])])


def elementwise(case):
    dims = [case.size(20, zero=True) for _ in range(int(case.rng.integers(1, 5)))]
    dynamic = {a: lambda: case.size(30, zero=True) for a in range(len(dims)) if case.chance(0.4)}
    y = x = case.feed(dims, dynamic)
    for _ in range(int(case.rng.integers(2, 7))):
        kind = case.rng.integers(3)
        if kind == 0:
            y = case.op(case.pick(["Tanh", "Sigmoid", "Relu", "Abs", "Neg", "Square", "Exp"])
                        if not case.exact else case.pick(["Relu", "Abs", "Neg"]), [y])
        elif kind == 1:
            y = case.op(case.pick(["AddV2", "Sub", "Maximum", "Minimum"]), [y, x])
        else:
            last = 1 if len(dims) - 1 in dynamic or not dims[-1] else dims[-1]
            y = case.op(case.pick(["AddV2", "Sub", "Maximum"]), [y, case.const([last])])
    return y


def movement(case):
    """Slices, pads, transposes and concatenations in a row."""
    index = w.Attr.type(w.INT32)
    dims = [case.size(16) for _ in range(3)]
    x = case.feed(dims, {0: lambda: case.size(9)} if case.chance(0.5) else {})
    y, last = x, dims[2]
    for _ in range(int(case.rng.integers(1, 5))):
        kind = case.rng.integers(4)
        if kind == 0:
            pads = np.array([[0, 0], [0, 0], case.rng.integers(0, 4, 2)], np.int32)
            name = case.fresh()
            case.nodes.append(w.const(name, w.INT32, [3, 2], pads.tobytes()))
            y, last = case.op("Pad", [y, name], Tpaddings=index), last + int(pads[2].sum())
        elif kind == 1:
            begin = int(case.rng.integers(0, last))
            size = int(case.rng.integers(1, last - begin + 1))
            y = case.op("Slice", [y, case.ints([0, 0, begin]), case.ints([-1, -1, size])], Index=index)
            last = size
        elif kind == 2:
            axis = case.fresh()
            case.nodes.append(w.scalar(axis, 2))
            y = case.op("ConcatV2", [y, case.op("Neg", [y]), axis], Tidx=index, N=w.Attr.i(2))
            last *= 2
        else:
            y = case.op("ReverseV2", [y, case.ints([int(case.rng.integers(1, 3))])], Tidx=index)
    return case.op("Transpose", [y, case.ints(case.rng.permutation(3).tolist())], Tperm=index)


FAMILIES = {f.__name__: f for f in (
    conv2d, conv3d, depthwise, transposed, matmul, batch_matmul, attention, pool, reduce, softmax,
    layer_norm, elementwise, movement)}
