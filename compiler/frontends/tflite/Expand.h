// Constants that the file holds in fewer bytes than their shape has.
#ifndef INGOT_FRONTENDS_TFLITE_EXPAND_H
#define INGOT_FRONTENDS_TFLITE_EXPAND_H

#include "compiler/frontends/tflite/schema/tflite_generated.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace ingot::tflite {

/// `count` integers of 2 or 4 bits, the first one in the lowest bits of a byte, as bytes.
std::vector<char> unpackedIntegers(llvm::ArrayRef<char> packed, unsigned bits, bool isSigned,
                                   int64_t count);

/// The places in a dense tensor (row-major, counted in elements) of a sparse one's values, in
/// their order. Every level of the metadata is checked against the shape and the other levels;
/// nothing is allocated that is larger than they are. Source of the format: SparsityParameters
/// in tensorflow/lite/schema/schema.fbs.
llvm::Expected<std::vector<uint64_t>> sparsePlaces(const schema::SparsityParameters &sparsity,
                                                   llvm::ArrayRef<int64_t> shape, uint64_t values);

} // namespace ingot::tflite

#endif
