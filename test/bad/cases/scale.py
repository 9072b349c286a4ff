"""Small files that would take much: long, wide, doubling."""

import wire as w
from case import add, compile_bytes, write
from cases.files import compile_folder

F32, I32 = w.Attr.type(w.FLOAT), w.Attr.type(w.INT32)


def frozen(*nodes, functions=()):
    return compile_bytes(w.graph(list(nodes), functions))


def matrix(name):
    return w.placeholder(name, dims=(-1, -1))


def unary(op, name, source):
    return w.node(name, op, [source], T=F32)


def chain(op, count):
    return [w.placeholder("n0", dims=(-1, 8))] + [
        unary(op, f"n{i + 1}", f"n{i}") for i in range(count)]


def broadcasts(count):
    """Each sum may be as large as either operand: nobody knows before the call."""
    return [matrix("s0")] + [
        node for i in range(count) for node in
        (matrix(f"x{i}"), w.node(f"s{i + 1}", "AddV2", [f"s{i}", f"x{i}"], T=F32))]


def squares(count):
    """The square of the number of rows, and of that, and so on, as a size."""
    last = w.node("v0", "Size", ["x"], T=F32, out_type=I32)
    return [matrix("x"), last] + [
        w.node(f"v{i + 1}", "Mul", [f"v{i}"] * 2, T=I32) for i in range(count)] + [
        w.node("p", "Pack", [f"v{count}"], T=I32, N=w.Attr.i(1)), w.floats("one", ()),
        w.node("y", "Fill", ["p", "one"], T=F32, index_type=I32)]


def powers_of_a_sum(count):
    nodes = squares(count)
    return nodes[:1] + [matrix("z"), w.node("a", "Size", ["x"], T=F32, out_type=I32),
                        w.node("b", "Size", ["z"], T=F32, out_type=I32),
                        w.node("v0", "AddV2", ["a", "b"], T=I32)] + nodes[2:]


def wide_signature(inputs, outputs):
    nodes = [w.placeholder(f"x{i}") for i in range(inputs)] + [unary("Neg", "y", "x0")]
    return compile_folder(w.saved_model(
        w.graph(nodes), {f"x{i}": w.tensor_info(f"x{i}:0") for i in range(inputs)},
        {f"y{i}": w.tensor_info("y:0") for i in range(outputs)}))


def check_bytes(data):
    def prepare(folder):
        return ["check", write(folder, "model.pb", data)]
    return prepare


add("scale", "tanh-4000", frozen(*chain("Tanh", 4000)), may_pass=True)
add("scale", "broadcasts-3000", frozen(*broadcasts(3000)), "depends on too many")
add("scale", "squares-40", frozen(*squares(40)), may_pass=True)
add("scale", "powers-of-a-sum-40", frozen(*powers_of_a_sum(40)), may_pass=True)
add("scale", "concat-5000", frozen(
    w.scalar("axis", 0), *[matrix(f"x{i}") for i in range(5000)],
    w.node("y", "ConcatV2", [f"x{i}" for i in range(5000)] + ["axis"], T=F32, Tidx=I32,
           N=w.Attr.i(5000))), "y")
add("scale", "rank-200", frozen(w.placeholder("x", dims=(-1,) * 200), unary("Neg", "y", "x")),
    "64 dimensions")
add("scale", "dimensions-600000", frozen(w.placeholder("n0", dims=(-1,) * 60), *[
    unary("Neg", f"n{i + 1}", f"n{i}") for i in range(10000)]), "arithmetic")
add("scale", "inputs-4000", wide_signature(4000, 1), "1024")
add("scale", "outputs-10000", wide_signature(1, 10000), "1024")
for name, inputs in {"LinSpace": ["zero", "zero", "count"], "Fill": ["shape", "zero"]}.items():
    add("scale", f"{name}-2^31", frozen(
        w.floats("zero", (), 0.0), w.scalar("count", 2**31 - 1), w.ints("shape", [2**31 - 1]),
        w.node("a", name, inputs, T=F32, Tidx=I32, index_type=I32),
        w.node("y", "AddV2", ["a", "zero"], T=F32)), may_pass=True)
for rows, columns, dilation in ((99, 99, 1), (1, 400, 1), (1, 400, 2)):
    add("scale", f"window-{rows}x{columns}-{dilation}", frozen(
        w.placeholder("x", dims=(1, 100, 900, 4)), w.floats("w", (rows, columns, 4, 16)),
        w.node("y", "Conv2D", ["x", "w"], T=F32, strides=w.Attr.ints([1, 1, 1, 1]),
               dilations=w.Attr.ints([1, 1, dilation, 1]), padding=w.Attr.s("SAME"))),
        may_pass=True)
