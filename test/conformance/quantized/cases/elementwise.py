"""Operators that work element by element."""

from . import Case, Draw, Tensor, activation, maker, options, x_like


def add_binary(op: str, kind: str):
    @maker(op)
    def make(d: Draw) -> Case:
        a = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
        b = d.like(a)
        b.shape = [n if d.chance(0.7) else 1 for n in a.shape]
        unit = a.scale * b.scale * 300 if op == "MUL" else max(a.scale, b.scale)
        y = Tensor(a.dtype, a.shape, d.near(unit), d.zero(a.dtype))
        more = {} if op == "MUL" else {"potScaleInt16": False}
        return Case(op, 2, [a, b], y, options(kind, fusedActivationFunction=activation(d), **more))


def add_unary(op: str, dtypes: tuple, version=2, kind="", **values):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of(*dtypes), d.shape())
        return Case(op, version, [x], d.like(x), options(kind, **values) if kind else None)


def add_extreme(op: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
        return Case(op, 2, [x, x_like(x)], x_like(x), options("MaximumMinimum"))


def add_comparison(op: str, kind: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape(), -8, -1)
        y = d.like(x, -1, 0.9) if d.chance(0.6) else x_like(x)
        return Case(op, 2, [x, y], Tensor("bool", x.shape), options(kind))


for name in ("Add", "Sub", "Mul"):
    add_binary(name.upper(), name)


def add_positive(op: str):
    """Functions of numbers that are not negative."""
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "i16"), d.shape())
        low, high = (-128, 127) if x.dtype == "i8" else (-32768, 32767)
        x.zero = low if x.dtype == "i8" else 0
        x.range = (x.zero + 1, high)
        return Case(op, 2, [x], d.like(x, -2, 6))


add_positive("RSQRT")
add_positive("LOG")


@maker("SQUARED_DIFFERENCE")
def squared_difference(d: Draw) -> Case:
    a = d.tensor("i8", d.shape())
    b = d.like(a)
    b.shape = [n if d.chance(0.7) else 1 for n in a.shape]
    return Case("SQUARED_DIFFERENCE", 2, [a, b], Tensor("i8", a.shape, d.near(a.scale * a.scale * 100), d.zero("i8")),
                options("SquaredDifference"))


@maker("PRELU")
def prelu(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), d.shape())
    slopes = Tensor(x.dtype, [x.shape[-1]], d.scale(-9, -5), d.zero(x.dtype), d.numbers(x.dtype, [x.shape[-1]]))
    return Case("PRELU", 1, [x, slopes], d.like(x))


@maker("CAST")
def cast(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
    to = d.one_of("f32", "i32", "i64")
    return Case("CAST", 1, [x], Tensor(to, x.shape))


for name in ("RELU", "RELU6"):
    add_unary(name, ("i8", "u8", "i16"))
add_unary("RELU_N1_TO_1", ("i8", "u8"), 1)
add_unary("LEAKY_RELU", ("i8", "u8", "i16"), kind="LeakyRelu", alpha=0.25)
add_unary("HARD_SWISH", ("i8", "u8"), 1, "HardSwish")
add_unary("RELU_0_TO_1", ("i8", "u8"), 1)
add_unary("ABS", ("i8", "i16"), kind="Abs")
add_unary("GELU", ("i8", "u8", "i16"), kind="Gelu", approximate=True)
add_unary("EXP", ("i8", "i16"), kind="Exp")
add_unary("NEG", ("i8", "i16"), 1, "Neg")
for name in ("MAXIMUM", "MINIMUM"):
    add_extreme(name)
for name in ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"):
    add_comparison(name, name.title().replace("_", ""))


def add_saturating(op: str, bits: int):
    """Functions into [0, 1] or [-1, 1], whose output has one scale."""
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape(), -8, 0)
        if x.dtype == "i16":
            x.scale = 2.0 ** d.number(-12, -11) if d.chance(0.4) else d.scale(-18, -8)
            return Case(op, 3, [x], Tensor(x.dtype, x.shape, 1 / 32768))
        zero = {"i8": -128, "u8": 0} if bits == 8 else {"i8": 0, "u8": 128}
        return Case(op, 2, [x], Tensor(x.dtype, x.shape, 2.0 ** -bits, zero[x.dtype]))


add_saturating("LOGISTIC", 8)
add_saturating("TANH", 7)


@maker("DIV")
def div(d: Draw) -> Case:
    dtype = d.one_of("i8", "u8", "i16")
    x = d.tensor(dtype, d.shape())
    low, high = {"i8": (-128, 127), "u8": (0, 255), "i16": (-32768, 32767)}[dtype]
    zero = 0 if dtype == "i16" else d.one_of(low, high, (low + high) // 2)
    y = d.like(x)
    y.shape = [n if d.chance(0.7) else 1 for n in x.shape]
    y.zero = zero
    y.range = d.one_of(*[r for r in ((low, zero - 1), (zero + 1, high)) if r[0] <= r[1]])
    result = Tensor(dtype, x.shape, d.near(x.scale / y.scale, -6, 2), d.zero(dtype))
    return Case("DIV", 2, [x, y], result, options("Div", fusedActivationFunction=activation(d)))
