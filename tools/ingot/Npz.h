// Arrays in .npy and .npz files: stored or deflated, read by key on demand.
#ifndef INGOT_TOOLS_NPZ_H
#define INGOT_TOOLS_NPZ_H

#include "runtime/exe/array.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct zip;
struct ingot_npz_writer;

namespace ingot {

/// An array that owns its elements.
class Array {
public:
  Array() = default;
  explicit Array(const ingot_array &array) : array(array) {}
  Array(Array &&other) noexcept : array(other.release()) {}
  Array &operator=(Array &&other) noexcept {
    std::swap(array, other.array);
    return *this;
  }
  ~Array() { ingot_array_free(&array); }

  const ingot_array &operator*() const { return array; }
  const ingot_array *operator->() const { return &array; }
  ingot_array release();

private:
  ingot_array array{};
};

llvm::Expected<Array> readNpy(llvm::StringRef path);

class NpzReader {
public:
  static llvm::Expected<NpzReader> open(llvm::StringRef path);

  /// Names of the arrays, in the order of the file.
  std::vector<std::string> keys() const;
  /// Nothing if there is no such key; errors name file and key.
  llvm::Expected<std::optional<Array>> load(llvm::StringRef key) const;
  llvm::StringRef path() const { return file; }

private:
  struct Close {
    void operator()(zip *archive) const;
  };
  std::string file;
  std::unique_ptr<zip, Close> archive;
};

/// Writes a .npz with stored entries. Without commit() nothing remains.
class NpzWriter {
public:
  static llvm::Expected<NpzWriter> create(llvm::StringRef path);
  llvm::Error add(llvm::StringRef key, const ingot_array &array);
  llvm::Error commit();

private:
  struct Abandon {
    void operator()(ingot_npz_writer *writer) const;
  };
  std::string file;
  std::unique_ptr<ingot_npz_writer, Abandon> writer;
};

} // namespace ingot

#endif // INGOT_TOOLS_NPZ_H
