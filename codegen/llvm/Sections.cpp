#include "codegen/llvm/Sections.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Object/ELFObjectFile.h"

using namespace ingot;
using namespace llvm;
using namespace llvm::object;

Expected<ObjectSections> ingot::measureObject(ArrayRef<char> bytes) {
  MemoryBufferRef buffer(StringRef(bytes.data(), bytes.size()), "object");
  auto file = ObjectFile::createObjectFile(buffer);
  if (!file)
    return file.takeError();
  ObjectSections sizes;
  for (ELFSectionRef section : (*file)->sections()) {
    if (!(section.getFlags() & ELF::SHF_ALLOC))
      continue;
    if (section.isText())
      sizes.code += section.getSize();
    else if (section.getFlags() & ELF::SHF_WRITE)
      sizes.data += section.getSize();
    else
      sizes.constants += section.getSize();
  }
  for (SymbolRef symbol : (*file)->symbols()) {
    auto flags = symbol.getFlags();
    auto name = symbol.getName();
    if (!flags || !name)
      return createStringError("the object's symbols cannot be read");
    if ((*flags & SymbolRef::SF_Undefined) && !name->empty())
      sizes.undefined.push_back(name->str());
  }
  llvm::sort(sizes.undefined);
  return sizes;
}
