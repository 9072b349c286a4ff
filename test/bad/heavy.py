#!/usr/bin/env python3
"""Graphs of under a megabyte that take much: thousands of nodes of one kind.

Compiles each and prints seconds and megabytes, worst first: a benchmark, no test, as
times decide nothing there. The contract of a compile is 30 seconds and 4 GB of address
space (an answer that refuses counts as one).

  python3 test/bad/heavy.py [--ingot PROGRAM] [--limit SECONDS] [NAME...]
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile

import wire as w

F32, I32, I64 = w.Attr.type(w.FLOAT), w.Attr.type(w.INT32), w.Attr.type(w.INT64)
BYTES = 1_000_000
GRAPHS = {}


def graph(make):
    """Registers a maker: make(count) gives the nodes."""
    GRAPHS[make.__name__] = make
    return make


def unary(op, name, source, **attrs):
    return w.node(name, op, [source], T=F32, **attrs)


def binary(op, name, a, b, **attrs):
    return w.node(name, op, [a, b], T=F32, **attrs)


def total(names, axes=None, dtype=w.FLOAT):
    """One output of all: their sum, or with `axes` the sum of their sums over these."""
    kind = w.Attr.type(dtype)
    if axes is not None:
        yield w.ints("axes", axes)
        for name in names:
            yield w.node(f"{name}s", "Sum", [name, "axes"], T=kind, Tidx=I32)
        names = [f"{name}s" for name in names]
    groups = [names[i:i + 4000] for i in range(0, len(names), 4000)]
    for i, group in enumerate(groups):
        yield w.node(f"g{i}", "AddN", group, T=kind, N=w.Attr.i(len(group)))
    yield w.node("all", "AddN", [f"g{i}" for i in range(len(groups))], T=kind,
                 N=w.Attr.i(len(groups)))


@graph
def slices(n):
    yield w.placeholder("x", dims=(-1, 64))
    for i in range(n):
        yield w.ints(f"b{i}", [0, i % 60])
        yield w.ints(f"s{i}", [-1, 1 + i % 3])
        yield w.node(f"y{i}", "Slice", ["x", f"b{i}", f"s{i}"], T=F32, Index=I32)
        yield unary("Tanh", f"t{i}", f"y{i}")
    yield from total([f"t{i}" for i in range(n)], [0, 1])


@graph
def convs_distinct(n):
    yield w.placeholder("x", dims=(1, 64, 64, 4))
    for i in range(n):
        yield w.floats(f"w{i}", (1 + i % 7, 1 + i // 7 % 7, 4, 1 + i % 31))
        yield w.node(f"y{i}", "Conv2D", ["x", f"w{i}"], T=F32, strides=w.Attr.ints([1, 1, 1, 1]),
                     dilations=w.Attr.ints([1, 1 + i % 3, 1 + i % 2, 1]), padding=w.Attr.s("SAME"))
    yield from total([f"y{i}" for i in range(n)], [0, 1, 2, 3])


@graph
def convs_dynamic(n):
    yield w.placeholder("x", dims=(-1, -1, -1, 4))
    for i in range(n):
        yield w.floats(f"w{i}", (1 + i % 7, 1 + i // 7 % 7, 4, 1 + i % 31))
        yield w.node(f"y{i}", "Conv2D", ["x", f"w{i}"], T=F32, strides=w.Attr.ints([1, 1, 1, 1]),
                     dilations=w.Attr.ints([1, 1 + i % 3, 1 + i % 2, 1]), padding=w.Attr.s("SAME"))
    yield from total([f"y{i}" for i in range(n)], [0, 1, 2, 3])


@graph
def softmaxes(n):
    yield w.placeholder("x", dims=(-1, -1, 16))
    last = "x"
    for i in range(n):
        yield unary("Softmax", f"y{i}", last)
        last = f"y{i}"


@graph
def softmaxes_distinct(n):
    yield w.placeholder("x", dims=(4, 4096))
    for i in range(n):
        yield w.ints(f"b{i}", [0, 0])
        yield w.ints(f"s{i}", [4, 1 + i % 4096])
        yield w.node(f"c{i}", "Slice", ["x", f"b{i}", f"s{i}"], T=F32, Index=I32)
        yield unary("Softmax", f"y{i}", f"c{i}")
    yield from total([f"y{i}" for i in range(n)], [0, 1])


@graph
def pads(n):
    yield w.placeholder("x", dims=(-1, 4))
    last = "x"
    for i in range(n):
        yield w.const(f"p{i}", w.INT32, [2, 2],
                      b"".join(int(v).to_bytes(4, "little") for v in (0, i % 2, 0, 1)))
        yield w.node(f"y{i}", "Pad", [last, f"p{i}"], T=F32, Tpaddings=I32)
        last = f"y{i}"


@graph
def gathers(n):
    yield w.placeholder("x", dims=(-1, 16))
    yield w.placeholder("i", w.INT32, dims=(-1,))
    yield w.scalar("axis", 0)
    for i in range(n):
        yield w.node(f"y{i}", "GatherV2", ["x", "i", "axis"], Tparams=F32, Tindices=I32, Taxis=I32)
    yield from total([f"y{i}" for i in range(n)])


@graph
def wheres(n):
    yield w.placeholder("x", dims=(-1, 16))
    for i in range(n):
        yield unary("Where", f"y{i}", "x")
    yield from total([f"y{i}" for i in range(n)], [0, 1], w.INT64)


@graph
def topks(n):
    yield w.placeholder("x", dims=(-1, 4096))
    for i in range(n):
        yield w.scalar(f"k{i}", 1 + i % 4000)
        yield w.node(f"y{i}", "TopKV2", ["x", f"k{i}"], T=F32, Tk=I32, index_type=I32)
    yield from total([f"y{i}" for i in range(n)], [0, 1])


@graph
def uniques(n):
    yield w.placeholder("x", dims=(-1,))
    last = "x"
    for i in range(n):
        yield w.node(f"y{i}", "Unique", [last], T=F32, out_idx=I32)
        last = f"y{i}"


@graph
def nms(n):
    yield w.placeholder("b", dims=(-1, 4))
    yield w.placeholder("s", dims=(-1,))
    yield w.scalar("k", 100)
    yield w.floats("t", (), 0.5)
    for i in range(n):
        yield w.node(f"y{i}", "NonMaxSuppressionV3", ["b", "s", "k", "t", "t"], T=F32,
                     T_threshold=F32)
    yield from total([f"y{i}" for i in range(n)], [0], w.INT32)


@graph
def matmuls_dynamic(n):
    yield w.placeholder("x", dims=(-1, -1))
    last = "x"
    for i in range(n):
        yield binary("MatMul", f"y{i}", last, "x", transpose_b=w.Attr.b(i % 2))
        last = f"y{i}"


@graph
def dense_net(n):
    yield w.placeholder("x0", dims=(-1, 4))
    yield w.scalar("axis", 1)
    for i in range(n):
        names = [f"x{j}" for j in range(max(0, i - 8), i + 1)]
        yield w.node(f"c{i}", "ConcatV2", names + ["axis"], T=F32, Tidx=I32,
                     N=w.Attr.i(len(names)))
        yield w.ints(f"b{i}", [0, 0])
        yield w.ints(f"s{i}", [-1, 4])
        yield w.node(f"x{i + 1}", "Slice", [f"c{i}", f"b{i}", f"s{i}"], T=F32, Index=I32)


@graph
def concat_chain(n):
    yield w.placeholder("x", dims=(-1, 4))
    yield w.scalar("axis", 1)
    last = "x"
    for i in range(n):
        yield w.node(f"y{i}", "ConcatV2", [last, "x", "axis"], T=F32, Tidx=I32, N=w.Attr.i(2))
        last = f"y{i}"


@graph
def split_chain(n):
    yield w.placeholder("x", dims=(-1, 4))
    yield w.scalar("axis", 1)
    last = "x"
    for i in range(n):
        yield w.node(f"y{i}", "Split", ["axis", last], T=F32, num_split=w.Attr.i(2))
        yield w.node(f"z{i}", "ConcatV2", [f"y{i}:1", f"y{i}", "axis"], T=F32, Tidx=I32,
                     N=w.Attr.i(2))
        last = f"z{i}"


@graph
def space_to_batch(n):
    yield w.placeholder("x", dims=(-1, 16, 16, 4))
    yield w.ints("block", [2, 2])
    yield w.const("zero", w.INT32, [2, 2], bytes(16))
    last = "x"
    for i in range(n // 2):
        yield w.node(f"s{i}", "SpaceToBatchND", [last, "block", "zero"], T=F32, Tblock_shape=I32,
                     Tpaddings=I32)
        yield w.node(f"y{i}", "BatchToSpaceND", [f"s{i}", "block", "zero"], T=F32,
                     Tblock_shape=I32, Tcrops=I32)
        last = f"y{i}"


@graph
def complexes(n):
    yield w.placeholder("x", dims=(-1, 8))
    last = "x"
    for i in range(n // 2):
        yield w.node(f"c{i}", "Complex", [last, "x"], T=F32, Tout=w.Attr.type(8))
        yield w.node(f"y{i}", "Real", [f"c{i}"], T=w.Attr.type(8), Tout=F32)
        last = f"y{i}"


@graph
def reshapes_dynamic(n):
    yield w.placeholder("x", dims=(-1, -1))
    yield w.placeholder("s", w.INT32, dims=(2,))
    last = "x"
    for i in range(n):
        yield w.node(f"r{i}", "Reshape", [last, "s"], T=F32, Tshape=I32)
        yield unary("Tanh", f"y{i}", f"r{i}")
        last = f"y{i}"


@graph
def shape_arithmetic(n):
    yield w.placeholder("x", dims=(-1, -1))
    last = "x"
    for i in range(n // 4):
        yield w.node(f"s{i}", "Shape", [last], T=F32, out_type=I32)
        yield w.ints(f"r{i}", [0])
        yield w.node(f"v{i}", "ReverseV2", [f"s{i}", f"r{i}"], T=I32, Tidx=I32)
        yield w.node(f"y{i}", "Reshape", [last, f"v{i}"], T=F32, Tshape=I32)
        last = f"y{i}"


@graph
def segments(n):
    yield w.placeholder("x", dims=(-1, 8))
    yield w.placeholder("i", w.INT32, dims=(-1,))
    for i in range(n):
        yield w.node(f"y{i}", "SegmentSum", ["x", "i"], T=F32, Tindices=I32)
    yield from total([f"y{i}" for i in range(n)])


@graph
def scatters(n):
    yield w.placeholder("x", dims=(-1, 8))
    yield w.placeholder("i", w.INT32, dims=(-1, 1))
    yield w.placeholder("u", dims=(-1, 8))
    last = "x"
    for i in range(n):
        yield w.node(f"y{i}", "TensorScatterAdd", [last, "i", "u"], T=F32, Tindices=I32)
        last = f"y{i}"


@graph
def reduces_distinct(n):
    yield w.placeholder("x", dims=(3, 5, 7, 11, -1))
    for i in range(n):
        yield w.ints(f"a{i}", [a for a in range(5) if i >> a & 1])
        yield w.node(f"r{i}", ["Sum", "Max", "Mean", "Prod", "Min"][i % 5], ["x", f"a{i}"], T=F32,
                     Tidx=I32)
        yield w.ints(f"b{i}", list(range(5 - len([a for a in range(5) if i >> a & 1]))))
        yield w.node(f"y{i}", "Max", [f"r{i}", f"b{i}"], T=F32, Tidx=I32)
    yield from total([f"y{i}" for i in range(n)])


@graph
def transposes_distinct(n):
    yield w.placeholder("x", dims=(2, 3, 4, 5, 6, 7))
    order = list(range(6))
    for i in range(n):
        order = order[1:] + order[:1] if i % 2 else [order[1], order[0]] + order[2:]
        yield w.ints(f"p{i}", order)
        yield w.node(f"y{i}", "Transpose", ["x", f"p{i}"], T=F32, Tperm=I32)
    yield from total([f"y{i}" for i in range(n)], [0, 1, 2, 3, 4, 5])


@graph
def special(n):
    yield w.placeholder("x", dims=(-1, 7))
    last = "x"
    for i in range(n):
        op = ["Lgamma", "Erfinv", "Digamma", "Ndtri", "Tan", "Asinh", "Expm1", "Erf"][i % 8]
        yield unary(op, f"y{i}", last)
        last = f"y{i}"


@graph
def elementwise_long(n):
    yield w.placeholder("x", dims=(-1, 7))
    last = "x"
    for i in range(n):
        yield binary(["AddV2", "Mul", "Sub", "Maximum", "Pow"][i % 5], f"y{i}", last, "x")
        last = f"y{i}"


@graph
def elementwise_tree(n):
    yield w.placeholder("x", dims=(-1, 7))
    yield w.node("y0", "Neg", ["x"], T=F32)
    for i in range(1, n):
        yield binary(["AddV2", "Mul", "Sub", "Maximum"][i % 4], f"y{i}", f"y{i // 2}", f"y{i - 1}")


@graph
def lifetimes(n):
    """Every tensor is read at the end, in the order in which they were made."""
    yield w.placeholder("x", dims=(-1, 8))
    yield w.scalar("axis", 1)
    for i in range(n // 2):
        yield w.node(f"y{i}", "Cumsum", ["x" if not i else f"y{i - 1}", "axis"], T=F32, Tidx=I32)
    last = "x"
    for i in range(n // 2):
        yield w.node(f"z{i}", "MatMul", [last, f"y{i}"], T=F32, transpose_b=w.Attr.b(True)) \
            if i % 2 == 0 else w.node(f"z{i}", "MatMul", [last, f"y{i}"], T=F32)
        last = f"z{i}"


@graph
def lifetimes_static(n):
    yield w.placeholder("x", dims=(8, 8))
    yield w.scalar("axis", 1)
    for i in range(n // 2):
        yield w.node(f"y{i}", "Cumsum", ["x" if not i else f"y{i - 1}", "axis"], T=F32, Tidx=I32)
    last = "x"
    for i in range(n // 2):
        yield binary("MatMul", f"z{i}", last, f"y{i}")
        last = f"z{i}"


def loop_function(name, count, limit):
    """cond and body of a loop that carries `count` tensors."""
    args = [f"a{i}" for i in range(count)]
    cond = w.function(name + "c", args, {"r": "l:z:0"}, [
        w.floats("m", (), limit), w.node("s", "Max", ["a0", "ax:output:0"], T=F32, Tidx=I32),
        w.ints("ax", [0]), w.node("l", "Less", ["s:output:0", "m:output:0"], T=F32)], )
    body = w.function(name + "b", args, {f"r{i}": f"n{i}:z:0" for i in range(count)}, [
        w.node(f"n{i}", "AddV2", [f"a{i}", f"a{(i + 1) % count}"], T=F32) for i in range(count)])
    return [cond, body]


def while_node(name, function, inputs):
    return w.node(name, "StatelessWhile", inputs, T=w.Attr.types([w.FLOAT] * len(inputs)),
                  cond=w.Attr.func(function + "c"), body=w.Attr.func(function + "b"))


def bool_condition(function):
    """The condition's result is a truth value."""
    return w.edit(function, [1, 3], lambda _: w.field(1, "r") + w.field(3, w.BOOL))


def whiles(count, carried):
    cond, body = loop_function("f", carried, 100.0)
    nodes = [w.placeholder("x", dims=(8,))]
    last = ["x"] * carried
    for i in range(count):
        nodes.append(while_node(f"w{i}", "f", last))
        last = [f"w{i}" if j == 0 else f"w{i}:{j}" for j in range(carried)]
    return nodes, [bool_condition(cond), body]


GRAPHS["whiles"] = lambda n: whiles(n // 4, 2)
GRAPHS["whiles_of_many"] = lambda n: whiles(n // 200, 100)
GRAPHS["while_of_500"] = lambda n: whiles(1, 500)


def build(make):
    """The largest graph under the limit."""
    count = 1 << 16
    while True:
        made = make(count)
        nodes, functions = made if isinstance(made, tuple) else (list(made), [])
        data = w.graph(list(nodes), functions)
        if len(data) < BYTES:
            return data, count
        count = int(count * min(0.95, BYTES / len(data)))


def measure(program, path, limit):
    """Seconds of processor time, megabytes, exit code and what it said."""
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))

    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            [program, "compile", path, "-o", os.path.join(folder, "out.o")],
            stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=bound)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        stderr.seek(0)
        said = stderr.read().decode(errors="replace").strip()[:150]
    seconds = usage.ru_utime + usage.ru_stime
    return seconds, usage.ru_maxrss >> 10, process.returncode, said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ingot", default="build/bin/ingot")
    parser.add_argument("--limit", type=int, default=60, help="seconds")
    parser.add_argument("--keep", help="writes the graphs into this folder")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        folder = options.keep or folder
        for name in options.names or GRAPHS:
            data, count = build(GRAPHS[name])
            path = os.path.join(folder, name + ".pb")
            with open(path, "wb") as file:
                file.write(data)
            rows.append((*measure(options.ingot, path, options.limit), name, count))
            print(f"{name}: {rows[-1][0]:.1f} s", file=sys.stderr, flush=True)
    for seconds, megabytes, code, said, name, count in sorted(rows, reverse=True):
        print(f"{seconds:7.1f} s {megabytes:6} MB  {name:20} {count:6} nodes  exit {code}  {said}")


if __name__ == "__main__":
    main()
