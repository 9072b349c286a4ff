// Fuzzes checkpoints: the bytes as an index file, and, since its checksums would
// let nothing through, as entries of an index over a small data file.
#include "compiler/frontends/tensorflow/TensorBundle.h"

using namespace ingot::tensorflow;

/// Each entry: lengths of key and value, key, value.
static TableEntries entriesOf(llvm::StringRef bytes) {
  TableEntries entries;
  while (bytes.size() > 2) {
    size_t key = uint8_t(bytes[0]), value = uint8_t(bytes[1]);
    bytes = bytes.drop_front(2);
    entries[bytes.take_front(key).str()] =
        bytes.drop_front(std::min(key, bytes.size())).take_front(value).str();
    bytes = bytes.drop_front(std::min(key + value, bytes.size()));
  }
  return entries;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  llvm::consumeError(readTable(bytes).takeError());
  TableEntries entries = entriesOf(bytes);
  TensorBundle::Shard shard = llvm::MemoryBuffer::getMemBufferCopy(std::string(256, '\0'));
  auto bundle = TensorBundle::create("/nonexistent/fuzz", entries, shard);
  if (!bundle) {
    llvm::consumeError(bundle.takeError());
    return 0;
  }
  for (const auto &[key, value] : entries) {
    llvm::consumeError(bundle->read(key).takeError());
    llvm::consumeError(bundle->read(key, "4 1,2").takeError());
  }
  return 0;
}
