#ifndef INGOT_FRONTENDS_TENSORFLOW_SLICE_H
#define INGOT_FRONTENDS_TENSORFLOW_SLICE_H

#include "compiler/frontends/tensorflow/schema/checkpoint.pb.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <string>

namespace ingot::tensorflow {

using Dims = llvm::SmallVector<int64_t, 4>;

/// A box of elements within a tensor: as many dimensions as the tensor has,
/// every one within it.
struct Slice {
  Dims start, length;

  int64_t elementCount() const;
  bool overlaps(const Slice &other) const;
  bool operator==(const Slice &) const = default;
};

/// All of a tensor.
Slice wholeSlice(llvm::ArrayRef<int64_t> shape);

/// From a checkpoint's index; checked against the shape.
llvm::Expected<Slice> decodeSlice(const proto::TensorSliceProto &proto,
                                  llvm::ArrayRef<int64_t> shape);

/// A restore op's "shape_and_slice": the dimensions of the whole tensor, then
/// one "start,length" or "-" (all of it) for each, joined by colons:
/// "10 4 0,5:-".
struct ShapeAndSlice {
  Dims shape;
  Slice slice;
};
llvm::Expected<ShapeAndSlice> parseShapeAndSlice(llvm::StringRef text);

/// The key under which a checkpoint's index holds a slice of tensor `name`.
std::string sliceKey(llvm::StringRef name, const proto::TensorSliceProto &slice);

/// Copies the elements that `from` and `to` have in common. Both are slices of
/// one tensor; `source` and `target` hold their elements, row-major.
void copyCommon(llvm::ArrayRef<char> source, const Slice &from, llvm::MutableArrayRef<char> target,
                const Slice &to, unsigned elementBytes);

} // namespace ingot::tensorflow

#endif
