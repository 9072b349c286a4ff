"""Custom operators of MediaPipe's models, beside plain loops: LiteRT does not have them."""

import itertools

import numpy as np

from . import Case, Draw, Tensor, maker

SAME, VALID = 1, 2


def numbers(*values) -> bytes:
    return np.asarray(values, np.int32).tobytes()


def padding_before(size: int, count: int, window: int, stride: int) -> int:
    return max(0, ((count - 1) * stride + window - size) // 2)


@maker("MaxPoolingWithArgmax2D")
def max_pooling(d: Draw) -> Case:
    x = Tensor("f32", [d.number(1, 2), d.number(3, 7), d.number(3, 7), d.number(1, 3)], small=True)
    padding, stride, window = d.one_of(SAME, VALID), [d.number(1, 2), d.number(1, 2)], [d.number(1, 3), d.number(1, 3)]
    counts = [-(-n // s) if padding == SAME else (n - w) // s + 1 for n, s, w in zip(x.shape[1:3], stride, window)]
    before = [padding_before(n, c, w, s) if padding == SAME else 0
              for n, c, w, s in zip(x.shape[1:3], counts, window, stride)]

    def compute(image):
        best = np.full([x.shape[0], *counts, x.shape[3]], -np.inf, np.float32)
        place = np.zeros_like(best)
        for i, j, k, l in itertools.product(*map(range, counts + window)):
            y, z = i * stride[0] - before[0] + k, j * stride[1] - before[1] + l
            if 0 <= y < x.shape[1] and 0 <= z < x.shape[2]:
                is_more = image[:, y, z] > best[:, i, j]
                place[:, i, j] = np.where(is_more, np.float32(k * window[1] + l + 0.1), place[:, i, j])
                best[:, i, j] = np.maximum(image[:, y, z], best[:, i, j])
        return best, place

    options = numbers(padding, stride[1], stride[0], window[1], window[0], 0, 0, 0, 0, 0)
    return Case("MaxPoolingWithArgmax2D", 1, [x], [Tensor("f32", [0]), Tensor("f32", [0])], options, compute=compute)


@maker("MaxUnpooling2D")
def max_unpooling(d: Draw) -> Case:
    window, shape = [d.number(1, 3), d.number(1, 3)], [d.number(1, 2), d.number(1, 4), d.number(1, 4), d.number(1, 3)]
    x = Tensor("f32", shape, small=True)
    places = Tensor("f32", shape, data=(d.rng.integers(0, window[0] * window[1], shape) + 0.1).astype(np.float32))

    def compute(image, at):
        result = np.zeros([shape[0], shape[1] * window[0], shape[2] * window[1], shape[3]], np.float32)
        for b, y, z, c in np.ndindex(*shape):
            k, l = divmod(int(at[b, y, z, c]), window[1])
            result[b, y * window[0] + k, z * window[1] + l, c] = image[b, y, z, c]
        return (result,)

    options = numbers(SAME, window[1], window[0], window[1], window[0], 0, 0, 0, 0, 0)
    return Case("MaxUnpooling2D", 1, [x, places], Tensor("f32", [0]), options, compute=compute)


@maker("Convolution2DTransposeBias")
def transpose_conv_bias(d: Draw) -> Case:
    x = Tensor("f32", [d.number(1, 2), d.number(1, 5), d.number(1, 5), d.number(1, 4)], small=True)
    outputs, window, stride = d.number(1, 4), [d.number(1, 4), d.number(1, 4)], [d.number(1, 3), d.number(1, 3)]
    padding = d.one_of(SAME, VALID)
    cut = [max(0, w - (n - 1) % s - 1) if padding == SAME else 0 for n, w, s in zip(x.shape[1:3], window, stride)]
    sizes = [s * (n - 1) + w - c for n, w, s, c in zip(x.shape[1:3], window, stride, cut)]
    real = lambda *shape: Tensor("f32", list(shape), data=d.rng.standard_normal(shape).astype(np.float32))

    def compute(image, filters, bias):
        result = np.zeros([x.shape[0], *sizes, outputs], np.float32) + bias
        for y, z, k, l in itertools.product(*map(range, x.shape[1:3] + window)):
            i, j = y * stride[0] - cut[0] // 2 + k, z * stride[1] - cut[1] // 2 + l
            if 0 <= i < sizes[0] and 0 <= j < sizes[1]:
                result[:, i, j] += image[:, y, z] @ filters[:, k, l].T
        return (result.astype(np.float32),)

    return Case("Convolution2DTransposeBias", 1, [x, real(outputs, *window, x.shape[3]), real(outputs)],
                Tensor("f32", [0]), numbers(padding, stride[1], stride[0]), compute=compute)
