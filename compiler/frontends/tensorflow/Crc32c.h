#ifndef INGOT_FRONTENDS_TENSORFLOW_CRC32C_H
#define INGOT_FRONTENDS_TENSORFLOW_CRC32C_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace ingot::tensorflow {

/// CRC-32C (Castagnoli, RFC 3720) of `bytes`, continuing from `crc`.
uint32_t crc32c(llvm::StringRef bytes, uint32_t crc = 0);

/// Checkpoints store checksums masked, since data that holds its own checksum
/// makes a weak one.
uint32_t maskCrc(uint32_t crc);

} // namespace ingot::tensorflow

#endif
