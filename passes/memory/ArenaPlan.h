#ifndef INGOT_PASSES_MEMORY_ARENAPLAN_H
#define INGOT_PASSES_MEMORY_ARENAPLAN_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <algorithm>
#include <cstdint>

namespace ingot {

/// Buffers start at multiples of this, in bytes (one cache line).
constexpr int64_t kArenaAlignment = 64;

/// Positions of the first and the last op that use a buffer, both included.
struct ArenaInterval {
  int64_t first, last;

  void include(int64_t position) {
    first = std::min(first, position);
    last = std::max(last, position);
  }
  bool overlaps(const ArenaInterval &o) const { return first <= o.last && o.first <= last; }
};

struct ArenaRequest {
  ArenaInterval live;
  int64_t bytes;
};

struct ArenaPlan {
  llvm::SmallVector<int64_t> offsets; ///< one for each request, aligned
  int64_t bytes = 0;                  ///< what the arena needs
};

/// Offsets such that buffers that live at the same time do not overlap: the
/// largest first, each in the tightest gap that it fits (greedy by size, as in
/// Pisarchyk and Lee, "Efficient Memory Management for Deep Neural Net
/// Inference", 2020).
ArenaPlan planArena(llvm::ArrayRef<ArenaRequest> requests);

/// The largest sum of sizes (rounded up to the alignment) that are alive at
/// once: no plan can need less.
int64_t largestLiveSum(llvm::ArrayRef<ArenaRequest> requests);

/// A position at which that sum is alive.
int64_t peakPosition(llvm::ArrayRef<ArenaRequest> requests);

/// Groups of intervals that do not meet within a group (interval colouring:
/// as few groups as possible).
llvm::SmallVector<llvm::SmallVector<unsigned>> shareSlots(llvm::ArrayRef<ArenaInterval> intervals);

} // namespace ingot

#endif
