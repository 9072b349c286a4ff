"""One maker of random cases for each operator: MAKERS[name](draw) -> Case."""

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from ..draw import Draw
from ..model import Case, Tensor

MAKERS = {}


def maker(op):
    def add(function):
        MAKERS[op.lower()] = function
        return function
    return add


def options(kind: str, **values):
    result = getattr(schema, kind + "OptionsT")()
    for name, value in values.items():
        assert hasattr(result, name), (kind, name)
        setattr(result, name, value)
    return result


def activation(d: Draw) -> int:
    return d.one_of(0, 0, 1, 2, 3)


def constant(values) -> Tensor:
    values = np.asarray(values, np.int32)
    return Tensor("i32", list(values.shape), data=values)


def x_like(x: Tensor) -> Tensor:
    return Tensor(x.dtype, x.shape, x.scale, x.zero)


# The families add their makers.
from . import elementwise, mediapipe, movement, product, recurrent, reduce, stablehlo, suppression, window  # noqa: E402,F401
