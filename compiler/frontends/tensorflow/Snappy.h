#ifndef INGOT_FRONTENDS_TENSORFLOW_SNAPPY_H
#define INGOT_FRONTENDS_TENSORFLOW_SNAPPY_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace ingot::tensorflow {

/// Decodes a Snappy block (the raw format, not the framed one). An error for
/// malformed bytes and for a result of more than `limit` bytes.
llvm::Expected<std::string> decodeSnappy(llvm::StringRef bytes, size_t limit);

} // namespace ingot::tensorflow

#endif
