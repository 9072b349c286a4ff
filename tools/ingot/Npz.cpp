#include "tools/ingot/Npz.h"

#include "runtime/exe/npy.h"
#include "runtime/exe/npz.h"
#include "tools/ingot/Error.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <zip.h>

using namespace ingot;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

ingot_array Array::release() {
  ingot_array released = array;
  array = {};
  return released;
}

static Expected<Array> parseNpy(StringRef bytes, const llvm::Twine &where) {
  ingot_array array;
  ingot_failure failure;
  if (!ingot_npy_load(bytes.data(), bytes.size(), &array, &failure))
    return failed(where, failure.text);
  return Array(array);
}

Expected<Array> ingot::readNpy(StringRef path) {
  if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_regular_file(path))
    return failed(path, "not a regular file"); // a pipe would be waited for
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!buffer)
    return failed(path, "cannot read: " + buffer.getError().message());
  return parseNpy((*buffer)->getBuffer(), path);
}

void NpzReader::Close::operator()(zip *archive) const { zip_discard(archive); }

static std::string describe(int code) {
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string text = zip_error_strerror(&error);
  zip_error_fini(&error);
  return text;
}

Expected<NpzReader> NpzReader::open(StringRef path) {
  NpzReader reader;
  reader.file = path.str();
  int code = 0;
  reader.archive.reset(zip_open(reader.file.c_str(), ZIP_RDONLY, &code));
  if (!reader.archive)
    return failed(path, "cannot read as .npz: " + describe(code));
  return reader;
}

std::vector<std::string> NpzReader::keys() const {
  std::vector<std::string> keys;
  zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char *name = zip_get_name(archive.get(), zip_uint64_t(i), ZIP_FL_ENC_RAW);
    StringRef key(name ? name : "");
    if (key.consume_back(".npy"))
      keys.push_back(key.str());
  }
  return keys;
}

/// Reads an entry in steps: the size that the archive claims is not trusted
/// with an allocation.
static Expected<std::string> inflate(zip *archive, zip_uint64_t index, const llvm::Twine &where) {
  constexpr size_t step = size_t(1) << 20;
  std::unique_ptr<zip_file_t, int (*)(zip_file_t *)> entry(zip_fopen_index(archive, index, 0),
                                                           zip_fclose);
  std::string bytes;
  zip_int64_t got = entry ? 1 : -1;
  while (got > 0) {
    size_t used = bytes.size();
    bytes.resize(used + std::max(step, used / 2));
    got = zip_fread(entry.get(), bytes.data() + used, bytes.size() - used);
    bytes.resize(used + (got > 0 ? size_t(got) : 0));
  }
  if (got < 0)
    return failed(where, StringRef("damaged archive: ") +
                             (entry ? zip_file_strerror(entry.get()) : zip_strerror(archive)));
  return bytes;
}

Expected<std::optional<Array>> NpzReader::load(StringRef key) const {
  zip_int64_t index = zip_name_locate(archive.get(), (key + ".npy").str().c_str(), ZIP_FL_ENC_RAW);
  if (index < 0)
    return std::nullopt;
  auto bytes = inflate(archive.get(), zip_uint64_t(index), file + ": " + key);
  if (!bytes)
    return bytes.takeError();
  auto array = parseNpy(*bytes, file + ": " + key);
  if (!array)
    return array.takeError();
  return std::move(*array);
}

void NpzWriter::Abandon::operator()(ingot_npz_writer *writer) const { ingot_npz_abandon(writer); }

Expected<NpzWriter> NpzWriter::create(StringRef path) {
  NpzWriter result;
  ingot_failure failure;
  result.file = path.str();
  result.writer.reset(ingot_npz_create(result.file.c_str(), &failure));
  if (!result.writer)
    return failed(path, failure.text);
  return result;
}

Error NpzWriter::add(StringRef key, const ingot_array &array) {
  ingot_failure failure;
  if (!ingot_npz_add(writer.get(), key.str().c_str(), &array, &failure))
    return failed(file + ": " + key, failure.text);
  return Error::success();
}

Error NpzWriter::commit() {
  ingot_failure failure;
  if (!ingot_npz_finish(writer.release(), &failure))
    return failed(file, failure.text);
  return Error::success();
}
