#include "compiler/frontends/mlir/Text.h"

#include "llvm/ADT/StringExtras.h"

using namespace ingot;
using llvm::createStringError;
using llvm::Error;
using llvm::StringRef;

/// Length of the comment or string that the text begins with, or 0.
static size_t quotedLength(StringRef text) {
  if (text.starts_with("//"))
    return std::min(text.find('\n'), text.size());
  if (!text.starts_with("\""))
    return 0;
  size_t end = 1;
  while (end < text.size() && text[end] != '"')
    end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// Length of the word (keyword, or name with its sigil) that the text begins with, or 0.
static size_t wordLength(StringRef text) {
  size_t sigil = StringRef("@%^").contains(text.front());
  size_t end =
      text.find_if_not([](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; }, sigil);
  return std::min(end, text.size());
}

Error ingot::checkText(StringRef text) {
  unsigned depth = 0;
  while (!text.empty()) {
    if (size_t quoted = quotedLength(text)) {
      text = text.drop_front(quoted);
      continue;
    }
    if (size_t length = wordLength(text)) {
      if (text.starts_with("affine_"))
        return createStringError("affine maps have no place in a model");
      text = text.drop_front(length);
      continue;
    }
    if (text.consume_front("->"))
      continue;
    char c = text.front();
    text = text.drop_front();
    if (depth == 0 && (c == '#' || c == '!'))
      return createStringError("aliases are not read (print the module without them)");
    if (StringRef("([{<").contains(c) && ++depth > kMaxTextNesting)
      return createStringError("nests deeper than 256 levels");
    if (depth && StringRef(")]}>").contains(c))
      --depth;
  }
  return Error::success();
}
