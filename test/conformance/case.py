"""What one test of an op is, and the families that make them."""

import dataclasses
import typing

import numpy as np
import tensorflow as tf

from conformance.gen import Gen

# How the results are compared; see compare.py.
MOVE = "move"        # data movement and comparisons: equal values, equal sign of zero
OP = "op"            # one element-wise op
SUM = "sum"          # contraction, sum or another op whose terms may be added in any order
NETWORK = "network"  # several ops in a row


@dataclasses.dataclass
class Case:
    """A function of TensorFlow and what is fed to it."""

    build: typing.Callable  # takes one tensor for each input; returns a tensor or a list of tensors
    inputs: list[np.ndarray]
    tolerance: str = OP
    # With SUM: what the function is called with to get the sum of its terms' magnitudes; by default
    # itself, on the magnitudes of the inputs. None: the bound has no such part.
    terms: typing.Callable | None = None
    note: str = ""          # attributes and types, for the report
    calls: tuple = ()       # more inputs for the dynamic variant
    frozen: tuple = ()      # inputs whose dimensions stay static in the dynamic variant
    nonempty: bool = False  # no dimension is made 0 in the dynamic variant
    # Functions of the same meaning for which TensorFlow takes other code: their results are as right.
    also: tuple = ()

    def magnitudes(self) -> list:
        """The results of the function on |inputs|, as bounds on the sums of its terms."""
        inputs = [np.abs(a).astype(a.dtype) if a.dtype.kind in "fcV" else a for a in self.inputs]
        return flat(self.terms(*inputs) if self.terms else self.build(*map(tf.constant, inputs)))


def flat(result) -> list:
    """The tensors that a build function returned."""
    return list(result) if isinstance(result, (list, tuple)) else [result]


class Family:
    """The ops of one family: name > function that makes a random case."""

    def __init__(self, name: str):
        self.name = name
        self.makers: dict[str, typing.Callable[[Gen], Case]] = {}

    def op(self, name: str):
        def register(make):
            assert name not in self.makers, name
            self.makers[name] = make
            return make

        return register
