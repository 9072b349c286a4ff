// Fuzzes the reader of saved_model.pb and of frozen graphs.
#include "compiler/frontends/tensorflow/Reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto model = ingot::tensorflow::read(llvm::MemoryBufferRef(bytes, "fuzz"), "/nonexistent");
  llvm::consumeError(model.takeError());
  return 0;
}
