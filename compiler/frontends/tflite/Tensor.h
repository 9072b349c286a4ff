#ifndef INGOT_FRONTENDS_TFLITE_TENSOR_H
#define INGOT_FRONTENDS_TFLITE_TENSOR_H

#include "compiler/frontends/tflite/schema/tflite_generated.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

namespace ingot::tflite {

constexpr int64_t kMaxElements = int64_t(1) << 31;
constexpr unsigned kMaxRank = 254;

using schema::TensorType;

/// Bits of one stored element; 0 for strings, resources and variants.
unsigned elementBits(TensorType type);

/// A tensor of a subgraph, checked.
struct Tensor {
  llvm::StringRef name; ///< may be empty
  TensorType type = TensorType::FLOAT32;
  /// Dimensions; -1 where the file leaves them open. A constant's are all known.
  llvm::SmallVector<int64_t, 4> shape;
  /// The file says that even the rank is open (`shape` is empty then).
  bool ranked = true;
  /// A constant: its value is `data`, or `strings` if the type is STRING.
  bool constant = false;
  /// Keeps its value between calls; no operator of the graph writes it.
  bool variable = false;
  /// Row-major, little-endian, of the exact size; may be misaligned. What the file packs
  /// is expanded: integers below 8 bits are INT8 or UINT8 then, sparse tensors dense.
  llvm::ArrayRef<char> data;
  llvm::ArrayRef<llvm::StringRef> strings;
  /// Null if the tensor is not quantized. `scale` and `zero_point` have one entry
  /// each, or one for each index of the (existing) quantized dimension.
  const schema::QuantizationParameters *quantization = nullptr;
};

/// The constant data of a file.
class Buffers {
public:
  /// What constants become when they are expanded; it outlives this.
  using Expanded = std::vector<std::vector<char>>;

  Buffers(llvm::StringRef file, const schema::Model &model, Expanded &expanded)
      : file(file), model(model), expanded(expanded) {}

  /// The bytes of a buffer, which may lie in the flatbuffer or behind it.
  llvm::Expected<llvm::ArrayRef<char>> bytes(uint32_t index) const;
  /// A buffer as strings: their number, the offset of each and of the end (all
  /// 32 bits), the bytes. Decoded once; the answer lives as long as this.
  llvm::Expected<llvm::ArrayRef<llvm::StringRef>> strings(uint32_t index);

  /// Tables of a flatbuffer may share vectors, so that a small file could make
  /// us read the same bytes again and again. No writer does that: the elements
  /// of all vectors together are no more than the file has bytes.
  llvm::Error takeElements(uint64_t count);

  /// So many bytes of an expanded constant may be made: all together 64 MiB and 16 times
  /// the size of the file.
  llvm::Error takeExpanded(uint64_t bytes);
  llvm::ArrayRef<char> keep(std::vector<char> bytes) {
    return expanded.emplace_back(std::move(bytes));
  }

private:
  llvm::StringRef file;
  const schema::Model &model;
  Expanded &expanded;
  uint64_t taken = 0, expandedBytes = 0;
  llvm::DenseMap<uint32_t, std::unique_ptr<std::vector<llvm::StringRef>>> decoded;
};

/// Checks one tensor: type, shape, that a constant's bytes fit its shape, that
/// the quantization parameters fit each other.
llvm::Expected<Tensor> readTensor(const schema::Tensor &def, Buffers &buffers);

} // namespace ingot::tflite

#endif
