#include "test/mutate/Wire.h"

#include "compiler/frontends/Varint.h"

#include <cstring>

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
  if (auto fields = depth < kMaxDepth ? parseWire(content, depth + 1) : std::nullopt;
      fields && !fields->empty())
    field.fields = std::move(*fields);
  else
    field.bytes = content.str();
  return field;
}

std::optional<std::vector<WireField>> ingot::test::parseWire(StringRef bytes, unsigned depth) {
  std::vector<WireField> fields;
  while (!bytes.empty()) {
    std::optional<WireField> field = takeField(bytes, depth);
    if (!field)
      return std::nullopt;
    fields.push_back(std::move(*field));
  }
  return fields;
}

static void putVarint(std::string &out, uint64_t value) {
  for (; value > 0x7f; value >>= 7)
    out.push_back(char(value | 0x80));
  out.push_back(char(value));
}

std::string ingot::test::writeWire(const std::vector<WireField> &fields) {
  std::string out;
  for (const WireField &field : fields) {
    putVarint(out, field.number << 3 | field.kind);
    if (field.kind == 0) {
      putVarint(out, field.value);
    } else if (field.kind == 2) {
      std::string content = field.fields.empty() ? field.bytes : writeWire(field.fields);
      putVarint(out, content.size());
      out += content;
    } else {
      out.append(reinterpret_cast<const char *>(&field.value), field.kind == 1 ? 8 : 4);
    }
  }
  return out;
}
