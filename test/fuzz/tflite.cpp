// Fuzzes the reader of TensorFlow Lite models.
#include "compiler/frontends/tflite/Reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  llvm::StringRef bytes(reinterpret_cast<const char *>(data), size);
  auto model = ingot::tflite::read(llvm::MemoryBuffer::getMemBufferCopy(bytes, "fuzz"));
  llvm::consumeError(model.takeError());
  return 0;
}
