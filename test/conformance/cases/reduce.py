"""Reductions over axes, running sums, positions of extremes, segments, softmax."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, NETWORK, OP, SUM, Case, Family

FAMILY = Family("reduce")
raw = tf.raw_ops

SPECIAL = [0.0, 0.0, 0.05]


def values(g, dtype, shape, low=None, high=None) -> np.ndarray:
    """Numbers whose sums do not overflow in the narrow types; at times NaN and infinities."""
    x = g.array(dtype, shape, low, high)
    if dtype.kind in "fc" and g.chance(0.25):
        g.sprinkle(x, np.array([np.nan, np.inf, -np.inf, 0.0, -0.0]).astype(dtype), 0.1)
    return x


def reduction(op: str, tolerance: str, low=None, high=None):
    def make(g) -> Case:
        dtype = np.dtype(bool) if op in ("All", "Any") else kernels.pick(g, op)
        x = values(g, dtype, g.shape(), low if dtype.kind not in "u" else None, high)
        axes = g.axes(x.ndim)
        if len(axes) == 1 and g.chance(0.3):
            axes = axes[0]
        index, keep = g.pick([np.int32, np.int64]), g.chance(0.4)
        axes = np.array(axes, index)
        return Case(lambda t: getattr(raw, op)(input=t, axis=axes, keep_dims=keep), [x], tolerance,
                    note=f"{dtype.name} axes={axes.tolist()} keep={keep}")

    return make


for _op, _tolerance, _limits in [("Sum", SUM, (None, None)), ("Mean", SUM, (None, None)),
                                 ("Prod", SUM, (-1.2, 1.2)), ("Max", MOVE, (None, None)),
                                 ("Min", MOVE, (None, None)), ("All", MOVE, (None, None)),
                                 ("Any", MOVE, (None, None)), ("EuclideanNorm", SUM, (None, None))]:
    FAMILY.op(_op)(reduction(_op, _tolerance, *_limits))


@FAMILY.op("Sum(axes fed)")
def sum_axes_fed(g) -> Case:
    """The axes come at run time; the rank of the result is known."""
    dtype = np.dtype(np.float32)
    x = values(g, dtype, g.shape(1, 4))
    axes = np.array(g.axes(x.ndim, 1), np.int32)
    if g.chance(0.3):
        axes = axes[0]
    keep = g.chance(0.5)
    if g.chance(0.1):
        axes = axes * 0 + g.pick([-7, 0, 5])
    return Case(lambda t, a: raw.Sum(input=t, axis=a, keep_dims=keep), [x, axes], SUM,
                terms=lambda t, a: raw.Sum(input=t, axis=axes, keep_dims=keep),
                note=f"axes={axes.tolist()} keep={keep}", frozen=() if keep else (1,))


def statistics(name: str, function):
    def make(g) -> Case:
        dtype = np.dtype(g.pick([np.float32, np.float32, np.float64, np.float16]))
        x = g.array(dtype, g.shape(1, 5, empty=False))
        axes, keep = g.axes(x.ndim), g.chance(0.5)
        return Case(lambda t: function(t, axes, keepdims=keep), [x], NETWORK, note=f"{dtype.name} axes={axes}")

    FAMILY.op(name)(make)


statistics("reduce_variance", tf.math.reduce_variance)
statistics("reduce_std", tf.math.reduce_std)
statistics("reduce_logsumexp", tf.math.reduce_logsumexp)


def position(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = values(g, dtype, g.shape(1, 6))
        if g.chance(0.4):  # equal elements: the first one counts
            x = np.round(x.real / 2).astype(dtype) if dtype.kind in "fc" else x
        axis, to = g.axis(x.ndim), g.pick([tf.int32, tf.int64])
        return Case(lambda t: getattr(raw, op)(input=t, dimension=axis, output_type=to), [x], MOVE,
                    note=f"{dtype.name} axis={axis}")

    return make


FAMILY.op("ArgMax")(position("ArgMax"))
FAMILY.op("ArgMin")(position("ArgMin"))


def running(op: str, tolerance: str, low=None, high=None):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = g.array(dtype, g.shape(1, 5), low if dtype.kind in "f" else None, high if dtype.kind in "f" else None)
        axis, exclusive, reverse = np.int32(g.axis(x.ndim)), g.chance(0.5), g.chance(0.5)
        return Case(lambda t: getattr(raw, op)(x=t, axis=axis, exclusive=exclusive, reverse=reverse), [x], tolerance,
                    note=f"{dtype.name} axis={axis} exclusive={exclusive} reverse={reverse}")

    return make


FAMILY.op("Cumsum")(running("Cumsum", SUM))
FAMILY.op("Cumprod")(running("Cumprod", SUM, -1.3, 1.3))
FAMILY.op("CumulativeLogsumexp")(running("CumulativeLogsumexp", NETWORK))


@FAMILY.op("L2Loss")
def l2_loss(g) -> Case:
    dtype = kernels.pick(g, "L2Loss")
    return Case(lambda t: raw.L2Loss(t=t), [g.array(dtype, g.shape())], SUM, note=dtype.name)


def softmax(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x = g.array(dtype, g.shape(1, 4))
        if g.chance(0.2):
            g.sprinkle(x, np.array([np.inf, -np.inf, np.nan, 80, -200]).astype(dtype), 0.05)
        return Case(lambda t: getattr(raw, op)(logits=t), [x], OP, note=dtype.name)

    return make


FAMILY.op("Softmax")(softmax("Softmax"))
FAMILY.op("LogSoftmax")(softmax("LogSoftmax"))


@FAMILY.op("softmax(axis)")
def softmax_axis(g) -> Case:
    x = g.array(np.float32, g.shape(2, 5))
    axis, function = g.axis(x.ndim), g.pick([tf.nn.softmax, tf.nn.log_softmax])
    return Case(lambda t: function(t, axis=axis), [x], NETWORK, note=f"axis={axis}")


@FAMILY.op("SoftmaxCrossEntropyWithLogits")
def cross_entropy(g) -> Case:
    dtype = kernels.pick(g, "SoftmaxCrossEntropyWithLogits")
    shape = g.shape(2, 2, empty=False)
    narrow = [tuple(1 if g.chance(0.3) else d for d in shape)[g.pick([0, 0, 1]):] for _ in range(2)]
    logits, labels = narrow if g.chance(0.3) else (shape, shape)
    return Case(lambda a, b: list(raw.SoftmaxCrossEntropyWithLogits(features=a, labels=b)),
                [g.array(dtype, logits), np.abs(g.array(dtype, labels, 0, 1))], NETWORK, note=f"{dtype.name} {narrow}")


@FAMILY.op("SparseSoftmaxCrossEntropyWithLogits")
def sparse_cross_entropy(g) -> Case:
    dtype = kernels.pick(g, "SparseSoftmaxCrossEntropyWithLogits")
    rows, classes = g.shape(2, 2, empty=False)
    index = g.pick([np.int32, np.int64])
    labels = g.array(index, (rows,), 0, classes - 1)
    return Case(lambda a, b: list(raw.SparseSoftmaxCrossEntropyWithLogits(features=a, labels=b)),
                [g.array(dtype, (rows, classes)), labels], NETWORK, note=dtype.name)


SEGMENTS = {"SegmentSum": SUM, "SegmentMean": SUM, "SegmentProd": SUM, "SegmentMax": MOVE, "SegmentMin": MOVE}


def segment(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        shape = g.shape(1, 4)
        data = g.array(dtype, shape, *((-1.2, 1.2) if "Prod" in op and dtype.kind == "f" else (None, None)))
        ids = np.sort(g.array(kernels.pick(g, op, "Tindices"), (shape[0],), 0, g.integer(0, 6)))
        if g.chance(0.05):
            ids = ids[::-1].copy()
        return Case(lambda a, b: getattr(raw, op)(data=a, segment_ids=b), [data, ids], SEGMENTS[op], note=dtype.name,
                    terms=None)

    return make


def unsorted(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        shape = g.shape(1, 4)
        count = np.int32(g.integer(1, 7))
        data = g.array(dtype, shape, *((-1.2, 1.2) if "Prod" in op and dtype.kind == "f" else (None, None)))
        ids = g.array(g.pick([np.int32, np.int64]), shape[:g.integer(1, len(shape))], g.pick([0, 0, -1]), count - 1)
        if g.chance(0.05) and ids.size:
            ids.flat[-1] = count + 2
        fed = g.chance(0.2)
        inputs = [data, ids] + [count] * fed
        return Case(lambda a, b, n=count: getattr(raw, op)(data=a, segment_ids=b, num_segments=n), inputs,
                    MOVE if op[-3:] in ("Max", "Min") else SUM, note=f"{dtype.name} segments={count} fed={fed}")

    return make


for _op in SEGMENTS:
    FAMILY.op(_op)(segment(_op))
    if _op != "SegmentMean":
        FAMILY.op("Unsorted" + _op)(unsorted("Unsorted" + _op))


@FAMILY.op("TopKV2")
def top_k(g) -> Case:
    dtype = kernels.pick(g, "TopKV2")
    x = g.array(dtype, g.shape(1, 4))
    k = np.int32(g.integer(0, max(x.shape[-1], 1)))
    return Case(lambda t: list(raw.TopKV2(input=t, k=k, sorted=True)), [x], MOVE, note=f"{dtype.name} k={k}")


@FAMILY.op("InTopKV2")
def in_top_k(g) -> Case:
    rows, classes = g.shape(2, 2, empty=False)
    index = np.dtype(g.pick([np.int32, np.int64]))
    targets = g.array(index, (rows,), 0, classes - 1)
    k = index.type(g.integer(1, classes))
    return Case(lambda a, b: raw.InTopKV2(predictions=a, targets=b, k=k),
                [g.array(np.float32, (rows, classes)), targets], MOVE, note=f"k={k}")


@FAMILY.op("NthElement")
def nth_element(g) -> Case:
    dtype = kernels.pick(g, "NthElement")
    x = g.array(dtype, g.shape(1, 3, empty=False))
    n, reverse = np.int32(g.integer(0, x.shape[-1] - 1)), g.chance(0.5)
    return Case(lambda t: raw.NthElement(input=t, n=n, reverse=reverse), [x], MOVE, note=f"{dtype.name} n={n}")


@FAMILY.op("HistogramFixedWidth")
def histogram(g) -> Case:
    dtype = kernels.pick(g, "HistogramFixedWidth")
    x, low = g.array(dtype, g.shape()), g.integer(-4, 4)
    ends, bins = np.array([low, low + g.integer(0 if g.chance(0.1) else 1, 6)], dtype), np.int32(g.integer(1, 9))
    if x.size and x.dtype.kind == "f" and g.chance(0.1):
        x.flat[0] = np.nan
    return Case(lambda t, r: raw.HistogramFixedWidth(values=t, value_range=r, nbins=bins), [x, ends], MOVE,
                note=f"{dtype.name} {ends.tolist()} {bins}", frozen=(1,))


@FAMILY.op("DenseBincount")
def dense_bincount(g) -> Case:
    index, dtype = kernels.pick(g, "DenseBincount", "Tidx"), kernels.pick(g, "DenseBincount")
    size = index.type(g.integer(1, 9))
    x = g.array(index, g.shape(1, 2), 0, 9)
    binary = g.chance(0.4)
    weights = g.array(dtype, g.pick([x.shape, (0,)]), 0, 4)
    return Case(lambda a, w: raw.DenseBincount(input=a, size=size, weights=w, binary_output=binary), [x, weights], SUM,
                note=f"{index.name} {dtype.name} size={size} binary={binary}")


@FAMILY.op("BiasAddGrad")
def bias_add_grad(g) -> Case:
    dtype, layout = kernels.pick(g, "BiasAddGrad"), g.pick(["NHWC", "NCHW"])
    x = g.array(dtype, g.shape(2 if layout == "NHWC" else 3, 5))
    return Case(lambda t: raw.BiasAddGrad(out_backprop=t, data_format=layout), [x], SUM, note=f"{dtype.name} {layout}")


def search(op: str):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        rows, columns, wanted = g.integer(1, 4), g.size(), g.size()
        table = np.sort(g.array(dtype, (rows, columns)), axis=-1)
        to = g.pick([tf.int32, tf.int64])
        return Case(lambda a, b: getattr(raw, op)(sorted_inputs=a, values=b, out_type=to),
                    [table, g.array(dtype, (rows, wanted))], MOVE, note=dtype.name, frozen=(0,))

    return make


FAMILY.op("LowerBound")(search("LowerBound"))
FAMILY.op("UpperBound")(search("UpperBound"))
