"""Random types, shapes and scales."""

import numpy as np

from .model import DTYPES, Tensor


class Draw:
    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def one_of(self, *values):
        return values[self.rng.integers(len(values))]

    def number(self, low: int, high: int) -> int:
        """From low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def shape(self, rank: int | None = None) -> list[int]:
        return [self.number(1, 6) for _ in range(rank or self.number(1, 4))]

    def extent(self, usual: int, most: int, least: int = 1) -> int:
        """More than usual now and then: several tiles of the schedules, and their rests."""
        return self.number(least, most if self.chance(0.3) else usual)

    def scale(self, low=-8.0, high=2.0) -> float:
        """2 to a power between the two."""
        return float(np.float32(2.0 ** self.rng.uniform(low, high)))

    def near(self, scale: float, low=-2.0, high=3.0) -> float:
        return float(np.float32(scale * self.scale(low, high)))

    def zero(self, dtype: str) -> int:
        if dtype == "i16":
            return 0
        info = np.iinfo(DTYPES[dtype])
        ends = (0 if dtype == "i8" else 128, int(info.min), int(info.max))
        return self.number(info.min, info.max) if self.chance(0.7) else self.one_of(*ends)

    def tensor(self, dtype: str, shape, low=-8.0, high=2.0) -> Tensor:
        return Tensor(dtype, list(shape), self.scale(low, high), self.zero(dtype))

    def like(self, tensor: Tensor, low=-3.0, high=3.0) -> Tensor:
        """Of the type and shape, in a scale not far away."""
        return Tensor(tensor.dtype, tensor.shape, self.near(tensor.scale, low, high),
                      self.zero(tensor.dtype))

    def numbers(self, dtype: str, shape) -> np.ndarray:
        if dtype == "f32":
            return (self.rng.standard_normal(shape) * self.scale(-3, 5)).astype(np.float32)
        if dtype == "bool":
            return self.rng.integers(0, 2, shape).astype(bool)
        if dtype in ("i32", "i64"):
            return self.rng.integers(-60000, 60001, shape).astype(DTYPES[dtype])
        info = np.iinfo(DTYPES[dtype])
        return self.rng.integers(info.min, info.max + 1, shape, dtype=DTYPES[dtype])

    def weights(self, dtype: str, shape, axis: int) -> Tensor:
        if dtype == "i4":
            numbers = self.rng.integers(-7, 8, shape, dtype=np.int8)
            return Tensor(dtype, shape, [self.scale(-4, 0) for _ in range(shape[axis])], 0, numbers, axis)
        by_channel = dtype == "i8" and self.chance(0.6)
        scale = [self.scale(-8, -4) for _ in range(shape[axis])] if by_channel else self.scale(-8, -4)
        zero = 0 if dtype == "i8" else self.zero(dtype)
        numbers = self.numbers(dtype, shape)
        if dtype == "i8":  # converters use the narrow range, and kernels with SIMD count on it
            numbers = np.maximum(numbers, -127)
        return Tensor(dtype, shape, scale, zero, numbers, axis)
