// Stages of a compile, on stderr.
#ifndef INGOT_TOOLS_PROGRESS_H
#define INGOT_TOOLS_PROGRESS_H

#include "llvm/ADT/StringRef.h"

#include <functional>

namespace ingot {

/// On a terminal, one line that changes, shown from the first second on unless
/// it is asked for. In a pipe only when asked for, a line for each stage.
class Progress {
public:
  explicit Progress(bool asked);
  std::function<void(llvm::StringRef, double)> callback();
  void done(); ///< clears the line

private:
  void show(llvm::StringRef stage, double seconds);
  bool asked, terminal, shown = false;
};

} // namespace ingot

#endif // INGOT_TOOLS_PROGRESS_H
