#include "codegen/llvm/Weights.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Object/ObjectFile.h"
#include "llvm/Support/xxhash.h"

using namespace ingot;
using namespace mlir;
using llvm::Error;
using llvm::object::ObjectFile;

static void setZero(LLVM::GlobalOp global) {
  global.removeValueAttr();
  OpBuilder b(global);
  b.createBlock(&global.getInitializerRegion());
  Value zero = LLVM::ZeroOp::create(b, global.getLoc(), global.getType());
  LLVM::ReturnOp::create(b, global.getLoc(), zero);
}

namespace {
/// Finds the first constant of the same bytes.
class Twins {
public:
  /// Null for the first of its bytes.
  LLVM::GlobalOp of(LLVM::GlobalOp global, ArrayRef<char> bytes) {
    auto &candidates = firsts[llvm::xxh3_64bits(StringRef(bytes.data(), bytes.size()))];
    for (auto &[first, known] : candidates)
      if (known == bytes && first.getType() == global.getType() &&
          first.getAlignment() == global.getAlignment())
        return first;
    candidates.push_back({global, bytes});
    return {};
  }

private:
  llvm::DenseMap<uint64_t, SmallVector<std::pair<LLVM::GlobalOp, ArrayRef<char>>, 1>> firsts;
};
} // namespace

static ArrayRef<char> resourceBytes(LLVM::GlobalOp global) {
  auto value = dyn_cast_or_null<DenseResourceElementsAttr>(global.getValueOrNull());
  AsmResourceBlob *blob = value ? value.getRawHandle().getBlob() : nullptr;
  return blob && global.getConstant() ? blob->getData() : ArrayRef<char>();
}

/// Signatures that share weights have each packed their own.
static void shareEqual(ModuleOp module) {
  Twins twins;
  llvm::StringMap<StringRef> replaced;
  for (auto global : llvm::make_early_inc_range(module.getOps<LLVM::GlobalOp>())) {
    ArrayRef<char> bytes = resourceBytes(global);
    LLVM::GlobalOp first = bytes.empty() ? LLVM::GlobalOp() : twins.of(global, bytes);
    if (!first)
      continue;
    replaced[global.getSymName()] = first.getSymName();
    global.erase();
  }
  module.walk([&](LLVM::AddressOfOp address) {
    auto found = replaced.find(address.getGlobalName());
    if (found != replaced.end())
      address.setGlobalName(found->second);
  });
}

void Weights::takeFrom(ModuleOp module) {
  shareEqual(module);
  for (auto global : module.getOps<LLVM::GlobalOp>()) {
    ArrayRef<char> bytes = resourceBytes(global);
    if (bytes.empty())
      continue;
    values[global.getSymName()] = bytes;
    setZero(global);
    global.setExternallyInitialized(true);
    global.setLinkage(LLVM::Linkage::Internal); // private ones have no symbol
  }
}

uint64_t Weights::bytes() const {
  uint64_t sum = 0;
  for (auto &[name, value] : values)
    sum += value.size();
  return sum;
}

/// Offset of the symbol's bytes in the file.
static llvm::Expected<uint64_t> fileOffset(const ObjectFile &file,
                                           const llvm::object::SymbolRef &symbol) {
  auto section = symbol.getSection();
  if (!section)
    return section.takeError();
  auto address = symbol.getAddress();
  auto contents = (*section)->getContents();
  if (!address || !contents)
    return llvm::joinErrors(address.takeError(), contents.takeError());
  return contents->data() - file.getData().data() + (*address - (*section)->getAddress());
}

Error Weights::writeTo(llvm::MutableArrayRef<char> object) const {
  auto file = ObjectFile::createObjectFile(
      llvm::MemoryBufferRef(StringRef(object.data(), object.size()), "object"));
  if (!file)
    return file.takeError();
  for (const llvm::object::SymbolRef &symbol : (*file)->symbols()) {
    auto name = symbol.getName();
    if (!name)
      return name.takeError();
    auto value = values.find(*name);
    if (value == values.end())
      continue;
    auto offset = fileOffset(**file, symbol);
    if (!offset)
      return offset.takeError();
    if (*offset > object.size() || object.size() - *offset < value->second.size())
      return llvm::createStringError("internal: constant " + *name + " is not in the object");
    llvm::copy(value->second, object.begin() + *offset);
  }
  return Error::success();
}
