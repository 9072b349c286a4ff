"""What TensorFlow says: results or an error, op by op on CPU."""

import dataclasses

import numpy as np
import tensorflow as tf

from conformance import case as cases

# TensorFlow has no kernel for these types, or the call makes no sense to it at all.
UNSUPPORTED = (tf.errors.UnimplementedError, tf.errors.NotFoundError, TypeError)

NO_KERNEL = ("Could not find device", "No OpKernel", "not in the list of allowed values")


class Unsupported(Exception):
    """The case cannot be tested: TensorFlow has no such kernel."""


@dataclasses.dataclass
class Expected:
    error: str | None  # the text of TensorFlow's error
    outputs: list[np.ndarray] = dataclasses.field(default_factory=list)
    magnitudes: list | None = None


def run(build, inputs) -> list[np.ndarray]:
    with tf.device("/CPU:0"):
        return [np.asarray(tf.convert_to_tensor(t).numpy()) for t in
                cases.flat(build(*[tf.constant(a) for a in inputs]))]


def expected(case: cases.Case, inputs: list[np.ndarray]) -> Expected:
    try:
        outputs = run(case.build, inputs)
    except UNSUPPORTED as error:
        raise Unsupported(str(error)[:200]) from error
    except (tf.errors.OpError, ValueError) as error:
        if any(text in str(error) for text in NO_KERNEL):
            raise Unsupported(str(error)[:200]) from error
        return Expected(str(error)[:300])
    magnitudes = None
    if case.tolerance == cases.SUM:
        magnitudes = magnitudes_of(case, inputs)
    return Expected(None, outputs, magnitudes)


def magnitudes_of(case: cases.Case, inputs: list[np.ndarray]) -> list:
    return [np.abs(np.asarray(tf.convert_to_tensor(m).numpy())) for m in dataclasses.replace(case, inputs=inputs).magnitudes()]
