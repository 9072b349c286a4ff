// How a failure reaches the user: one line on stderr and an exit code.
#ifndef INGOT_TOOLS_ERROR_H
#define INGOT_TOOLS_ERROR_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"

namespace ingot {

enum ExitCode { Success = 0, ModelFault = 1, WrongUsage = 2, InternalFault = 70 };

/// The command line is at fault, not the model.
class UsageError : public llvm::ErrorInfo<UsageError> {
public:
  static char ID;
  explicit UsageError(std::string text) : text(std::move(text)) {}
  void log(llvm::raw_ostream &os) const override { os << text; }
  std::error_code convertToErrorCode() const override;

private:
  std::string text;
};

/// "WHERE: WHAT", where the model or its data is at fault.
llvm::Error failed(const llvm::Twine &where, const llvm::Twine &what);
/// The same for the command line.
llvm::Error misused(const llvm::Twine &where, const llvm::Twine &what);

/// Prints "ingot: error: ..." on stderr as one line; returns the exit code.
int report(llvm::Error error);

/// Makes crashes and LLVM's fatal errors print such a line and exit with 70.
void installCrashHandlers();

} // namespace ingot

#endif // INGOT_TOOLS_ERROR_H
