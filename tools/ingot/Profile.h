// Time by kernel, of a library that was compiled for it (Options::instrument).
#ifndef INGOT_TOOLS_PROFILE_H
#define INGOT_TOOLS_PROFILE_H

#include "tools/ingot/Library.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"

#include <chrono>
#include <vector>

namespace ingot {

class Profile {
public:
  explicit Profile(const Library &library);

  /// Makes calls for at least `minTime` seconds while it listens to the kernels.
  llvm::Error measure(llvm::function_ref<llvm::Error()> call, double minTime);

  /// A table of time by op and of the kernels that take most.
  void print(llvm::raw_ostream &os) const;
  /// The kernels in the order of the program, mean microseconds a call, those of
  /// other signatures with 0 runs.
  llvm::json::Array toJSON() const;
  /// STEM.csv, a line a kernel, and STEM.trace.json, the last call as a Chrome trace.
  llvm::Error write(llvm::StringRef stem) const;

private:
  using Clock = std::chrono::steady_clock;
  struct Kernel {
    std::string node, op;
    uint64_t runs = 0;
    double sum = 0; ///< microseconds of all calls
    Clock::time_point start;
  };
  struct Event {
    int32_t kernel;
    double start, duration; ///< microseconds
  };

  static void onKernel(int32_t kernel, int32_t isEnd);
  void record(int32_t index, bool isEnd);
  double mean(const Kernel &kernel) const { return calls ? kernel.sum / double(calls) : 0; }
  double total() const;

  void (**hook)(int32_t, int32_t) = nullptr;
  std::vector<Kernel> kernels;
  std::vector<Event> events; ///< of the last call
  uint64_t calls = 0;
  Clock::time_point callStart;
};

} // namespace ingot

#endif // INGOT_TOOLS_PROFILE_H
