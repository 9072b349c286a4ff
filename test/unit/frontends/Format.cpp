#include "compiler/frontends/Format.h"

#include "test/unit/frontends/Support.h"

#include <catch2/catch.hpp>

using namespace ingot;

static Format detect(llvm::StringRef bytes) {
  return detectFormat(llvm::MemoryBufferRef(bytes, "bytes"));
}

static Format detectFixture(llvm::StringRef path) {
  auto format = detectFormat(test::fixture(path));
  REQUIRE(bool(format));
  return *format;
}

TEST_CASE("formats of real files are told from their content") {
  CHECK(detectFixture("digits/model") == Format::SavedModelDirectory);
  CHECK(detectFixture("digits/model/saved_model.pb") == Format::SavedModelFile);
  CHECK(detectFixture("frozen_cnn/model.pb") == Format::GraphDef);
  CHECK(detectFixture("frozen_keras/model.pb") == Format::GraphDef);
  CHECK(detectFixture("dense_tflite/model.tflite") == Format::TFLite);
  CHECK(detectFixture("digits") == Format::Unknown);
}

TEST_CASE("formats are told from their first bytes") {
  CHECK(detect("xxxxTFL3") == Format::TFLite);
  CHECK(detect("PK\x03\x04...") == Format::KerasZip);
  CHECK(detect(llvm::StringRef("PK\x03\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
                               "\x05\0\0\0x.npy",
                               35)) == Format::Arrays);
  CHECK(detect("\x93NUMPY") == Format::Arrays);
  CHECK(detect("\x89HDF\r\n\x1a\n") == Format::Hdf5);
  CHECK(detect("ML\xefR") == Format::MlirBytecode);
  CHECK(detect("// comment\nmodule {}") == Format::MlirText);
  CHECK(detect("#map = affine_map<(d0) -> (d0)>\nmodule {}") == Format::MlirText);
  CHECK(detect("node {\n  name: \"x\"\n}") == Format::ProtobufText);
}

TEST_CASE("protobuf files are told apart by their fields") {
  CHECK(detect(llvm::StringRef("\x08\x01\x12\x00", 4)) == Format::SavedModelFile);
  CHECK(detect(llvm::StringRef("\x0a\x00\x22\x00", 4)) == Format::GraphDef);
  CHECK(detect(llvm::StringRef("\x08\x08\x12\x00\x3a\x00\x42\x00", 8)) == Format::Onnx);
}

TEST_CASE("what is no model is unknown") {
  CHECK(detect("") == Format::Unknown);
  CHECK(detect("hello") == Format::Unknown);
  CHECK(detect(llvm::StringRef("\0\0\0\0", 4)) == Format::Unknown);
  CHECK(detect(std::string(100, '\xff')) == Format::Unknown);
  CHECK(test::errorOf(detectFormat(llvm::StringRef("/none"))) ==
        "/none: No such file or directory");
}

TEST_CASE("every refusal names the file and what to do") {
  for (Format format : {Format::Onnx, Format::KerasZip, Format::Hdf5, Format::MlirBytecode,
                        Format::ProtobufText, Format::Unknown}) {
    std::string message = test::text(refuse("f", format));
    CHECK(llvm::StringRef(message).starts_with("f: "));
    CHECK(llvm::StringRef(message).ends_with(")"));
  }
}
