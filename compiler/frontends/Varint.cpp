#include "compiler/frontends/Varint.h"

static constexpr unsigned kMaxDigits = 10;

std::optional<uint64_t> ingot::takeVarint(llvm::StringRef &bytes) {
  uint64_t value = 0;
  for (unsigned i = 0; i < kMaxDigits && i < bytes.size(); ++i) {
    uint64_t digit = uint8_t(bytes[i]) & 0x7f;
    if (i == kMaxDigits - 1 && digit > 1)
      return std::nullopt;
    value |= digit << (7 * i);
    if (uint8_t(bytes[i]) & 0x80)
      continue;
    bytes = bytes.drop_front(i + 1);
    return value;
  }
  return std::nullopt;
}
