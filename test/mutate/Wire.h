#ifndef INGOT_TEST_MUTATE_WIRE_H
#define INGOT_TEST_MUTATE_WIRE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ingot::test {

class WireMessage;
/// Messages do not change: mutants share what they have in common.
using WireMessagePtr = std::shared_ptr<const WireMessage>;

/// A field of a protobuf message as it lies in the file. What parses as a message
/// is taken for one; a few strings are as well, which does no harm here.
struct WireField {
  uint32_t number = 0;
  uint32_t kind = 0;                        ///< 0 varint, 1 64 bits, 2 by length, 5 32 bits
  uint64_t value = 0;                       ///< of kinds 0, 1 and 5
  std::shared_ptr<const std::string> bytes; ///< of kind 2, unless it is a message
  WireMessagePtr message;                   ///< of kind 2
};

class WireMessage {
public:
  explicit WireMessage(std::vector<WireField> fields);

  const std::vector<WireField> &fields() const { return all; }
  /// How many messages there are, this one and those in it.
  size_t count() const { return messages; }
  /// Message `i` of them, from the outside in; 0 is this one.
  const WireMessage &at(size_t i) const;
  /// The same with other fields in message `i`.
  WireMessagePtr with(size_t i, std::vector<WireField> fields) const;
  std::string bytes() const;

private:
  /// The field that holds message `i`, which becomes its number in there.
  size_t fieldOf(size_t &i) const;
  void append(std::string &out) const;

  std::vector<WireField> all;
  size_t messages = 1;
  size_t size = 0; ///< in bytes
};

/// Null if the bytes are no message.
WireMessagePtr parseWire(llvm::StringRef bytes, unsigned depth = 0);

} // namespace ingot::test

#endif
