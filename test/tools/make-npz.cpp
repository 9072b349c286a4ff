// make-npz OUT [--deflate] ARRAY...: test data without numpy. OUT ends in .npz,
// or in .npy for a single array. ARRAY: see ArraySpec.h.
#include "runtime/exe/npy.h"
#include "test/tools/ArraySpec.h"

#include "llvm/Support/raw_ostream.h"

#include <cstring>
#include <zip.h>

using namespace ingot;

static std::string npyBytes(const ingot_array &array) {
  char header[INGOT_NPY_HEADER_MAX];
  size_t used = ingot_npy_header(&array, header), bytes = 0;
  ingot_array_bytes(&array, &bytes);
  return std::string(header, used) + std::string(static_cast<const char *>(array.data), bytes);
}

static int writeNpy(const char *path, const ingot_array &array) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (!code)
    os << npyBytes(array);
  return code ? 1 : 0;
}

static int writeDeflated(const char *path,
                         const std::vector<std::pair<std::string, Array>> &arrays) {
  zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  std::vector<std::string> texts;
  texts.reserve(arrays.size());
  for (const auto &[name, array] : arrays) {
    texts.push_back(npyBytes(*array));
    zip_source_t *source = zip_source_buffer(archive, texts.back().data(), texts.back().size(), 0);
    zip_int64_t index = zip_file_add(archive, (name + ".npy").c_str(), source, ZIP_FL_ENC_UTF_8);
    zip_set_file_compression(archive, zip_uint64_t(index), ZIP_CM_DEFLATE, 0);
  }
  return zip_close(archive) ? 1 : 0;
}

static llvm::Error writeStored(const char *path,
                               const std::vector<std::pair<std::string, Array>> &arrays) {
  auto writer = NpzWriter::create(path);
  if (!writer)
    return writer.takeError();
  for (const auto &[name, array] : arrays)
    if (llvm::Error error = writer->add(name, *array))
      return error;
  return writer->commit();
}

static int fail(llvm::Error error) {
  llvm::errs() << "make-npz: " << llvm::toString(std::move(error)) << '\n';
  return 1;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    llvm::errs() << "usage: make-npz OUT [--deflate] NAME:TYPE:SHAPE=ELEMENTS...\n";
    return 2;
  }
  std::vector<std::pair<std::string, Array>> arrays;
  bool deflate = false;
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "--deflate") == 0) {
      deflate = true;
      continue;
    }
    auto array = test::parseArray(argv[i]);
    if (!array)
      return fail(array.takeError());
    arrays.push_back(std::move(*array));
  }
  if (llvm::StringRef(argv[1]).ends_with(".npy"))
    return arrays.size() == 1 ? writeNpy(argv[1], *arrays[0].second) : 2;
  if (deflate)
    return writeDeflated(argv[1], arrays);
  if (llvm::Error error = writeStored(argv[1], arrays))
    return fail(std::move(error));
  return 0;
}
