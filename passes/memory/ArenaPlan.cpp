#include "passes/memory/ArenaPlan.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace ingot;

static llvm::SmallVector<unsigned> orderBy(size_t count, auto less) {
  auto order = llvm::to_vector(llvm::seq<unsigned>(0, count));
  llvm::stable_sort(order, less);
  return llvm::SmallVector<unsigned>(order.begin(), order.end());
}

ArenaPlan ingot::planArena(llvm::ArrayRef<ArenaRequest> requests) {
  ArenaPlan plan;
  plan.offsets.resize(requests.size());
  llvm::SmallVector<unsigned> placed; // by offset
  auto bytesOf = [&](unsigned i) { return llvm::alignTo(requests[i].bytes, kArenaAlignment); };
  for (unsigned i : orderBy(requests.size(), [&](unsigned a, unsigned b) {
         return requests[a].bytes > requests[b].bytes;
       })) {
    int64_t bytes = bytesOf(i), best = -1, bestGap = INT64_MAX, end = 0;
    for (unsigned other : placed) {
      if (!requests[i].live.overlaps(requests[other].live))
        continue;
      int64_t gap = plan.offsets[other] - end;
      if (gap >= bytes && gap < bestGap) {
        best = end;
        bestGap = gap;
      }
      end = std::max<int64_t>(end, plan.offsets[other] + bytesOf(other));
    }
    plan.offsets[i] = best >= 0 ? best : end;
    plan.bytes = std::max(plan.bytes, plan.offsets[i] + bytes);
    auto at = llvm::upper_bound(
        placed, i, [&](unsigned a, unsigned b) { return plan.offsets[a] < plan.offsets[b]; });
    placed.insert(at, i);
  }
  return plan;
}

namespace {
struct Peak {
  int64_t position = 0, bytes = 0;
};
} // namespace

static Peak findPeak(llvm::ArrayRef<ArenaRequest> requests) {
  std::map<int64_t, int64_t> changes;
  for (const ArenaRequest &r : requests) {
    int64_t bytes = llvm::alignTo(r.bytes, kArenaAlignment);
    changes[r.live.first] += bytes;
    changes[r.live.last + 1] -= bytes;
  }
  Peak peak;
  int64_t sum = 0;
  for (auto [position, change] : changes)
    if ((sum += change) > peak.bytes)
      peak = {position, sum};
  return peak;
}

int64_t ingot::largestLiveSum(llvm::ArrayRef<ArenaRequest> requests) {
  return findPeak(requests).bytes;
}

int64_t ingot::peakPosition(llvm::ArrayRef<ArenaRequest> requests) {
  return findPeak(requests).position;
}

llvm::SmallVector<llvm::SmallVector<unsigned>>
ingot::shareSlots(llvm::ArrayRef<ArenaInterval> intervals) {
  llvm::SmallVector<llvm::SmallVector<unsigned>> slots;
  for (unsigned i : orderBy(intervals.size(), [&](unsigned a, unsigned b) {
         return intervals[a].first < intervals[b].first;
       })) {
    auto free = llvm::find_if(
        slots, [&](const auto &slot) { return intervals[slot.back()].last < intervals[i].first; });
    if (free == slots.end())
      slots.push_back({i});
    else
      free->push_back(i);
  }
  return slots;
}
