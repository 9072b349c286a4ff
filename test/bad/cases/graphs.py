"""Graphs that name nothing, go round in circles or grow without end."""

import wire as w
from case import add, compile_bytes
from cases.files import compile_folder

X = w.placeholder("x")
INPUTS = {"x": w.tensor_info("x:0")}


def frozen(*nodes, functions=()):
    return compile_bytes(w.graph([X, *nodes], functions))


def identity(name, source):
    return w.node(name, "Identity", [source], T=w.Attr.type(w.FLOAT))


def chain(count):
    """x -> f0 -> f1 -> ... -> f(count-1), each calling the next."""
    functions = []
    for i in range(count):
        body = [w.call("c", f"f{i + 1}", ["a"])] if i + 1 < count else [identity("c", "a")]
        port = "c:output:0"
        functions.append(w.function(f"f{i}", ["a"], {"r": port}, body))
    return functions


def doubling(count):
    """Each function calls the next one twice."""
    functions = []
    for i in range(count):
        body = [w.call("c", f"f{i + 1}", ["a"]), w.call("d", f"f{i + 1}", ["c:output:0"])]
        if i + 1 == count:
            body = [identity("d", "a")]
        functions.append(w.function(f"f{i}", ["a"], {"r": "d:output:0"}, body))
    return functions


def mutual():
    return [w.function("f", ["a"], {"r": "c:output:0"}, [w.call("c", "g", ["a"])]),
            w.function("g", ["a"], {"r": "c:output:0"}, [w.call("c", "f", ["a"])])]


def conditional(name, then, other, source):
    return w.node(name, "If", ["p", source], Tcond=w.Attr.type(w.BOOL),
                  Tin=w.Attr.types([w.FLOAT]), Tout=w.Attr.types([w.FLOAT]),
                  then_branch=w.Attr.func(then), else_branch=w.Attr.func(other))


def loop(name, cond, body, source):
    return w.node(name, "StatelessWhile", [source], T=w.Attr.types([w.FLOAT]),
                  cond=w.Attr.func(cond), body=w.Attr.func(body))


ENTER = w.call("y", "f0", ["x"])
P = w.placeholder("p", w.BOOL, ())

add("graphs", "cycle", frozen(identity("a", "b"), identity("b", "a")), "cycle")
add("graphs", "cycle-of-one", frozen(identity("a", "a")), "cycle")
add("graphs", "control-cycle", frozen(
    w.node("a", "Identity", ["x", "^b"], T=w.Attr.type(w.FLOAT)), identity("b", "a")), "cycle")
add("graphs", "calls-itself", frozen(w.call("y", "f", ["x"]), functions=[
    w.function("f", ["a"], {"r": "c:output:0"}, [w.call("c", "f", ["a"])])]), "calls itself")
add("graphs", "calls-each-other", frozen(w.call("y", "f", ["x"]), functions=mutual()),
    "calls itself")
add("graphs", "chain-500", frozen(ENTER, functions=chain(500)), may_pass=True)
add("graphs", "chain-10000", frozen(ENTER, functions=chain(10000)), "512")
add("graphs", "doubling-16", frozen(ENTER, functions=doubling(16)), may_pass=True)
add("graphs", "doubling-40", frozen(ENTER, functions=doubling(40)), "expanded")
add("graphs", "nodes-20000", frozen(*[identity(f"n{i}", f"n{i - 1}" if i else "x")
                                      for i in range(20000)]), may_pass=True)
add("graphs", "negations-5000", frozen(*[
    w.node(f"n{i}", "Neg", [f"n{i - 1}" if i else "x"], T=w.Attr.type(w.FLOAT))
    for i in range(5000)]), may_pass=True)
add("graphs", "concat-doubling-40", frozen(w.scalar("axis", 0), *[
    w.node(f"n{i}", "ConcatV2", [f"n{i - 1}" if i else "x"] * 2 + ["axis"], N=w.Attr.i(2),
           T=w.Attr.type(w.FLOAT), Tidx=w.Attr.type(w.INT32)) for i in range(60)]), may_pass=True)
add("graphs", "if-calls-itself", frozen(P, conditional("y", "f", "f", "x"), functions=[
    w.function("f", ["a"], {"r": "c:output:0"}, [conditional("c", "f", "f", "a")])]))
add("graphs", "while-calls-itself", frozen(loop("y", "f", "f", "x"), functions=[
    w.function("f", ["a"], {"r": "c:output:0"}, [loop("c", "f", "f", "a")])]), "calls itself")
add("graphs", "while-nested-300", frozen(loop("y", "c", "f0", "x"), functions=[
    w.function("c", ["a"], {"r": "v:output:0"}, [w.const("v", w.BOOL, [], b"\0")])] + [
        w.function(f"f{i}", ["a"], {"r": "l:output:0"},
                   [loop("l", "c", f"f{i + 1}", "a") if i < 299 else identity("l", "a")])
        for i in range(300)]), may_pass=True)
add("graphs", "while-condition-no-boolean", frozen(loop("y", "f", "f", "x"), functions=[
    w.function("f", ["a"], {"r": "i:output:0"}, [identity("i", "a")])]), may_pass=True)  # what is not empty is true
add("graphs", "while-changes-type", frozen(loop("y", "c", "f", "x"), functions=[
    w.function("c", ["a"], {"r": "v:output:0"}, [w.const("v", w.BOOL, [], b"\0")]),
    w.function("f", ["a"], {"r": "v:output:0"}, [w.scalar("v", 1)])]), "y")
add("graphs", "while-never-ends", frozen(loop("y", "c", "f", "x"), functions=[
    w.function("c", ["a"], {"r": "v:output:0"}, [w.const("v", w.BOOL, [], b"\1")]),
    w.function("f", ["a"], {"r": "i:output:0"}, [identity("i", "a")])]), may_pass=True)
add("graphs", "case-without-branches", frozen(w.scalar("i", 0), w.node(
    "y", "Case", ["i", "x"], Tin=w.Attr.types([w.FLOAT]), Tout=w.Attr.types([w.FLOAT]),
    branches=w.field(1, b""))), "y")

add("graphs", "input-names-nothing", frozen(identity("y", "nothing")), "names no node")
add("graphs", "control-names-nothing", frozen(identity("y", "x"), w.node("z", "NoOp", ["^no"])),
    "names no node")
add("graphs", "input-empty", frozen(identity("y", "")))
add("graphs", "input-index-beyond", frozen(identity("y", "x:1")), "y")
add("graphs", "input-index-huge", frozen(identity("y", "x:99999999999999999999")))
add("graphs", "input-index-negative", frozen(identity("y", "x:-1")))
add("graphs", "inputs-missing", frozen(w.node("y", "AddV2", ["x"], T=w.Attr.type(w.FLOAT))), "y")
add("graphs", "no-inputs", frozen(w.node("y", "MatMul", [], T=w.Attr.type(w.FLOAT))), "y")
add("graphs", "inputs-too-many", frozen(
    w.node("y", "Neg", ["x"] * 1000, T=w.Attr.type(w.FLOAT))), may_pass=True)
add("graphs", "names-twice", frozen(identity("y", "x"), identity("y", "x")), "same name")
add("graphs", "no-name", frozen(identity("", "x")), "no name")
add("graphs", "no-op", frozen(w.node("y", "", ["x"])), "y")
add("graphs", "unknown-op", frozen(w.node("y", "Frobnicate", ["x"])), "Frobnicate")
add("graphs", "name-with-line-feed", frozen(w.node("y\nz", "Frob\r\nnicate", ["x"])), "y\\x0az")
add("graphs", "name-no-utf-8", frozen(w.node(b"y\xff\xfe", "Frobnicate", ["x"])), "Frobnicate")
add("graphs", "name-of-100000", frozen(w.node("y" * 100000, "Frobnicate", ["x"])), "yyy...")
add("graphs", "no-function", frozen(w.call("y", "nowhere", ["x"])), "nowhere")
add("graphs", "function-attribute-missing", frozen(w.node("y", "PartitionedCall", ["x"])), "y")
add("graphs", "function-too-many-arguments", frozen(
    w.call("y", "f", ["x", "x"]), functions=chain(1)[:0] + [
        w.function("f", ["a"], {"r": "a"}, [])]), "y")
add("graphs", "function-result-names-nothing", frozen(w.call("y", "f", ["x"]), functions=[
    w.function("f", ["a"], {"r": "z:output:0"}, [])]), "names no node")
add("graphs", "function-defined-twice", frozen(w.call("y", "f", ["x"]), functions=[
    w.function("f", ["a"], {"r": "a"}, [])] * 2), "f")
add("graphs", "placeholder-inside-function", frozen(w.call("y", "f", ["x"]), functions=[
    w.function("f", ["a"], {"r": "p:output:0"}, [w.placeholder("p")])]), may_pass=True)

for label, info in {"nothing": w.tensor_info("nothing:0"), "empty": w.tensor_info(""),
                    "index": w.tensor_info("x:7"), "control": w.tensor_info("^x")}.items():
    add("graphs", f"output-{label}",
        compile_folder(w.saved_model(w.graph([X]), INPUTS, {"y": info})))
    if label != "index":
        add("graphs", f"input-tensor-{label}",
            compile_folder(w.saved_model(w.graph([X]), {"x": info}, {"y": w.tensor_info("x:0")})))
add("graphs", "input-is-its-output", compile_folder(
    w.saved_model(w.graph([X]), INPUTS, {"y": w.tensor_info("x:0")})), may_pass=True)
add("graphs", "no-outputs", compile_folder(w.saved_model(w.graph([X]), INPUTS, {})), may_pass=True)
add("graphs", "input-twice", compile_folder(
    w.saved_model(w.graph([X]), {"x": w.tensor_info("x:0"), "z": w.tensor_info("x:0")},
                  {"y": w.tensor_info("x:0")})), may_pass=True)
add("graphs", "signature-name-odd", compile_folder(
    w.saved_model(w.graph([X, identity("y", "x")]), INPUTS, {"y": w.tensor_info("y:0")},
                  signature="1 + \"\n/*")), may_pass=True)
for label, dtype in {"invalid": 0, "unknown": 77, "negative": -1, "string": w.STRING,
                     "resource": w.RESOURCE, "variant": 21, "reference": 101}.items():
    add("graphs", f"input-dtype-{label}", compile_folder(w.saved_model(
        w.graph([X, identity("y", "x")]), {"x": w.tensor_info("x:0", dtype)},
        {"y": w.tensor_info("y:0")})), may_pass=label == "reference")
for label, dims in {"negative": (-2, 3), "huge": (1 << 62, 1 << 62), "2^40": (1 << 40,),
                    "rank-300": (1,) * 300, "rank-unknown": None}.items():
    add("graphs", f"input-shape-{label}", compile_folder(w.saved_model(
        w.graph([X, identity("y", "x")]), {"x": w.tensor_info("x:0", w.FLOAT, dims)},
        {"y": w.tensor_info("y:0", w.FLOAT, dims)})), may_pass=label == "2^40")
add("graphs", "shape-of-nothing", frozen(
    w.node("s", "Shape", [], T=w.Attr.type(w.FLOAT)),
    w.node("y", "Cast", ["s"], SrcT=w.Attr.type(w.INT32), DstT=w.Attr.type(w.FLOAT))), "s")
