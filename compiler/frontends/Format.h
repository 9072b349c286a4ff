#ifndef INGOT_FRONTENDS_FORMAT_H
#define INGOT_FRONTENDS_FORMAT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace ingot {

/// What a model file is, told from its content.
enum class Format {
  SavedModelDirectory,
  SavedModelFile, ///< saved_model.pb
  GraphDef,       ///< frozen
  TFLite,
  Onnx,
  KerasZip,
  Arrays, ///< .npz or .npy
  Hdf5,
  MlirText,
  MlirBytecode,
  ProtobufText,
  Unknown,
};

/// Looks into the file (or the directory). An error only if it cannot be read.
llvm::Expected<Format> detectFormat(llvm::StringRef path);

/// The same for bytes in memory; never SavedModelDirectory.
Format detectFormat(llvm::MemoryBufferRef file);

/// The line that refuses a file of this format: what it is and what to do.
llvm::Error refuse(llvm::StringRef path, Format format);

} // namespace ingot

#endif
