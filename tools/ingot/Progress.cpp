#include "tools/ingot/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot;

Progress::Progress(bool asked)
    : asked(asked), terminal(llvm::sys::Process::StandardErrIsDisplayed()) {}

std::function<void(llvm::StringRef, double)> Progress::callback() {
  if (!asked && !terminal)
    return {};
  return [this](llvm::StringRef stage, double seconds) { show(stage, seconds); };
}

void Progress::show(llvm::StringRef stage, double seconds) {
  if (!asked && seconds < 1)
    return;
  // \r and the erase sequence rewrite the line of a terminal.
  llvm::errs() << (terminal ? "\r\x1b[K" : "") << llvm::format("%7.1f s  ", seconds) << stage
               << (terminal ? "" : "\n");
  shown = true;
}

void Progress::done() {
  if (shown && terminal)
    llvm::errs() << "\r\x1b[K";
  shown = false;
}
