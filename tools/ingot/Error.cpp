#include "tools/ingot/Error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstring>
#include <unistd.h>

using namespace ingot;

char UsageError::ID;

std::error_code UsageError::convertToErrorCode() const {
  return std::make_error_code(std::errc::invalid_argument);
}

llvm::Error ingot::failed(const llvm::Twine &where, const llvm::Twine &what) {
  return llvm::createStringError(where + ": " + what);
}

llvm::Error ingot::misused(const llvm::Twine &where, const llvm::Twine &what) {
  return llvm::make_error<UsageError>((where + ": " + what).str());
}

/// Names from a file may hold anything; a line feed would make two lines of one.
static void printLine(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  llvm::outs().flush();
  llvm::errs() << "ingot: error: " << text << '\n';
}

int ingot::report(llvm::Error error) {
  if (!error)
    return Success;
  int code = error.isA<UsageError>() ? WrongUsage : ModelFault;
  printLine(llvm::toString(std::move(error)));
  return code;
}

/// Runs in a signal handler: only calls that are safe there.
static void onCrash(void *) {
  static const char text[] =
      "ingot: error: internal: the program crashed (a bug: please report it with the model)\n";
  (void)!write(STDERR_FILENO, text, std::strlen(text));
  _exit(InternalFault);
}

static void onFatalError(void *, const char *reason, bool) {
  printLine(std::string("internal: ") + reason + " (a bug: please report it with the model)");
  llvm::sys::RunInterruptHandlers(); // removes temporary files
  _exit(InternalFault);
}

static void onOutOfMemory(void *, const char *, bool) {
  static const char text[] = "ingot: error: internal: out of memory\n";
  (void)!write(STDERR_FILENO, text, std::strlen(text));
  _exit(InternalFault);
}

void ingot::installCrashHandlers() {
  llvm::sys::AddSignalHandler(onCrash, nullptr);
  llvm::install_fatal_error_handler(onFatalError);
  llvm::install_bad_alloc_error_handler(onOutOfMemory);
}
