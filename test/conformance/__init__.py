"""Compares compiled ops with TensorFlow on random cases; see run.py."""
