// What the rows of integer operators share: tensors whose numbers q stand for
// (q - zero point) * scale. The dialect has plain integers; scales become attributes of
// the ops that change them. The arithmetic is that of TensorFlow Lite's reference
// kernels, down to which steps are done in single precision.
#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_INTEGER_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_INTEGER_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// How the numbers lie in the file.
using Storage = schema::TensorType;

/// True for integers with a scale.
bool isQuantized(const Tensor &tensor);
/// Of a tensor that has one of each; of several, the first.
inline float scaleOf(const Tensor &tensor) { return tensor.quantization->scale()->Get(0); }
inline int64_t zeroPointOf(const Tensor &tensor) {
  return tensor.quantization->zero_point()->Get(0);
}
inline bool isPerChannel(const Tensor &tensor) { return tensor.quantization->scale()->size() > 1; }

/// True if the tensor is there, quantized, and of one of the types.
bool isOf(const Tensor *tensor, std::initializer_list<Storage> types);
inline bool is8Bit(const Tensor *tensor) { return isOf(tensor, {Storage::INT8, Storage::UINT8}); }

/// Output 0, if it and the first `inputs` inputs are of one of these types, all of the
/// same, with one scale each; else an error at the node.
mlir::FailureOr<const Tensor *> outputOf(Node &n, size_t inputs,
                                         std::initializer_list<Storage> types);
inline mlir::FailureOr<const Tensor *> output8Bit(Node &n, size_t inputs) {
  return outputOf(n, inputs, {Storage::INT8, Storage::UINT8});
}

//===--- Scales -------------------------------------------------------------===//

/// multiplier * 2^(shift - 31), with a multiplier of 31 bits.
struct FixedPoint {
  int32_t multiplier = 0, shift = 0;
};
/// Source: QuantizeMultiplier in tensorflow/lite/kernels/internal/quantization_util.cc.
/// Fails with an error at the node if the number is not finite or 2^30 or more.
mlir::FailureOr<FixedPoint> fixedPoint(Node &n, double value);
/// The same for numbers in (0, 1).
mlir::FailureOr<FixedPoint> fixedPointBelowOne(Node &n, double value);

struct Bounds {
  int64_t low, high;
};
/// Of an integer type.
Bounds boundsOf(Storage type);
/// Numbers of a tensor that stand for [low, high], as far as the type has them.
mlir::FailureOr<Bounds> boundsOf(Node &n, const Tensor &tensor, std::optional<float> low,
                                 std::optional<float> high);
/// What a fused activation leaves of the output's range.
mlir::FailureOr<Bounds> boundsOf(Node &n, const Tensor &output, Activation activation);

/// An ingot.requantize: see there.
struct Requantization {
  llvm::SmallVector<FixedPoint> factors; ///< one, or one for each index of `axis`
  int64_t axis = 0;
  int64_t inputZeroPoint = 0, leftShift = 0, zeroPoint = 0;
  Storage to = Storage::INT32;
  Bounds range = boundsOf(Storage::INT32);
  bool isRoundedOnce = false; ///< "single" of ingot.requantize
};
mlir::Value requantize(Node &n, mlir::Value x, const Requantization &how);
/// x * factor as numbers of output 0, in the range that the activation leaves. Null if
/// the factor has failed.
mlir::Value toOutput(Node &n, mlir::Value x, mlir::FailureOr<FixedPoint> factor,
                     Activation activation, int64_t inputZeroPoint = 0);

//===--- Values -------------------------------------------------------------===//

/// x - its zero point, as an integer of `width` bits.
mlir::Value centered(Node &n, mlir::Value x, const Tensor &tensor, unsigned width);
/// x within the range.
mlir::Value clamped(Node &n, mlir::Value x, Bounds range);
/// A scalar of an integer type.
mlir::Value integer(Node &n, mlir::Type element, int64_t value);

/// A whole number as the closest one of `type`. Out of 32 bits, and NaN, are -2^31, as
/// x86-64 converts them.
int64_t clampedTo(float value, Storage type);

/// f of each 8-bit number, by a table. f gives numbers of `to`.
mlir::Value lookup(Node &n, mlir::Value x, Storage from, Storage to,
                   llvm::function_ref<int64_t(int64_t)> f);

} // namespace ingot::tflite

#endif
