#include "compiler/Artifacts.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace ingot;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static llvm::Error failure(llvm::StringRef where, llvm::StringRef what, std::error_code code) {
  return llvm::createStringError(code, "%s: %s: %s", where.str().c_str(), what.str().c_str(),
                                 code.message().c_str());
}

std::string ingot::artifactPath(llvm::StringRef main, llvm::StringRef suffix) {
  if (suffix.empty())
    return main.str();
  llvm::SmallString<128> beside(main);
  path::replace_extension(beside, suffix);
  return beside.str().str();
}

static llvm::Error fill(int descriptor, const Artifact &artifact, llvm::StringRef where,
                        bool close) {
  llvm::raw_fd_ostream os(descriptor, close, /*unbuffered=*/true);
  os.write(artifact.bytes.data(), artifact.bytes.size());
  std::error_code code = os.error();
  os.clear_error(); // else its destructor ends the program
  return code ? failure(where, "cannot write", code) : llvm::Error::success();
}

/// A device or a pipe (/dev/null, /dev/stdout) is written in place: renaming
/// over it would replace it.
static bool isSpecial(llvm::StringRef where) {
  fs::file_status status;
  return !fs::status(where, status) && fs::exists(status) && !fs::is_regular_file(status) &&
         !fs::is_directory(status);
}

static llvm::Error writeInPlace(llvm::StringRef where, const Artifact &artifact) {
  int descriptor;
  if (std::error_code code = fs::openFileForWrite(where, descriptor, fs::CD_OpenExisting))
    return failure(where, "cannot open for writing", code);
  return fill(descriptor, artifact, where, /*close=*/true);
}

namespace {
/// Files under temporary names, which take their final ones together.
class Transaction {
public:
  ~Transaction() {
    for (Entry &entry : entries)
      llvm::consumeError(entry.file.discard());
  }
  llvm::Error stage(llvm::StringRef where, const Artifact &artifact);
  llvm::Error commit();

private:
  struct Entry {
    fs::TempFile file;
    std::string where;
  };
  std::vector<Entry> entries;
};
} // namespace

llvm::Error Transaction::stage(llvm::StringRef where, const Artifact &artifact) {
  if (fs::is_directory(where))
    return failure(where, "cannot write", std::make_error_code(std::errc::is_a_directory));
  unsigned mode = fs::all_read | fs::all_write | (artifact.executable ? fs::all_exe : 0);
  auto file = fs::TempFile::create(where + ".%%%%%%%%.tmp", mode);
  if (!file)
    return failure(where, "cannot write", llvm::errorToErrorCode(file.takeError()));
  int descriptor = file->FD;
  entries.push_back({std::move(*file), where.str()});
  return fill(descriptor, artifact, where, /*close=*/false);
}

llvm::Error Transaction::commit() {
  std::vector<std::string> done;
  while (!entries.empty()) {
    Entry entry = std::move(entries.back());
    entries.pop_back();
    if (llvm::Error error = entry.file.keep(entry.where)) {
      for (const std::string &where : done)
        fs::remove(where);
      return failure(entry.where, "cannot rename", llvm::errorToErrorCode(std::move(error)));
    }
    done.push_back(std::move(entry.where));
  }
  return llvm::Error::success();
}

llvm::Error Artifacts::write(llvm::StringRef main) const {
  if (main == "-") {
    llvm::outs().write(files.front().bytes.data(), files.front().bytes.size());
    return llvm::Error::success();
  }
  // The main file comes first in `files` and, commit being last to first, is
  // renamed last: where it stands, its companions stand.
  Transaction transaction;
  for (const Artifact &artifact : files) {
    std::string where = artifactPath(main, artifact.suffix);
    bool special = isSpecial(artifact.suffix.empty() ? where : main);
    if (special && !artifact.suffix.empty())
      continue; // nothing stands beside a device
    if (llvm::Error error =
            special ? writeInPlace(where, artifact) : transaction.stage(where, artifact))
      return error;
  }
  return transaction.commit();
}
