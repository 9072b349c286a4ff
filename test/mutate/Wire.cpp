#include "test/mutate/Wire.h"

#include "compiler/frontends/Varint.h"

#include <bit>
#include <cstring>
#include <optional>

using namespace ingot::test;
using llvm::StringRef;

static constexpr unsigned kMaxDepth = 16;

static std::optional<uint64_t> takeFixed(StringRef &bytes, size_t size) {
  if (bytes.size() < size)
    return std::nullopt;
  uint64_t value = 0;
  std::memcpy(&value, bytes.data(), size);
  bytes = bytes.drop_front(size);
  return value;
}

static std::optional<WireField> takeField(StringRef &bytes, unsigned depth) {
  std::optional<uint64_t> tag = ingot::takeVarint(bytes);
  if (!tag || *tag >> 3 == 0 || *tag >> 3 > 100)
    return std::nullopt;
  WireField field;
  field.number = uint32_t(*tag >> 3);
  field.kind = *tag & 7;
  if (field.kind != 0 && field.kind != 1 && field.kind != 2 && field.kind != 5)
    return std::nullopt;
  std::optional<uint64_t> value = field.kind == 1   ? takeFixed(bytes, 8)
                                  : field.kind == 5 ? takeFixed(bytes, 4)
                                                    : ingot::takeVarint(bytes);
  if (!value || (field.kind == 2 && *value > bytes.size()))
    return std::nullopt;
  field.value = *value;
  if (field.kind != 2)
    return field;
  StringRef content = bytes.take_front(*value);
  bytes = bytes.drop_front(*value);
  if (!content.empty() && depth < kMaxDepth)
    field.message = parseWire(content, depth + 1);
  if (!field.message)
    field.bytes = std::make_shared<const std::string>(content);
  return field;
}

WireMessagePtr ingot::test::parseWire(StringRef bytes, unsigned depth) {
  std::vector<WireField> fields;
  while (!bytes.empty()) {
    std::optional<WireField> field = takeField(bytes, depth);
    if (!field)
      return nullptr;
    fields.push_back(std::move(*field));
  }
  return std::make_shared<const WireMessage>(std::move(fields));
}

static size_t varintSize(uint64_t value) {
  return (std::max(1, 64 - std::countl_zero(value)) + 6) / 7;
}

static void putVarint(std::string &out, uint64_t value) {
  for (; value > 0x7f; value >>= 7)
    out.push_back(char(value | 0x80));
  out.push_back(char(value));
}

WireMessage::WireMessage(std::vector<WireField> fields) : all(std::move(fields)) {
  for (const WireField &field : all) {
    size_t content = field.message ? field.message->size : field.bytes ? field.bytes->size() : 0;
    size += varintSize(field.number << 3 | field.kind) + content;
    size += field.kind == 0   ? varintSize(field.value)
            : field.kind == 1 ? 8
            : field.kind == 2 ? varintSize(content)
                              : 4;
    messages += field.message ? field.message->count() : 0;
  }
}

size_t WireMessage::fieldOf(size_t &i) const {
  --i;
  for (size_t f = 0;; ++f) {
    if (!all[f].message)
      continue;
    if (i < all[f].message->count())
      return f;
    i -= all[f].message->count();
  }
}

const WireMessage &WireMessage::at(size_t i) const {
  return i == 0 ? *this : all[fieldOf(i)].message->at(i);
}

WireMessagePtr WireMessage::with(size_t i, std::vector<WireField> fields) const {
  if (i == 0)
    return std::make_shared<const WireMessage>(std::move(fields));
  std::vector<WireField> copy = all;
  WireMessagePtr &part = copy[fieldOf(i)].message;
  part = part->with(i, std::move(fields));
  return std::make_shared<const WireMessage>(std::move(copy));
}

void WireMessage::append(std::string &out) const {
  for (const WireField &field : all) {
    putVarint(out, field.number << 3 | field.kind);
    if (field.kind == 0) {
      putVarint(out, field.value);
    } else if (field.kind != 2) {
      out.append(reinterpret_cast<const char *>(&field.value), field.kind == 1 ? 8 : 4);
    } else if (field.message) {
      putVarint(out, field.message->size);
      field.message->append(out);
    } else {
      putVarint(out, field.bytes->size());
      out += *field.bytes;
    }
  }
}

std::string WireMessage::bytes() const {
  std::string out;
  out.reserve(size);
  append(out);
  return out;
}
