"""Windows, images and parts."""

from . import Case, Draw, Tensor, activation, constant, maker, options


def add_pool(op: str):
    @maker(op)
    def make(d: Draw) -> Case:
        x = d.tensor(d.one_of("i8", "u8", "i16"), [2, d.number(3, 7), d.number(3, 7), 3])
        o = options("Pool2D", filterHeight=d.number(1, 3), filterWidth=d.number(1, 3),
                    strideH=d.number(1, 2), strideW=d.number(1, 2), padding=d.number(0, 1),
                    fusedActivationFunction=activation(d))
        return Case(op, 2, [x], Tensor(x.dtype, [0], x.scale, x.zero), o)


add_pool("AVERAGE_POOL_2D")
add_pool("MAX_POOL_2D")


@maker("RESIZE_BILINEAR")
def resize_bilinear(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8"), [d.number(1, 2), d.number(1, 8), d.number(1, 8), d.number(1, 3)])
    mode = d.number(0, 2)
    o = options("ResizeBilinear", alignCorners=mode == 1, halfPixelCenters=mode == 2)
    size = constant([d.number(1, 12), d.number(1, 12)])
    return Case("RESIZE_BILINEAR", 3, [x, size], Tensor(x.dtype, [0], x.scale, x.zero), o)


@maker("PAD")
def pad(d: Draw) -> Case:
    x = d.tensor(d.one_of("i8", "u8", "i16"), d.shape())
    edges = constant(d.rng.integers(0, 3, (len(x.shape), 2)))
    return Case("PAD", 2, [x, edges], Tensor(x.dtype, [0], x.scale, x.zero), options("Pad"))


@maker("SPACE_TO_BATCH_ND")
def space_to_batch(d: Draw) -> Case:
    block, counts = [d.number(1, 3), d.number(1, 3)], [d.number(1, 3), d.number(1, 3)]
    before = [d.number(0, min(1, b * c - 1)) for b, c in zip(block, counts)]
    sides = [b * c - p for b, c, p in zip(block, counts, before)]
    x = d.tensor(d.one_of("i8", "u8"), [d.number(1, 2), *sides, d.number(1, 3)])
    edges = constant([[p, 0] for p in before])
    return Case("SPACE_TO_BATCH_ND", 2, [x, constant(block), edges],
                Tensor(x.dtype, [0], x.scale, x.zero), options("SpaceToBatchND"))


@maker("BATCH_TO_SPACE_ND")
def batch_to_space(d: Draw) -> Case:
    block = [d.number(1, 3), d.number(1, 3)]
    x = d.tensor(d.one_of("i8", "u8"), [block[0] * block[1] * d.number(1, 2), 2, 3, d.number(1, 3)])
    edges = constant([[0, d.number(0, 1)], [d.number(0, 1), 0]])
    return Case("BATCH_TO_SPACE_ND", 2, [x, constant(block), edges],
                Tensor(x.dtype, [0], x.scale, x.zero), options("BatchToSpaceND"))
