#include "test/unit/frontends/Support.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot;
using llvm::StringRef;

std::string test::fixture(StringRef path) {
  llvm::SmallString<128> full(INGOT_FIXTURES);
  llvm::sys::path::append(full, path);
  return full.str().str();
}

std::string test::readBytes(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false);
  if (!buffer)
    llvm::report_fatal_error("cannot read " + path);
  return (*buffer)->getBuffer().str();
}

test::TempDirectory::TempDirectory() {
  llvm::SmallString<128> path;
  if (llvm::sys::fs::createUniqueDirectory("ingot-test", path))
    llvm::report_fatal_error("cannot create a temporary directory");
  root = path.str().str();
}

test::TempDirectory::~TempDirectory() { llvm::sys::fs::remove_directories(root); }

std::string test::TempDirectory::path(StringRef name) const {
  llvm::SmallString<128> full(root);
  llvm::sys::path::append(full, name);
  return full.str().str();
}

std::string test::TempDirectory::write(StringRef name, StringRef bytes) const {
  std::string full = path(name);
  (void)llvm::sys::fs::create_directories(llvm::sys::path::parent_path(full));
  std::error_code error;
  llvm::raw_fd_ostream(full, error) << bytes;
  if (error)
    llvm::report_fatal_error("cannot write " + StringRef(full));
  return full;
}

static void setExtreme(std::string &bytes, size_t at, std::mt19937 &random) {
  static const uint64_t kExtremes[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, UINT64_MAX};
  uint64_t value = kExtremes[random() % std::size(kExtremes)];
  size_t width = std::min<size_t>(size_t(1) << random() % 4, bytes.size() - at);
  memcpy(&bytes[at], &value, width);
}

std::string test::mutate(std::string bytes, std::mt19937 &random) {
  if (bytes.empty())
    return bytes;
  size_t at = random() % bytes.size();
  size_t length = std::min<size_t>(1 + random() % 16, bytes.size() - at);
  switch (random() % 6) {
  case 0:
    for (unsigned i = 0, n = 1 + random() % 8; i < n; ++i)
      bytes[random() % bytes.size()] ^= char(1 << random() % 8);
    return bytes;
  case 1:
    bytes.resize(at);
    return bytes;
  case 2:
    bytes.erase(at, length);
    return bytes;
  case 3:
    bytes.insert(at, bytes.substr(random() % bytes.size(), length));
    return bytes;
  case 4:
    for (size_t i = 0; i < length; ++i)
      bytes[at + i] = char(random());
    return bytes;
  default:
    setExtreme(bytes, at, random);
    return bytes;
  }
}
