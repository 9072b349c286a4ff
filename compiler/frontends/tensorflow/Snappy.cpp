#include "compiler/frontends/tensorflow/Snappy.h"

#include "compiler/frontends/Varint.h"

using llvm::createStringError;
using llvm::Error;
using llvm::StringRef;

namespace {

/// A block is the size of the result (a varint) and then elements: literals and
/// copies of what has been written, told apart by the low bits of a tag byte.
class Decoder {
public:
  Decoder(StringRef bytes, size_t limit) : rest(bytes), limit(limit) {}

  llvm::Expected<std::string> run();

private:
  Error element();
  Error literal(unsigned tag);
  Error copy(uint64_t offset, size_t length);
  /// A little-endian number; sets `cut` when the input ends before it.
  uint64_t number(unsigned bytes);

  StringRef rest;
  std::string out;
  size_t limit, size = 0;
  bool cut = false;
};

} // namespace

static Error malformed() { return createStringError("malformed Snappy block"); }

uint64_t Decoder::number(unsigned bytes) {
  cut |= rest.size() < bytes;
  if (cut)
    return 0;
  uint64_t value = 0;
  for (unsigned i = 0; i < bytes; ++i)
    value |= uint64_t(uint8_t(rest[i])) << (8 * i);
  rest = rest.drop_front(bytes);
  return value;
}

/// Lengths up to 60 are in the tag, longer ones in one to four bytes after it.
Error Decoder::literal(unsigned tag) {
  uint64_t length = tag >> 2;
  if (length >= 60)
    length = number(unsigned(length) - 59);
  ++length;
  if (cut || length > rest.size() || length > size - out.size())
    return malformed();
  out.append(rest.data(), length);
  rest = rest.drop_front(length);
  return Error::success();
}

/// Source and target may overlap: a run is a copy from one byte before.
Error Decoder::copy(uint64_t offset, size_t length) {
  if (cut || offset == 0 || offset > out.size() || length > size - out.size())
    return malformed();
  for (size_t from = out.size() - offset; length > 0; --length)
    out.push_back(out[from++]);
  return Error::success();
}

Error Decoder::element() {
  unsigned tag = unsigned(number(1));
  switch (tag & 3) {
  case 0:
    return literal(tag);
  case 1: {
    uint64_t high = uint64_t(tag >> 5) << 8;
    return copy(high | number(1), 4 + ((tag >> 2) & 7));
  }
  case 2:
    return copy(number(2), 1 + (tag >> 2));
  default:
    return copy(number(4), 1 + (tag >> 2));
  }
}

llvm::Expected<std::string> Decoder::run() {
  std::optional<uint64_t> stated = ingot::takeVarint(rest);
  if (!stated)
    return malformed();
  if (*stated > limit)
    return createStringError("Snappy block larger than the limit of %zu bytes", limit);
  size = *stated;
  while (!rest.empty())
    if (Error failure = element())
      return std::move(failure);
  if (out.size() != size)
    return malformed();
  return std::move(out);
}

llvm::Expected<std::string> ingot::tensorflow::decodeSnappy(StringRef bytes, size_t limit) {
  return Decoder(bytes, limit).run();
}
