#include "test/tools/ArraySpec.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallVector.h"

#include <cstring>

using namespace ingot;
using llvm::SmallVector;
using llvm::StringRef;

static llvm::Error bad(StringRef spec, const llvm::Twine &why) {
  return llvm::createStringError("'" + spec + "': " + why);
}

static bool parseType(StringRef type, ingot_array &array, bool &brain) {
  unsigned bits = 8;
  brain = type.consume_front("bf");
  if (type == "bool") {
    array.kind = 'b';
  } else {
    array.kind = brain ? 'f' : type.empty() ? ' ' : type.front();
    if ((!brain && !StringRef("iufcS").contains(array.kind)) ||
        type.drop_front(brain ? 0 : 1).getAsInteger(10, bits) || bits == 0)
      return false;
  }
  array.item = array.kind == 'S' ? bits : bits / 8;
  return array.item > 0;
}

static bool parseShape(StringRef text, ingot_array &array) {
  SmallVector<StringRef> parts;
  if (!text.empty())
    text.split(parts, 'x');
  if (parts.size() > INGOT_MAX_RANK)
    return false;
  for (StringRef part : parts)
    if (part.getAsInteger(10, array.dims[array.rank++]))
      return false;
  return true;
}

static bool putElement(StringRef text, char kind, size_t bytes, bool brain, char *to) {
  if (kind == 'S') {
    std::memset(to, 0, bytes);
    std::memcpy(to, text.data(), std::min(bytes, text.size()));
    return text.size() <= bytes;
  }
  uint64_t bits = 0;
  if (kind == 'f') {
    using llvm::APFloat;
    APFloat number(bytes == 8   ? APFloat::IEEEdouble()
                   : bytes == 4 ? APFloat::IEEEsingle()
                   : brain      ? APFloat::BFloat()
                                : APFloat::IEEEhalf());
    auto status = number.convertFromString(text, APFloat::rmNearestTiesToEven);
    if (!status) {
      llvm::consumeError(status.takeError());
      return false;
    }
    bits = number.bitcastToAPInt().getZExtValue();
  } else if (kind == 'i') {
    int64_t number;
    if (text.getAsInteger(10, number))
      return false;
    bits = uint64_t(number);
  } else if (text.getAsInteger(10, bits)) {
    return false;
  }
  std::memcpy(to, &bits, bytes);
  return true;
}

/// Fills the elements; `part` is a component of a complex number.
static bool fill(ingot_array &array, StringRef values, bool brain) {
  size_t bytes, used = 0;
  if (!ingot_array_bytes(&array, &bytes))
    return false;
  char kind = array.kind == 'c' ? 'f' : array.kind;
  size_t part = array.kind == 'c' ? array.item / 2 : array.item;
  SmallVector<StringRef> elements;
  values.split(elements, ',');
  char *to = static_cast<char *>(array.data);
  for (; used < bytes; used += part) {
    StringRef text = elements.size() == 1 ? elements[0] : StringRef();
    if (elements.size() > 1) {
      if (used / part >= elements.size())
        return false;
      text = elements[used / part];
    }
    if (!putElement(text, kind, part, brain, to + used))
      return false;
  }
  return elements.size() <= 1 || elements.size() == bytes / part;
}

llvm::Expected<std::pair<std::string, Array>> test::parseArray(StringRef spec) {
  auto [head, values] = spec.split('=');
  auto [rest, shape] = head.rsplit(':');
  auto [name, type] = rest.rsplit(':');
  ingot_array array{};
  ingot_failure failure;
  bool brain = false;
  if (!parseType(type, array, brain))
    return bad(spec, "no such type");
  if (!parseShape(shape, array))
    return bad(spec, "bad shape");
  if (!ingot_array_allocate(&array, &failure))
    return bad(spec, failure.text);
  Array owner(array);
  if (!fill(array, values, brain))
    return bad(spec, "bad elements, or not as many as the shape says");
  if (brain)
    array.kind = 'u';
  owner.release();
  return std::make_pair(name.str(), Array(array));
}
