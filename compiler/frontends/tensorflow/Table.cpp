#include "compiler/frontends/tensorflow/Table.h"

#include "compiler/frontends/Varint.h"
#include "compiler/frontends/tensorflow/Crc32c.h"
#include "compiler/frontends/tensorflow/Snappy.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Endian.h"

using namespace ingot::tensorflow;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static constexpr uint64_t kMagic = 0xdb4775248b80fb57;
static constexpr size_t kFooterBytes = 48;
/// After each block: how it is compressed and its checksum.
static constexpr size_t kTrailerBytes = 5;

static uint32_t readFixed32(StringRef bytes) {
  return llvm::support::endian::read32le(bytes.data());
}

static bool readVarint(StringRef &bytes, uint64_t &value) {
  std::optional<uint64_t> taken = ingot::takeVarint(bytes);
  value = taken.value_or(0);
  return taken.has_value();
}

namespace {

/// Where a block lies in the file.
struct Handle {
  uint64_t offset = 0, size = 0;

  bool read(StringRef &bytes) { return readVarint(bytes, offset) && readVarint(bytes, size); }
  uint64_t end() const { return offset + size + kTrailerBytes; }
};

class Reader {
public:
  explicit Reader(StringRef file) : file(file) {}
  Error run();

  TableEntries entries;

private:
  using Visit = llvm::function_ref<Error(StringRef key, StringRef value)>;
  Expected<std::string> block(const Handle &handle) const;
  Error forEach(StringRef block, Visit visit);
  Error dataBlock(StringRef encoded);
  Error add(StringRef key, StringRef value);

  StringRef file;
  uint64_t lastEnd = 0; // of the data block before
  size_t held = 0;      // bytes of all entries
};

} // namespace

Expected<std::string> Reader::block(const Handle &handle) const {
  if (handle.size > file.size() || handle.offset > file.size() || handle.end() > file.size())
    return createStringError("a block lies outside the file (is it complete?)");
  StringRef content = file.substr(handle.offset, handle.size);
  StringRef checked = file.substr(handle.offset, handle.size + 1);
  uint32_t stored = readFixed32(file.substr(handle.offset + handle.size + 1, 4));
  if (stored != maskCrc(crc32c(checked)))
    return createStringError("the checksum of a block is wrong");
  switch (checked.back()) {
  case 0:
    return content.str();
  case 1:
    return decodeSnappy(content, kMaxTableBytes);
  default:
    return createStringError("a block has the unknown compression %d", checked.back());
  }
}

/// Entries drop the prefix that they share with the key before. The restart
/// points at the end serve searches only.
Error Reader::forEach(StringRef block, Visit visit) {
  if (block.size() < 4)
    return createStringError("a block is too short");
  uint64_t restarts = (uint64_t(readFixed32(block.take_back(4))) + 1) * 4;
  if (restarts > block.size())
    return createStringError("a block has more restart points than bytes");
  StringRef rest = block.drop_back(restarts);
  std::string key;
  while (!rest.empty()) {
    uint64_t shared, own, valueBytes;
    if (!readVarint(rest, shared) || !readVarint(rest, own) || !readVarint(rest, valueBytes) ||
        shared > key.size() || own > rest.size() || valueBytes > rest.size() - own)
      return createStringError("an entry of a block is malformed");
    if (shared + own > kMaxKeyBytes)
      return createStringError("a key is longer than 64 KiB");
    key.resize(shared);
    key += rest.take_front(own);
    if (Error error = visit(key, rest.substr(own, valueBytes)))
      return error;
    rest = rest.drop_front(own + valueBytes);
  }
  return Error::success();
}

Error Reader::add(StringRef key, StringRef value) {
  held += key.size() + value.size() + sizeof(TableEntries::value_type);
  if (held > kMaxTableBytes)
    return createStringError("the table holds more than 64 MiB");
  if (!entries.emplace(key.str(), value.str()).second)
    return createStringError("a key appears twice");
  return Error::success();
}

/// Blocks are written one after the other; a file in which they overlap would
/// make us read the same bytes again and again.
Error Reader::dataBlock(StringRef encoded) {
  Handle handle;
  if (!handle.read(encoded))
    return createStringError("the place of a block is malformed");
  Expected<std::string> content = block(handle);
  if (!content)
    return content.takeError();
  if (handle.offset < lastEnd)
    return createStringError("two blocks overlap");
  lastEnd = handle.end();
  return forEach(*content, [&](StringRef key, StringRef value) { return add(key, value); });
}

Error Reader::run() {
  if (file.size() < kFooterBytes ||
      llvm::support::endian::read64le(file.take_back(8).data()) != kMagic)
    return createStringError("no checkpoint index (is it complete?)");
  StringRef footer = file.take_back(kFooterBytes);
  Handle meta, index;
  if (!meta.read(footer) || !index.read(footer))
    return createStringError("the footer is malformed");
  Expected<std::string> blocks = block(index);
  if (!blocks)
    return blocks.takeError();
  return forEach(*blocks, [&](StringRef, StringRef handle) { return dataBlock(handle); });
}

Expected<TableEntries> ingot::tensorflow::readTable(StringRef bytes) {
  Reader reader(bytes);
  if (Error error = reader.run())
    return std::move(error);
  return std::move(reader.entries);
}
