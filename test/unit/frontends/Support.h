#ifndef INGOT_TEST_FRONTENDS_SUPPORT_H
#define INGOT_TEST_FRONTENDS_SUPPORT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <random>
#include <string>

namespace ingot::test {

/// A fixture of the repository, "bert_small/model".
std::string fixture(llvm::StringRef path);

std::string readBytes(llvm::StringRef path);

/// A folder that is removed with this.
class TempDirectory {
public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory &) = delete;

  std::string path(llvm::StringRef name = "") const;
  /// Writes a file, with the folders above it; returns its path.
  std::string write(llvm::StringRef name, llvm::StringRef bytes) const;

private:
  std::string root;
};

/// The bytes with one seeded fault: bits flipped, a range overwritten, removed,
/// doubled or cut off, or a number set to an extreme.
std::string mutate(std::string bytes, std::mt19937 &random);

/// The error's text; "" if there is none.
inline std::string text(llvm::Error error) { return error ? llvm::toString(std::move(error)) : ""; }
template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

} // namespace ingot::test

#endif
