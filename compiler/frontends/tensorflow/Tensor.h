#ifndef INGOT_FRONTENDS_TENSORFLOW_TENSOR_H
#define INGOT_FRONTENDS_TENSORFLOW_TENSOR_H

#include "compiler/frontends/tensorflow/DataType.h"
#include "compiler/frontends/tensorflow/schema/tensor.pb.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <vector>

namespace ingot::tensorflow {

/// A shape; unknown dimensions are -1.
struct Shape {
  bool ranked = false;
  llvm::SmallVector<int64_t, 4> dims;

  /// True if a tensor of these dimensions is of this shape.
  bool admits(llvm::ArrayRef<int64_t> extents) const;
};

/// Limits of one constant.
constexpr int64_t kMaxElements = int64_t(1) << 31;
constexpr int64_t kMaxConstantBytes = int64_t(1) << 31;
/// A list of values that is shorter than its tensor repeats its last value; a
/// few bytes of file could so ask for gigabytes. (A splat is not expanded.)
constexpr int64_t kMaxPaddedBytes = int64_t(1) << 28;
constexpr unsigned kMaxRank = 254;

/// The value of a constant or of a variable, row-major, little-endian.
struct Tensor {
  DataType dtype = DataType::Invalid;
  llvm::SmallVector<int64_t, 4> shape;
  /// All elements have one value: `bytes` or `strings` holds it once. Never set
  /// for tensors of zero elements.
  bool splat = false;
  /// The elements, unless the dtype is String. May be misaligned.
  llvm::ArrayRef<char> bytes;
  /// The elements if the dtype is String.
  std::vector<llvm::StringRef> strings;
  /// Keeps `bytes` and `strings` alive. Null: they point into the message that
  /// the tensor was decoded from.
  std::shared_ptr<const void> owner;

  int64_t elementCount() const;
};

/// Number of elements; an error for a negative dimension, for more than
/// kMaxElements, and for more than kMaxConstantBytes.
llvm::Expected<int64_t> countElements(DataType dtype, llvm::ArrayRef<int64_t> shape);

/// Decodes a constant. Copies only where the stored form is not the plain one.
/// Errors: unknown dtype, a dtype without plain values (resource, variant),
/// values that do not fit the shape, the limits above.
llvm::Expected<Tensor> decodeTensor(const proto::TensorProto &proto);

/// Booleans are one byte each; anything but 0 and 1 is an error.
llvm::Error checkBooleans(llvm::ArrayRef<char> bytes);

/// Dimensions below 0 mean unknown. An error for a rank above kMaxRank.
llvm::Expected<Shape> decodeShape(const proto::TensorShapeProto &proto);

} // namespace ingot::tensorflow

#endif
