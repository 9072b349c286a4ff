"""Declares all cases, a module a group."""

from cases import attributes, data, files, flatbuffers, graphs, operators, shared, tensors, usage, variables  # noqa: F401
