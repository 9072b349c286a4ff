// A compiled model, loaded from a shared library.
#ifndef INGOT_TOOLS_LIBRARY_H
#define INGOT_TOOLS_LIBRARY_H

#include "compiler/Options.h"
#include "compiler/Report.h"
#include "ingot/abi.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace ingot {

class Library {
public:
  /// Loads a library after a check that it is one for this machine, made for
  /// our ABI number, and that its tables hold together.
  static llvm::Expected<Library> open(llvm::StringRef path);

  /// A library as it is; anything else is compiled into a temporary one, which
  /// is gone from the disk when this returns.
  static llvm::Expected<Library> openOrCompile(const Options &options);

  const ingot_model &model() const { return *tables; }
  /// What the model costs; nothing in libraries that do not tell.
  std::optional<Report> report() const;
  /// Address of an exported symbol; null if there is none.
  void *symbol(const char *name) const;

private:
  struct Unload {
    void operator()(void *handle) const;
  };
  std::unique_ptr<void, Unload> handle;
  const ingot_model *tables = nullptr;
};

/// Whether the file is a shared library (by its content).
bool isLibrary(llvm::StringRef path);

} // namespace ingot

#endif // INGOT_TOOLS_LIBRARY_H
