#include "compiler/frontends/Format.h"

#include "compiler/frontends/File.h"
#include "compiler/frontends/Varint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace ingot;
using llvm::StringRef;

namespace {

/// Walks the fields of a protobuf message, without a schema.
class FieldWalker {
public:
  explicit FieldWalker(StringRef bytes) : rest(bytes) {}

  /// False at the end, and for bytes that are no fields (`malformed`).
  bool next() {
    if (rest.empty())
      return false;
    uint64_t tag = varint();
    number = tag >> 3;
    wireType = tag & 7;
    if (!malformed && number == 0)
      malformed = true;
    skip();
    return !malformed;
  }

  uint64_t number = 0;
  unsigned wireType = 0;
  bool malformed = false;

private:
  uint64_t varint() {
    std::optional<uint64_t> value = takeVarint(rest);
    if (!value)
      drop(rest.size() + 1);
    return value.value_or(0);
  }
  void drop(uint64_t count) {
    malformed |= count > rest.size();
    rest = malformed ? StringRef() : rest.drop_front(count);
  }
  void skip() {
    switch (wireType) {
    case 0:
      varint();
      return;
    case 1:
      return drop(8);
    case 2:
      return drop(varint());
    case 5:
      return drop(4);
    default:
      malformed = true;
    }
  }

  StringRef rest;
};

} // namespace

/// SavedModel: 1 version (varint), 2 meta graphs. GraphDef: 1 nodes, 2 library,
/// 4 versions. ONNX: 1 version (varint), 7 graph, 8 operator sets, ... The
/// fields of a file that is cut off tell as well.
static Format detectProtobuf(StringRef bytes) {
  FieldWalker field(bytes);
  bool nodes = false, graph = false, version = false, onnx = false, other = false;
  while (field.next()) {
    nodes |= field.number == 1 && field.wireType == 2;
    graph |= (field.number == 2 || field.number == 4) && field.wireType == 2;
    version |= field.number == 1 && field.wireType == 0;
    onnx |= field.wireType == 2 && (field.number == 7 || field.number == 8);
    other |= field.number > 20;
  }
  nodes |= field.malformed && field.number == 1 && field.wireType == 2;
  if (other || nodes == version)
    return graph && !other && !nodes ? Format::GraphDef : Format::Unknown;
  if (onnx && !nodes)
    return Format::Onnx;
  return version ? Format::SavedModelFile : Format::GraphDef;
}

/// Text of MLIR or of a protobuf message, by its first word.
static Format detectText(StringRef bytes) {
  StringRef head = bytes.take_front(4096);
  if (!llvm::all_of(head, [](char c) { return llvm::isPrint(c) || llvm::isSpace(c) || c < 0; }))
    return Format::Unknown;
  StringRef text = head.ltrim();
  static const StringRef kMlir[] = {"module", "builtin.module",    "//", "func.func", "ingot.",
                                    "rt.",    "\"builtin.module\""};
  if (llvm::any_of(kMlir, [&](StringRef start) { return text.starts_with(start); }))
    return Format::MlirText;
  if (text.starts_with("#") || text.starts_with("!"))
    return head.contains("module") || head.contains(" = ") ? Format::MlirText : Format::Unknown;
  static const StringRef kProto[] = {"node ",    "node{",       "saved_model_schema_version",
                                     "library ", "meta_graphs", "ir_version",
                                     "versions "};
  if (llvm::any_of(kProto, [&](StringRef start) { return text.starts_with(start); }))
    return Format::ProtobufText;
  return Format::Unknown;
}

/// Of a zip archive, by its first entry.
static Format detectZip(StringRef bytes) {
  if (bytes.size() < 30)
    return Format::KerasZip;
  size_t length = llvm::support::endian::read16le(bytes.data() + 26);
  return bytes.substr(30, length).ends_with(".npy") ? Format::Arrays : Format::KerasZip;
}

Format ingot::detectFormat(llvm::MemoryBufferRef file) {
  StringRef bytes = file.getBuffer();
  if (bytes.substr(4, 4) == "TFL3")
    return Format::TFLite;
  if (bytes.starts_with("PK\x03\x04"))
    return detectZip(bytes);
  if (bytes.starts_with("\x93NUMPY"))
    return Format::Arrays;
  if (bytes.starts_with("\x89HDF\r\n\x1a\n"))
    return Format::Hdf5;
  if (bytes.starts_with("ML\xefR"))
    return Format::MlirBytecode;
  Format format = detectText(bytes);
  return format == Format::Unknown ? detectProtobuf(bytes) : format;
}

llvm::Expected<Format> ingot::detectFormat(StringRef path) {
  if (llvm::sys::fs::is_directory(path)) {
    llvm::SmallString<128> file(path);
    llvm::sys::path::append(file, "saved_model.pb");
    bool found = llvm::sys::fs::exists(file);
    return found ? Format::SavedModelDirectory : Format::Unknown;
  }
  auto buffer = openFile(path);
  if (!buffer)
    return buffer.takeError();
  return detectFormat((*buffer)->getMemBufferRef());
}

static StringRef refusal(Format format) {
  switch (format) {
  case Format::SavedModelDirectory:
  case Format::SavedModelFile:
  case Format::GraphDef:
    return "a TensorFlow model where another format is expected";
  case Format::TFLite:
    return "a TensorFlow Lite model where another format is expected";
  case Format::Onnx:
    return "an ONNX model, which this build does not read yet (convert it to a SavedModel)";
  case Format::KerasZip:
    return "a zip archive, as Keras saves models, which this build does not read yet (load it in "
           "Keras and call model.export(DIRECTORY))";
  case Format::Arrays:
    return "numpy arrays, not a model (data goes to --inputs)";
  case Format::Hdf5:
    return "an HDF5 file, as Keras saved models, which this build does not read yet (load it in "
           "Keras and call model.export(DIRECTORY))";
  case Format::MlirText:
    return "MLIR text where a model is expected";
  case Format::MlirBytecode:
    return "MLIR bytecode, which this build does not read yet (print it as text)";
  case Format::ProtobufText:
    return "a model as protobuf text, which this build does not read yet (save it as binary .pb)";
  case Format::Unknown:
    break;
  }
  return "no model that this build knows (expected a SavedModel directory, saved_model.pb, frozen "
         "GraphDef or .tflite)";
}

llvm::Error ingot::refuse(StringRef path, Format format) {
  return inFile(path, llvm::createStringError(refusal(format).str()));
}
