#include "tools/ingot/Progress.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot;

static constexpr std::chrono::milliseconds interval(200);
/// Rewrites the line of a terminal.
static constexpr llvm::StringLiteral clearLine = "\r\x1b[K";

Progress::Progress(bool asked)
    : asked(asked), terminal(llvm::sys::Process::StandardErrIsDisplayed()) {}

std::function<void(llvm::StringRef, double)> Progress::callback() {
  if (!asked && !terminal)
    return {};
  if (terminal)
    clock = std::thread([this] { keepShowing(); });
  return [this](llvm::StringRef stage, double seconds) { enter(stage, seconds); };
}

void Progress::enter(llvm::StringRef name, double seconds) {
  std::lock_guard lock(mutex);
  stage = name.str();
  if (terminal)
    show();
  else
    llvm::errs() << llvm::format("%7.1f s  ", seconds) << stage << '\n';
}

void Progress::keepShowing() {
  std::unique_lock lock(mutex);
  while (!ended.wait_for(lock, interval, [this] { return isOver; }))
    show();
}

/// With the mutex held.
void Progress::show() {
  std::chrono::duration<double> seconds = Clock::now() - start;
  if (stage.empty() || (!asked && seconds.count() < 1))
    return;
  llvm::errs() << clearLine << llvm::format("%7.1f s  ", seconds.count()) << stage;
  shown = true;
}

void Progress::done() {
  {
    std::lock_guard lock(mutex);
    isOver = true;
    if (shown)
      llvm::errs() << clearLine;
    shown = false;
  }
  ended.notify_one();
  if (clock.joinable())
    clock.join();
}
