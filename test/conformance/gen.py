"""Seeded random shapes and values, with the odd ones in: empty, scalar, NaN, infinite, extreme."""

import math
import zlib

import ml_dtypes
import numpy as np

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
ODD_SIZES = [1, 2, 3, 5, 7, 8, 9, 13, 16, 17, 31, 33]


def is_float(dtype) -> bool:
    return np.dtype(dtype).kind == "f" or dtype == BFLOAT16


def float_extremes(dtype) -> list[float]:
    """No subnormal numbers: TensorFlow's vector code takes some for 0 that its scalar code does not."""
    info = ml_dtypes.finfo(dtype)
    return [float(info.max), float(info.min), float(info.tiny), -float(info.tiny), float(info.eps),
            1 + float(info.eps)]


class Gen:
    """A stream of random choices that depends on the seed alone."""

    def __init__(self, seed: int, stream: str, index: int):
        self.rng = np.random.default_rng([seed, zlib.crc32(stream.encode()), index])

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def pick(self, choices):
        return choices[int(self.rng.integers(len(choices)))]

    def integer(self, low: int, high: int) -> int:
        """One of low..high, both included."""
        return int(self.rng.integers(low, high + 1))

    def size(self, limit: int = 33) -> int:
        if self.chance(0.03):
            return 0
        return self.pick([s for s in ODD_SIZES if s <= max(limit, 1)])

    def shape(self, low: int = 0, high: int = 6, limit: int = 800, empty: bool = True) -> tuple:
        """A shape with rank low..high and about `limit` elements at most."""
        rank = self.integer(low, high)
        dims, room = [], limit
        for _ in range(rank):
            dim = self.size(max(1, min(33, round(room ** (1 / max(1, rank - len(dims))) * 2))))
            dim = max(dim, 0 if empty else 1)
            dims.append(dim if dim <= room else 1)
            room //= max(dims[-1], 1)
        self.rng.shuffle(dims)
        return tuple(int(d) for d in dims)

    def broadcast(self, count: int, high: int = 5, limit: int = 600) -> list[tuple]:
        """Shapes that broadcast together; most often equal, or one with ones or fewer dimensions."""
        shape = self.shape(0, high, limit)
        shapes = [shape] * count
        for i in range(count):
            if self.chance(0.5):
                part = [1 if self.chance(0.4) else d for d in shape]
                shapes[i] = tuple(part[self.integer(0, len(part)):] if self.chance(0.4) else part)
        return shapes

    def axis(self, rank: int) -> int:
        """An axis of a tensor of this rank, from the front or from the back."""
        return self.integer(-rank, rank - 1)

    def axes(self, rank: int, low: int = 0) -> list[int]:
        """Different axes, in any order, some counted from the back."""
        chosen = self.rng.permutation(rank)[:self.integer(min(low, rank), rank)]
        return [int(a) - rank if self.chance(0.3) else int(a) for a in chosen]

    def array(self, dtype, shape=(), low=None, high=None, special: float = 0.0) -> np.ndarray:
        """Random values: about -4..4 (or low..high), of which a share is special: NaN, infinities,
        zeros of both signs, the ends of the type."""
        dtype = np.dtype(dtype)
        if dtype.kind == "c":
            part = np.float32 if dtype.itemsize == 8 else np.float64
            values = np.empty(shape, dtype)
            values.real, values.imag = (self.array(part, shape, low, high, special) for _ in range(2))
            return values
        if dtype.kind == "b":
            return np.asarray(self.rng.random(shape) < 0.5, dtype)
        if is_float(dtype):
            return self.floats(dtype, shape, low, high, special)
        return self.integers(dtype, shape, low, high, special)

    def floats(self, dtype, shape, low, high, special) -> np.ndarray:
        values = (self.rng.normal(0, 2, shape) if low is None else self.rng.uniform(low, high, shape))
        values = np.asarray(values).astype(dtype)
        if special:
            pool = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 100.0, -100.0, math.inf, -math.inf,
                    math.nan] + float_extremes(dtype)
            self.sprinkle(values, np.array(pool).astype(dtype), special)
        return values

    def integers(self, dtype, shape, low, high, special) -> np.ndarray:
        info = np.iinfo(dtype)
        low = max(info.min, -9) if low is None else low
        high = 9 if high is None else high
        values = np.asarray(self.rng.integers(low, high, shape, endpoint=True)).astype(dtype)
        if special:
            pool = np.array([info.min, info.max, info.min + 1, info.max - 1, 0, 1, info.max // 2], dtype)
            self.sprinkle(values, pool, special)
        return values

    def sprinkle(self, values: np.ndarray, pool: np.ndarray, share: float) -> None:
        where = self.rng.random(values.shape) < share
        values[where] = self.rng.choice(pool, int(where.sum()))

    def special(self) -> float:
        """The share of special values: none in half of the cases."""
        return self.pick([0.0, 0.0, 0.1, 0.4])
