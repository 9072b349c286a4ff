#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_DRAW_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_DRAW_H

#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Formula.h"
#include <array>

namespace ingot::tensorflow {

/// 64-bit words in tensors, and arithmetic on them.
class Words {
public:
  explicit Words(Node &n) : n(n) {}

  mlir::Type type() { return n.b.getIntegerType(64, /*isSigned=*/false); }
  mlir::Value word(uint64_t value);
  mlir::Value add(mlir::Value x, mlir::Value y) { return n.emit<AddOp>({x, y}); }
  mlir::Value mul(mlir::Value x, mlir::Value y) { return n.emit<MulOp>({x, y}); }
  mlir::Value bitXor(mlir::Value x, mlir::Value y) { return n.emit<XorOp>({x, y}); }
  mlir::Value low(mlir::Value x) { return n.emit<AndOp>({x, word(0xffffffff)}); }
  mlir::Value high(mlir::Value x) { return n.emit<ShiftRightOp>({x, word(32)}); }
  /// low + high * 2^32
  mlir::Value join(mlir::Value low, mlir::Value high) {
    return add(low, n.emit<ShiftLeftOp>({high, word(32)}));
  }
  /// Element i of a vector, as a scalar.
  mlir::Value at(mlir::Value vector, int64_t i) { return elementAlong(n, vector, 0, i); }

  Node &n;
};

/// A place in the stream of random numbers: scalars of 64 bits.
struct Place {
  mlir::Value key, counter, stream;
};

/// Four words of 32 bits for each counter, each [groups], ui64.
using RandomWords = std::array<mlir::Value, 4>;

/// TensorFlow's scrambling of the seed of stateless ops, a vector of two integers.
Place scrambled(Node &n, mlir::Value seed);
/// The number of the first input behind where the draw starts.
size_t firstOperand(const Node &n);

/// The words that a node draws, as many groups of four as its result needs.
///
/// Ops of TensorFlow 1 have a generator for each node, seeded by its attributes,
/// whose counter is a variable of the state block. Two seeds of 0 ask TensorFlow
/// for other numbers in each process: here they are seeds like others. Stateless ops
/// take a seed, or key and counter, as tensors.
class Draw {
public:
  /// `perGroup`: elements of the result that four words make; `stride`: counters from
  /// one group to the next; `seedInput`: the input that a stateless op has its seed or
  /// key in.
  Draw(Node &n, mlir::Value shape, int64_t perGroup, int64_t stride = 1, size_t seedInput = 1);

  /// The words `offset` (an i64 scalar) counters behind `words`.
  RandomWords at(mlir::Value offset);
  /// The first counter of each group; null if something failed.
  mlir::Value counters() { return first; }

  /// The parts, one element of each group after the other, in the shape asked for.
  mlir::Value arrange(llvm::ArrayRef<mlir::Value> parts);

  RandomWords words = {};

private:
  Place start(mlir::Value groups, size_t seedInput);
  mlir::Value advance(mlir::Value groups);
  RandomWords after(mlir::Value counters);

  Node &n;
  mlir::Value shape, count;
  Place place;
  mlir::Value first;
};

/// Uniform numbers in [0, 1) of the floating-point type: four of a group, or two of f64.
Values fractions(Node &n, const RandomWords &words, mlir::Type type);

} // namespace ingot::tensorflow

#endif
