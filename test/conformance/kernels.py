"""Which types TensorFlow's CPU kernels take, from its own registry."""

import functools

import numpy as np
import tensorflow as tf
from tensorflow.python.framework import kernels as registry
from tensorflow.python.framework import op_def_registry

PLAIN = [tf.bool, tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64,
         tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.complex64, tf.complex128]


@functools.cache
def dtypes(op: str, attribute: str = "T") -> list[np.dtype]:
    """The element types (no strings, no quantized ones) that an attribute of the op may have on CPU."""
    found, allowed = set(), declared(op, attribute)
    for kernel in registry.get_registered_kernels_for_op(op).kernel:
        if kernel.device_type != "CPU":
            continue
        limits = [c for c in kernel.constraint if c.name == attribute]
        found |= set(limits[0].allowed_values.list.type) if limits else allowed
    result = [np.dtype(t.as_numpy_dtype) for t in PLAIN if t.as_datatype_enum in found & allowed]
    assert result, f"no CPU kernel of {op} for {attribute}"
    return result


def declared(op: str, attribute: str) -> set:
    """The types that the op's definition allows."""
    definition = op_def_registry.get(op)
    (found,) = [a for a in definition.attr if a.name == attribute]
    allowed = set(found.allowed_values.list.type)
    return allowed or {t.as_datatype_enum for t in PLAIN}


def pick(g, op: str, attribute: str = "T") -> np.dtype:
    """A random type for the op; float32, which models use most, more often."""
    choices = dtypes(op, attribute)
    single = np.dtype(np.float32)
    return single if single in choices and g.chance(0.25) else g.pick(choices)
