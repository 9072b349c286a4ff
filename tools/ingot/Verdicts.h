// What a comparison of arrays comes to: a line for each, and the first failure.
#ifndef INGOT_TOOLS_VERDICTS_H
#define INGOT_TOOLS_VERDICTS_H

#include "tools/ingot/Tolerance.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <optional>

namespace ingot {

/// How narrow a comparison is, as the command line says it.
struct ToleranceArguments {
  std::string className = "network";
  std::optional<double> absolute, relative; ///< instead of the class's, for floats
  Tolerance of(int32_t dtype) const;
};

/// Prints a line for every array compared, or collects an object.
class Verdicts {
public:
  Verdicts(llvm::StringRef where, const ToleranceArguments &tolerance, bool json)
      : where(where), tolerance(tolerance), json(json) {}

  void compare(llvm::StringRef key, const ingot_array &actual, const ingot_array &expected,
               int32_t dtype);
  size_t count() const { return compared; }
  /// The first failure, after the JSON where that is wanted.
  llvm::Error finish();

private:
  void fail(llvm::StringRef key, const llvm::Twine &what);
  void record(llvm::StringRef key, const Difference &difference);

  std::string where, firstFailure;
  const ToleranceArguments &tolerance;
  bool json;
  llvm::json::Array rows;
  size_t compared = 0;
};

} // namespace ingot

#endif // INGOT_TOOLS_VERDICTS_H
