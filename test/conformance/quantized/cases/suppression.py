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


@maker("detection_postprocess")
def detection_postprocess(d: Draw) -> Case:
    boxes, classes, background = d.number(1, 12), d.number(1, 4), d.number(0, 1)
    limit, per_box = boxes, d.number(1, classes)
    anchors = np.abs(d.rng.standard_normal((boxes, 4))).astype(np.float32)
    inputs = [Tensor("f32", [1, boxes, 4], small=True), Tensor("f32", [1, boxes, classes + background], small=True),
              Tensor("f32", [boxes, 4], data=anchors)]
    rows = limit * per_box
    outputs = [Tensor("f32", [1, rows, 4]), Tensor("f32", [1, rows]), Tensor("f32", [1, rows]), Tensor("f32", [1])]
    values = dict(max_detections=limit, max_classes_per_detection=per_box, num_classes=classes,
                  nms_score_threshold=-1e9, nms_iou_threshold=1.0,
                  y_scale=10.0, x_scale=10.0, h_scale=5.0, w_scale=5.0)
    return Case("TFLite_Detection_PostProcess", 1, inputs, outputs, bytes(flexbuffers.Dumps(values)))
