"""Constants whose content, type or shape cannot be."""

import wire as w
from case import add, compile_bytes

NEG = w.node("y", "Neg", ["c"], T=w.Attr.type(w.FLOAT))


def frozen(constant, user=NEG):
    return compile_bytes(w.graph([constant, user]))


def case(name, says="", may_pass=False, **arguments):
    add("tensors", name, frozen(w.const("c", **arguments)), says, may_pass=may_pass)


case("content-short", "c", dtype=w.FLOAT, dims=[4], content=bytes(12))
case("content-long", "c", dtype=w.FLOAT, dims=[4], content=bytes(20))
case("content-odd", "c", dtype=w.FLOAT, dims=[4], content=bytes(15))
case("content-absent", dtype=w.FLOAT, dims=[4], may_pass=True)
case("content-of-scalar", "c", dtype=w.FLOAT, dims=[], content=bytes(8))
case("values-too-many", "c", dtype=w.FLOAT, dims=[2], float_val=[1.0, 2.0, 3.0])
case("values-of-other-type", dtype=w.FLOAT, dims=[2], int_val=[1, 2], may_pass=True)
case("values-and-content", dtype=w.FLOAT, dims=[1], content=bytes(4), float_val=[1.0] * 9,
     may_pass=True)
case("negative", "c", dtype=w.FLOAT, dims=[-1, 3], float_val=[1.0])
case("negative-minimum", "c", dtype=w.FLOAT, dims=[-(1 << 63)], float_val=[1.0])
case("overflow", "c", dtype=w.FLOAT, dims=[1 << 33, 1 << 33], float_val=[1.0])
case("overflow-to-zero", "c", dtype=w.FLOAT, dims=[1 << 32, 1 << 32], float_val=[1.0])
case("overflow-beside-zero", dtype=w.FLOAT, dims=[1 << 62, 0, 1 << 62], may_pass=True)
case("bytes-overflow", dtype=w.FLOAT, dims=[1 << 62], float_val=[1.0])
case("2^40", dtype=w.FLOAT, dims=[1 << 40], float_val=[1.0], may_pass=True)
case("2^31", dtype=w.FLOAT, dims=[1 << 31], float_val=[1.0], may_pass=True)
case("2^40-without-values", dtype=w.FLOAT, dims=[1 << 40], may_pass=True)
case("2^28-two-values", dtype=w.FLOAT, dims=[1 << 28], float_val=[1.0, 2.0], may_pass=True)
case("rank-unknown", "c", dtype=w.FLOAT, dims=None, float_val=[1.0])
case("rank-255", dtype=w.FLOAT, dims=[1] * 255, float_val=[1.0], may_pass=True)
case("rank-100000", "c", dtype=w.FLOAT, dims=[1] * 100000, float_val=[1.0])
case("strings", "c", dtype=w.STRING, dims=[2], string_val=["a", "b"])
case("strings-2^40", dtype=w.STRING, dims=[1 << 40], string_val=["a"])
for dtype in (-1, 0, 24, 25, 26, 29, 31, 99, 100, 127, 128, 1 << 20, (1 << 31) - 1, 1 << 31,
              w.RESOURCE, 21):
    case(f"dtype-{dtype}", dtype=dtype, dims=[1], content=bytes(4))
for dtype in range(1, 24):
    case(f"type-{dtype}-content-short", dtype=dtype, dims=[3], content=bytes(1))

add("tensors", "no-value", frozen(w.node("c", "Const", dtype=w.Attr.type(w.FLOAT))), "c")
add("tensors", "value-of-other-type", frozen(
    w.node("c", "Const", dtype=w.Attr.type(w.INT32), value=w.Attr.tensor(
        w.tensor(w.FLOAT, [1], float_val=[1.0])))), "c")
add("tensors", "value-is-a-string", frozen(
    w.node("c", "Const", dtype=w.Attr.type(w.FLOAT), value=w.Attr.s("tensor"))), "c")
add("tensors", "types-disagree", frozen(
    w.const("c", w.INT32, [2], bytes(8)), w.node("y", "Neg", ["c"], T=w.Attr.type(w.FLOAT))),
    may_pass=True)
add("tensors", "fill-2^40", compile_bytes(w.graph([
    w.ints("d", [1 << 40], w.INT64), w.floats("v", []),
    w.node("y", "Fill", ["d", "v"], T=w.Attr.type(w.FLOAT), index_type=w.Attr.type(w.INT64))])),
    may_pass=True)
add("tensors", "fill-overflow", compile_bytes(w.graph([
    w.ints("d", [1 << 40, 1 << 40], w.INT64), w.floats("v", []),
    w.node("y", "Fill", ["d", "v"], T=w.Attr.type(w.FLOAT), index_type=w.Attr.type(w.INT64))])),
    "y")
add("tensors", "fill-negative", compile_bytes(w.graph([
    w.ints("d", [-5]), w.floats("v", []),
    w.node("y", "Fill", ["d", "v"], T=w.Attr.type(w.FLOAT), index_type=w.Attr.type(w.INT32))])),
    "y")
