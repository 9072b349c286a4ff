#ifndef INGOT_FRONTENDS_TFLITE_OPS_SEQUENCE_H
#define INGOT_FRONTENDS_TFLITE_OPS_SEQUENCE_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// The state that input `input` is, if it is a variable that calls leave to the next one:
/// a matrix of floats or integers with `batch` rows. Variables of another batch than the
/// input's are made anew by the interpreter.
std::optional<StateVariable> keptState(Node &n, size_t input, Dim batch);

/// The input of a recurrent op as [time, batch, features].
struct Sequence {
  mlir::Value x; ///< null after an error
  bool isTimeMajor = true;

  Sequence(Node &n, bool isTimeMajor);
  /// Of an op that takes one step a call: the input is [batch, features].
  static Sequence ofStep(Node &n);

  /// A state [batch, units] as a call finds it: the tensor that is given, or the
  /// variable as the call before left it. Variables of another batch than the
  /// sequence's start with what stands for 0; a sequence of one step lives by its
  /// state and is refused then.
  mlir::Value initialState(Node &n, size_t input, mlir::Value units) const;
  /// Stores the state after the last step, if it is a variable.
  mlir::LogicalResult keepState(Node &n, size_t input, mlir::Value state) const;

private:
  Sequence() = default;
};

/// Input i, a tensor of that rank with `units` as first dimension; null after an error.
mlir::Value weightsAt(Node &n, size_t i, int64_t rank, mlir::Value units);
/// The first dimension of a matrix of weights, as an i64 vector of one element.
mlir::Value unitsOf(Node &n, size_t i);

/// Matrices of weights below each other, of which each has the same number of columns:
/// floats, or integers of 8 bits with a scale each (a dynamic range model).
class Weights {
public:
  /// `isAsymmetric`: how floats become integers, see HybridContraction.
  Weights(Node &n, llvm::ArrayRef<size_t> inputs, mlir::Value units, bool isAsymmetric);
  Weights() = default;
  explicit operator bool() const { return bool(matrix); }

  /// Rows of floats (the last dimension) times the transpose; null after an error.
  mlir::Value product(Node &n, mlir::Value rows) const;

private:
  mlir::Value matrix; ///< transposed if these are floats; null after an error
  llvm::SmallVector<float> scales;
  bool isAsymmetric = false;
};

/// Input i as floats: integers with a scale are brought back; null after an error.
mlir::Value realWeights(Node &n, size_t i, int64_t rank, mlir::Value units);

} // namespace ingot::tflite

#endif
