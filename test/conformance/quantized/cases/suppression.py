"""Non-maximum suppression, of floats."""

import numpy as np
from flatbuffers import flexbuffers

from . import Case, Draw, Tensor, maker, options


def scalar(value, dtype="f32") -> Tensor:
    return Tensor(dtype, [], data=np.asarray(value))


def add_suppression(version: int):
    name = f"NON_MAX_SUPPRESSION_V{version}"

    @maker(name)
    def make(d: Draw) -> Case:
        count, room = d.number(1, 12), d.number(1, 8)
        inputs = [Tensor("f32", [count, 4]), Tensor("f32", [count]), scalar(room, "i32"),
                  scalar(d.rng.uniform(0, 0.8)), scalar(d.rng.uniform(-1, 0.2))]
        outputs = [Tensor("i32", [room]), Tensor("f32", [room]), Tensor("i32", [])]
        if version == 5:
            inputs.append(scalar(d.one_of(0.0, 0.5, 2.0)))
        else:
            del outputs[1]
        return Case(name, 1, inputs, outputs, options(f"NonMaxSuppressionV{version}"))


add_suppression(4)
add_suppression(5)


def add_detection(name: str, is_by_class: bool, dtype="f32"):
    @maker(name)
    def make(d: Draw) -> Case:
        boxes, classes, background = d.number(1, 12), d.number(1, 4), d.number(0, 1)
        # One class of a box: several may have equal scores, which the kernel leaves in no fixed order.
        is_small = dtype == "u8"
        limit, per_box = boxes, 1 if is_small else d.number(1, classes)
        inputs = [Tensor("f32", [1, boxes, 4], small=True),
                  Tensor("f32", [1, boxes, classes + background], small=True),
                  Tensor("f32", [boxes, 4], data=np.abs(d.rng.standard_normal((boxes, 4))).astype(np.float32))]
        if is_small:
            scales = (0.05, 128), (1 / 256, 0), (0.01, 0)
            inputs = [Tensor("u8", t.shape, *scale) for t, scale in zip(inputs, scales)]
            inputs[2].data = d.numbers("u8", inputs[2].shape)
        rows = limit * per_box
        outputs = [Tensor("f32", [1, rows, 4]), Tensor("f32", [1, rows]), Tensor("f32", [1, rows]), Tensor("f32", [1])]
        values = dict(max_detections=limit, max_classes_per_detection=per_box, num_classes=classes,
                      nms_score_threshold=-1e9, nms_iou_threshold=1.0,
                      y_scale=10.0, x_scale=10.0, h_scale=5.0, w_scale=5.0)
        if is_by_class:
            # Beyond what was found the kernel writes zeros; with several classes of a box it writes nothing.
            values |= dict(use_regular_nms=True, max_classes_per_detection=1, nms_iou_threshold=0.3,
                           nms_score_threshold=float(d.one_of(-1.0, 0.0)), detections_per_class=d.number(1, 5))
            for output in outputs[:3]:
                output.shape[1] = limit
        return Case("TFLite_Detection_PostProcess", 1, inputs, outputs, bytes(flexbuffers.Dumps(values)))


add_detection("detection_postprocess", False)
add_detection("detection_postprocess_by_class", True)
add_detection("detection_postprocess_uint8", False, "u8")
