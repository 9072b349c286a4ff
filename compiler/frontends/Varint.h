#ifndef INGOT_FRONTENDS_VARINT_H
#define INGOT_FRONTENDS_VARINT_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace ingot {

/// Takes a number in base 128, lowest digit first, off the front of `bytes`:
/// protobuf's, LevelDB's and Snappy's way to store numbers. Nothing if it is cut
/// off or does not fit 64 bits. (LLVM's decoder shifts too far on overlong ones.)
std::optional<uint64_t> takeVarint(llvm::StringRef &bytes);

} // namespace ingot

#endif
