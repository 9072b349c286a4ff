#ifndef INGOT_TEST_MUTATE_WIRE_H
#define INGOT_TEST_MUTATE_WIRE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ingot::test {

/// A field of a protobuf message as it lies in the file. What parses as a message
/// is taken for one; a few strings are as well, which does no harm here.
struct WireField {
  uint32_t number = 0;
  uint32_t kind = 0;             ///< 0 varint, 1 64 bits, 2 by length, 5 32 bits
  uint64_t value = 0;            ///< of kinds 0, 1 and 5
  std::string bytes;             ///< of kind 2, unless it is a message
  std::vector<WireField> fields; ///< of a message
};

/// The fields of a message; nothing if the bytes are none.
std::optional<std::vector<WireField>> parseWire(llvm::StringRef bytes, unsigned depth = 0);

std::string writeWire(const std::vector<WireField> &fields);

} // namespace ingot::test

#endif
