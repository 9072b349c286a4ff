// Stages of a compile, on stderr.
#ifndef INGOT_TOOLS_PROGRESS_H
#define INGOT_TOOLS_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace ingot {

/// On a terminal, one line that changes, shown from the first second on unless
/// it is asked for. In a pipe only when asked for, a line for each stage.
class Progress {
public:
  explicit Progress(bool asked);
  ~Progress() { done(); }
  std::function<void(llvm::StringRef, double)> callback();
  void done(); ///< clears the line

private:
  using Clock = std::chrono::steady_clock;

  void enter(llvm::StringRef stage, double seconds);
  void keepShowing();
  void show();

  const bool asked, terminal;
  const Clock::time_point start = Clock::now();
  std::mutex mutex; ///< guards what follows
  std::condition_variable ended;
  std::string stage;
  bool isOver = false, shown = false;
  std::thread clock; ///< a stage may take minutes: the time goes on
};

} // namespace ingot

#endif // INGOT_TOOLS_PROGRESS_H
