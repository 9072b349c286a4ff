"""Resizing, colour, patches, boxes."""

import numpy as np
import tensorflow as tf

from conformance import kernels
from conformance.case import MOVE, NETWORK, Case, Family

FAMILY = Family("image")
raw = tf.raw_ops


def images(g, dtype, channels=None, high: int = 9) -> np.ndarray:
    shape = (g.integer(1, 2), g.integer(1, high), g.integer(1, high), channels or g.integer(1, 4))
    low, top = (0, 100) if np.dtype(dtype).kind in "iu" else (None, None)
    return g.array(dtype, shape, low, top)


def centers(g) -> dict:
    return g.pick([{}, {"align_corners": True}, {"half_pixel_centers": True}])


def resize(op: str, attribute: bool):
    def make(g) -> Case:
        dtype = kernels.pick(g, op)
        x, size = images(g, dtype), np.array([g.integer(1, 13), g.integer(1, 13)], np.int32)
        extra = centers(g) if attribute else g.pick([{}, {"align_corners": True}])
        fed = g.chance(0.2)
        return Case(lambda t, s=size: getattr(raw, op)(images=t, size=s, **extra), [x] + [size] * fed,
                    MOVE if "Nearest" in op else NETWORK, note=f"{dtype.name} {size.tolist()} {extra} fed={fed}",
                    frozen=(1,), calls=tuple([part] + [size] * fed for part in (x[..., :0], x[:, :0], x[:0])))

    FAMILY.op(op)(make)


resize("ResizeBilinear", True)
resize("ResizeNearestNeighbor", True)
resize("ResizeBicubic", True)
resize("ResizeArea", False)


@FAMILY.op("tf.image.resize")
def image_resize(g) -> Case:
    method = g.pick(["bilinear", "nearest", "bicubic", "area", "lanczos3", "gaussian", "mitchellcubic"])
    antialias, size = g.chance(0.3), [g.integer(1, 11), g.integer(1, 11)]
    return Case(lambda t: tf.image.resize(t, size, method, antialias=antialias), [images(g, np.float32)], NETWORK,
                note=f"{method} {size} antialias={antialias}")


@FAMILY.op("resize to twice the size")
def upsample(g) -> Case:
    x, method = images(g, np.float32), g.pick(["nearest", "bilinear"])
    return Case(lambda t: tf.image.resize(t, tf.shape(t)[1:3] * 2, method), [x], NETWORK, note=method)


@FAMILY.op("ScaleAndTranslate")
def scale_and_translate(g) -> Case:
    x, size = images(g, np.float32), np.array([g.integer(1, 9), g.integer(1, 9)], np.int32)
    scale, translation = g.array(np.float32, (2,), 0.5, 2), g.array(np.float32, (2,))
    kernel, antialias = g.pick(["lanczos3", "lanczos5", "gaussian", "box", "triangle", "keyscubic"]), g.chance(0.5)
    return Case(lambda t: raw.ScaleAndTranslate(images=t, size=size, scale=scale, translation=translation,
                                                kernel_type=kernel, antialias=antialias), [x], NETWORK, note=kernel)


def colour(op: str, *parameters):
    """Parameters: (argument, low, high)."""

    def make(g) -> Case:
        x = g.array(np.float32, (*g.shape(2, 3, 60), 3), 0, 1)
        extra = {name: np.float32(g.rng.uniform(low, high)) for name, low, high in parameters}
        return Case(lambda t: getattr(raw, op)(images=t, **extra), [x], NETWORK, note=str(extra), frozen=(0,))

    FAMILY.op(op)(make)


colour("RGBToHSV")
colour("HSVToRGB")
colour("AdjustHue", ("delta", -1, 1))
colour("AdjustSaturation", ("scale", 0, 3))
colour("AdjustContrastv2", ("contrast_factor", 0, 3))


@FAMILY.op("tf.image composition")
def composition(g) -> Case:
    name, function = g.pick([
        ("rgb_to_grayscale", tf.image.rgb_to_grayscale), ("flip_left_right", tf.image.flip_left_right),
        ("flip_up_down", tf.image.flip_up_down), ("rot90", tf.image.rot90),
        ("standardization", tf.image.per_image_standardization), ("gamma", lambda t: tf.image.adjust_gamma(tf.abs(t), 2.2)),
        ("central_crop", lambda t: tf.image.central_crop(t, 0.5)),
        ("crop_or_pad", lambda t: tf.image.resize_with_crop_or_pad(t, 5, 6)),
        ("brightness", lambda t: tf.image.adjust_brightness(t, 0.2)), ("sobel", tf.image.sobel_edges)])
    return Case(function, [images(g, np.float32, 3)], NETWORK, note=name, frozen=(0,))


@FAMILY.op("convert_image_dtype")
def convert(g) -> Case:
    source, target = (g.pick([tf.uint8, tf.float32, tf.int16, tf.float16]) for _ in range(2))
    x = images(g, source.as_numpy_dtype) if source.is_integer else g.array(source.as_numpy_dtype, g.shape(3, 4), 0, 1)
    return Case(lambda t: tf.image.convert_image_dtype(t, target, saturate=True), [x], NETWORK,
                note=f"{source.name}>{target.name}")


@FAMILY.op("ExtractImagePatches")
def patches(g) -> Case:
    dtype = kernels.pick(g, "ExtractImagePatches")
    sizes, strides, rates = ([1, g.integer(1, 3), g.integer(1, 3), 1] for _ in range(3))
    x = g.array(dtype, (g.integer(1, 2), g.integer(7, 11), g.integer(7, 11), g.integer(1, 3)))
    pad = g.pick(["SAME", "VALID"])
    return Case(lambda t: raw.ExtractImagePatches(images=t, ksizes=sizes, strides=strides, rates=rates, padding=pad),
                [x], MOVE, note=f"{dtype.name} {sizes} {strides} {rates} {pad}", calls=([x[:, :1]], [x[:, :2]]))


@FAMILY.op("CropAndResize")
def crop_and_resize(g) -> Case:
    dtype, count = kernels.pick(g, "CropAndResize"), g.integer(1, 4)
    x = images(g, dtype)
    boxes, owner = g.array(np.float32, (count, 4), -0.2, 1.2), g.array(np.int32, (count,), 0, x.shape[0] - 1)
    if g.chance(0.1):
        owner[0] = g.pick([-1, 5])
    method, size = g.pick(["bilinear", "nearest"]), np.array([g.integer(1, 5), g.integer(1, 5)], np.int32)
    return Case(lambda t, b, o: raw.CropAndResize(image=t, boxes=b, box_ind=o, crop_size=size, method=method,
                                                  extrapolation_value=0.5), [x, boxes, owner], NETWORK,
                note=f"{dtype.name} {method} {size.tolist()}",
                calls=([x, boxes[:0, :g.integer(0, 4)], owner[:0]], [x, boxes[:, :2], owner], [x, boxes[:, :0], owner[:0]]))


def boxes_and_scores(g) -> list[np.ndarray]:
    count = g.integer(0, 9)
    corners = np.sort(g.array(np.float32, (count, 2, 2), 0, 1), axis=1).reshape(count, 4)
    return [corners, g.array(np.float32, (count,), 0, 1)]


@FAMILY.op("NonMaxSuppressionV3")
def nms(g) -> Case:
    limit, overlap, score = np.int32(g.integer(1, 9)), np.float32(g.pick([0.0, 0.3, 0.5, 1.0])), np.float32(g.pick([-1, 0.4]))
    return Case(lambda b, s: raw.NonMaxSuppressionV3(boxes=b, scores=s, max_output_size=limit, iou_threshold=overlap,
                                                     score_threshold=score), boxes_and_scores(g), MOVE)


@FAMILY.op("NonMaxSuppressionV2")
def nms_v2(g) -> Case:
    limit, overlap = np.int32(g.integer(1, 9)), np.float32(g.pick([0.0, 0.3, 0.5, 1.0]))
    return Case(lambda b, s: raw.NonMaxSuppressionV2(boxes=b, scores=s, max_output_size=limit, iou_threshold=overlap),
                boxes_and_scores(g), MOVE)


@FAMILY.op("NonMaxSuppression")
def nms_old(g) -> Case:
    """The versions without a threshold of scores, the padded one, and overlaps from elsewhere."""
    limit, overlap, op = np.int32(g.integer(0, 9)), g.pick([0.0, 0.3, 0.7]), g.pick(["", "V2", "V4", "WithOverlaps"])
    common = {"max_output_size": limit}
    inputs = boxes_and_scores(g)
    if op == "":
        function = lambda b, s: raw.NonMaxSuppression(boxes=b, scores=s, iou_threshold=overlap, **common)
    elif op == "V2":
        function = lambda b, s: raw.NonMaxSuppressionV2(boxes=b, scores=s, iou_threshold=np.float32(overlap), **common)
    elif op == "V4":
        padded = g.chance(0.5)
        function = lambda b, s: list(raw.NonMaxSuppressionV4(
            boxes=b, scores=s, iou_threshold=np.float32(overlap), score_threshold=np.float32(0.3),
            pad_to_max_output_size=padded, **common))
    else:
        inputs[0] = g.array(np.float32, (inputs[1].size, inputs[1].size), 0, 1)
        function = lambda b, s: raw.NonMaxSuppressionWithOverlaps(
            overlaps=b, scores=s, overlap_threshold=np.float32(overlap), score_threshold=np.float32(0.2), **common)
    return Case(function, inputs, MOVE, note=f"{op} {limit} {overlap}")


@FAMILY.op("NonMaxSuppressionV5")
def nms_v5(g) -> Case:
    limit, padded = np.int32(g.integer(1, 9)), g.chance(0.5)
    sigma, overlap = np.float32(g.pick([0.0, 0.5])), np.float32(g.pick([0.3, 0.5]))
    return Case(lambda b, s: list(raw.NonMaxSuppressionV5(
        boxes=b, scores=s, max_output_size=limit, iou_threshold=overlap, score_threshold=np.float32(0.1),
        soft_nms_sigma=sigma, pad_to_max_output_size=padded)), boxes_and_scores(g), NETWORK, note=f"sigma={sigma} padded={padded}")


@FAMILY.op("CombinedNonMaxSuppression")
def combined_nms(g) -> Case:
    batch, count, classes = g.integer(1, 2), g.integer(1, 7), g.integer(1, 3)
    shared = g.pick([1, classes])
    corners = np.sort(g.array(np.float32, (batch, count, shared, 2, 2), 0, 1), axis=3).reshape(batch, count, shared, 4)
    scores = g.array(np.float32, (batch, count, classes), 0, 1)
    each, total = np.int32(g.integer(1, 5)), np.int32(g.integer(1, 9))
    padded, clipped = g.chance(0.5), g.chance(0.5)
    if not clipped:
        corners *= 3

    def distinct(s):
        """Equal scores, as in calls with other sizes, are sorted by chance."""
        return s + 1e-4 * tf.reshape(tf.cast(tf.range(tf.size(s)), tf.float32), tf.shape(s))

    return Case(lambda b, s: list(raw.CombinedNonMaxSuppression(
        boxes=b, scores=distinct(s), max_output_size_per_class=each, max_total_size=total, iou_threshold=np.float32(0.4),
        score_threshold=np.float32(0.1), pad_per_class=padded, clip_boxes=clipped)), [corners, scores], NETWORK,
                note=f"{each} {total} padded={padded} clipped={clipped}")


def resize_gradient(op: str):
    def make(g) -> Case:
        x, height, width = images(g, kernels.pick(g, op)), g.integer(1, 9), g.integer(1, 9)
        gradient = g.array(np.float32, (x.shape[0], height, width, x.shape[3]))
        extra = centers(g)
        return Case(lambda t, u: getattr(raw, op)(grads=t, original_image=u, **extra), [gradient, x], NETWORK,
                    note=f"{x.dtype.name} {x.shape} {gradient.shape} {extra}", nonempty=True)

    FAMILY.op(op)(make)


resize_gradient("ResizeBilinearGrad")
resize_gradient("ResizeBicubicGrad")


@FAMILY.op("ResizeNearestNeighborGrad")
def nearest_gradient(g) -> Case:
    x, size, extra = images(g, kernels.pick(g, "ResizeNearestNeighborGrad")), [g.integer(1, 9), g.integer(1, 9)], centers(g)
    return Case(lambda t: raw.ResizeNearestNeighborGrad(grads=t, size=size, **extra), [x], NETWORK,
                note=f"{x.dtype.name} {x.shape} {size} {extra}", nonempty=True)


@FAMILY.op("ScaleAndTranslateGrad")
def scale_and_translate_gradient(g) -> Case:
    x, size = images(g, np.float32), (g.integer(1, 9), g.integer(1, 9))
    gradient = g.array(np.float32, (x.shape[0], *size, x.shape[3]))
    scale, translation = g.array(np.float32, (2,), 0.5, 2), g.array(np.float32, (2,))
    kernel, antialias = g.pick(["lanczos3", "gaussian", "box", "triangle", "keyscubic"]), g.chance(0.5)
    return Case(lambda t, u: raw.ScaleAndTranslateGrad(grads=t, original_image=u, scale=scale, translation=translation,
                                                       kernel_type=kernel, antialias=antialias), [gradient, x],
                NETWORK, note=kernel, nonempty=True)


def projective(op: str):
    def make(g) -> Case:
        x = images(g, kernels.pick(g, op, "dtype"))
        transforms = np.tile(np.float32([1, 0, 0, 0, 1, 0, 0, 0]), (g.pick([1, x.shape[0]]), 1))
        transforms = (transforms + g.rng.normal(0, [.5, .5, 2, .5, .5, 2, .05, .05], transforms.shape)).astype(np.float32)
        named = {"interpolation": g.pick(["NEAREST", "BILINEAR"]),
                 "fill_mode": g.pick(["CONSTANT", "REFLECT", "WRAP", "NEAREST"]),
                 "output_shape": [g.integer(1, 9), g.integer(1, 9)]}
        fill = {"fill_value": np.float32(g.pick([0, 3]))} if op.endswith("V3") else {}
        return Case(lambda t, u: getattr(raw, op)(images=t, transforms=u, **named, **fill), [x, transforms], NETWORK,
                    note=f"{x.dtype.name} {x.shape} {transforms.shape} {named}", nonempty=True)

    FAMILY.op(op)(make)


projective("ImageProjectiveTransformV2")
projective("ImageProjectiveTransformV3")


@FAMILY.op("gradients of CropAndResize")
def crop_gradients(g) -> Case:
    count, size = g.integer(1, 4), [g.integer(1, 5), g.integer(1, 5)]
    x = images(g, np.dtype(np.float32))
    boxes, owner = g.array(np.float32, (count, 4), -0.2, 1.2), g.array(np.int32, (count,), 0, x.shape[0] - 1)
    dy = g.array(np.float32, (count, *size, x.shape[3]))
    method = g.pick(["bilinear", "nearest"])

    def function(t, b, o, d):
        image = raw.CropAndResizeGradImage(grads=d, boxes=b, box_ind=o, image_size=tf.shape(t), T=tf.float32, method=method)
        return [image, raw.CropAndResizeGradBoxes(grads=d, image=t, boxes=b, box_ind=o)]

    return Case(function, [x, boxes, owner, dy], NETWORK, note=method, frozen=(0, 1, 2, 3))


@FAMILY.op("gradients of Dilation2D")
def dilation_gradients(g) -> Case:
    x, size = g.array(np.float32, (g.integer(1, 2), g.integer(4, 8), g.integer(4, 8), 2)), (g.integer(1, 3), g.integer(1, 3))
    filter, padding = g.array(np.float32, (*size, 2)), g.pick(["SAME", "VALID"])
    strides, rates = [1, g.integer(1, 2), g.integer(1, 2), 1], [1, 1, g.integer(1, 2), 1]

    def function(t, w):
        with tf.GradientTape() as tape:
            tape.watch([t, w])
            total = tf.reduce_sum(tf.nn.dilation2d(t, w, strides, padding, "NHWC", rates) ** 2)
        return tape.gradient(total, [t, w])

    return Case(function, [x, filter], NETWORK, note=f"{padding} {strides} {rates}", frozen=(0, 1))
