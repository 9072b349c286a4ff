"""Declares all cases, a module a group."""

from cases import attributes, data, files, flatbuffers, graphs  # noqa: F401
from cases import operators, quantized, scale, shared, tensors, usage, variables  # noqa: F401
