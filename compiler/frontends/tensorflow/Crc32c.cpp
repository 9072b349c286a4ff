#include "compiler/frontends/tensorflow/Crc32c.h"

#include "llvm/Support/Endian.h"

#include <array>

using Tables = std::array<std::array<uint32_t, 256>, 8>;

/// Table k advances the checksum of a byte over k more zero bytes, so that eight
/// bytes are taken at a time ("slicing by eight", Kounavis and Berry 2005).
static constexpr Tables makeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
    tables[0][byte] = crc;
  }
  for (unsigned k = 1; k < 8; ++k)
    for (uint32_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8) ^ tables[0][tables[k - 1][byte] & 0xff];
  return tables;
}

static constexpr Tables kTables = makeTables();

uint32_t ingot::tensorflow::crc32c(llvm::StringRef bytes, uint32_t crc) {
  crc = ~crc;
  const auto *at = bytes.bytes_begin(), *end = bytes.bytes_end();
  for (; end - at >= 8; at += 8) {
    uint64_t word = llvm::support::endian::read64le(at) ^ crc;
    crc = 0;
    for (unsigned i = 0; i < 8; ++i)
      crc ^= kTables[7 - i][(word >> (8 * i)) & 0xff];
  }
  for (; at != end; ++at)
    crc = (crc >> 8) ^ kTables[0][(crc ^ *at) & 0xff];
  return ~crc;
}

uint32_t ingot::tensorflow::maskCrc(uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8u;
}
