#include "tools/ingot/Profile.h"

#include "compiler/Artifacts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

#include <map>

using namespace ingot;
using llvm::json::Object;

/// The events of a trace are limited: a loop may run its kernels any number of times.
static constexpr size_t kMaxEvents = 100'000;

/// The hook has no argument for its listener; kernels are called on one thread.
static Profile *listener = nullptr;

Profile::Profile(const Library &library) {
  hook = static_cast<void (**)(int32_t, int32_t)>(library.symbol("ingot_profile_hook"));
  auto *names = static_cast<const char *>(library.symbol("ingot_profile_nodes"));
  while (names && *names) { // pairs of texts, then an empty one
    Kernel kernel;
    kernel.node = names;
    names += kernel.node.size() + 1;
    kernel.op = names;
    names += kernel.op.size() + 1;
    kernels.push_back(std::move(kernel));
  }
}

void Profile::onKernel(int32_t kernel, int32_t isEnd) { listener->record(kernel, isEnd != 0); }

static double microseconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double, std::micro>(duration).count();
}

void Profile::record(int32_t index, bool isEnd) {
  Clock::time_point now = Clock::now();
  if (size_t(index) >= kernels.size())
    return;
  Kernel &kernel = kernels[index];
  if (!isEnd) {
    kernel.start = now;
    return;
  }
  double duration = microseconds(now - kernel.start);
  kernel.sum += duration;
  ++kernel.runs;
  if (events.size() < kMaxEvents)
    events.push_back({index, microseconds(kernel.start - callStart), duration});
}

llvm::Error Profile::measure(llvm::function_ref<llvm::Error()> call, double minTime) {
  if (!hook)
    return llvm::Error::success();
  auto nothing = *hook;
  listener = this;
  *hook = onKernel;
  Clock::time_point start = Clock::now();
  llvm::Error error = llvm::Error::success();
  do {
    events.clear();
    callStart = Clock::now();
    error = call();
    ++calls;
  } while (!error && microseconds(Clock::now() - start) < minTime * 1e6);
  *hook = nothing;
  listener = nullptr;
  return error;
}

double Profile::total() const {
  double sum = 0;
  for (const Kernel &kernel : kernels)
    sum += mean(kernel);
  return sum;
}

static void row(llvm::raw_ostream &os, llvm::StringRef name, double us, double total) {
  os << llvm::format("  %10.2f %6.1f%%  ", us, total > 0 ? 100 * us / total : 0.0) << name << '\n';
}

void Profile::print(llvm::raw_ostream &os) const {
  constexpr size_t maxRows = 20;
  using Row = std::pair<double, std::string>;
  std::map<std::string, double> byOp;
  std::vector<Row> ops, nodes;
  for (const Kernel &kernel : kernels) {
    if (kernel.runs == 0)
      continue; // of another signature
    byOp[kernel.op] += mean(kernel);
    nodes.push_back(
        {mean(kernel), kernel.node + (kernel.op.empty() ? "" : " (" + kernel.op + ")")});
  }
  for (const auto &[op, us] : byOp)
    ops.push_back({us, op.empty() ? "(no op)" : op});
  auto table = [&](const char *title, std::vector<Row> &rows) {
    llvm::stable_sort(rows, [](const Row &a, const Row &b) { return a.first > b.first; });
    os << title << '\n';
    for (const auto &[us, name] : llvm::ArrayRef(rows).take_front(maxRows))
      row(os, name, us, total());
  };
  table("by op           us  share", ops);
  table("by node         us  share", nodes);
}

llvm::json::Array Profile::toJSON() const {
  llvm::json::Array list;
  for (const Kernel &kernel : kernels)
    list.push_back(Object{{"node", llvm::json::fixUTF8(kernel.node)},
                          {"op", llvm::json::fixUTF8(kernel.op)},
                          {"us", mean(kernel)},
                          {"runs", calls ? double(kernel.runs) / double(calls) : 0}});
  return list;
}

/// A field of a CSV file (RFC 4180).
static std::string quoted(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text)
    result += c == '"' ? std::string("\"\"") : std::string(1, c);
  return result + "\"";
}

static Artifact textFile(llvm::StringRef suffix, llvm::StringRef text) {
  return {suffix.str(), {text.begin(), text.end()}};
}

llvm::Error Profile::write(llvm::StringRef stem) const {
  std::string csv = "node,op,us,runs\n";
  for (const Kernel &kernel : kernels)
    csv += llvm::formatv("{0},{1},{2:F3},{3}\n", quoted(kernel.node), quoted(kernel.op),
                         mean(kernel), calls ? double(kernel.runs) / double(calls) : 0)
               .str();
  llvm::json::Array trace;
  for (const Event &event : events)
    trace.push_back(Object{{"name", llvm::json::fixUTF8(kernels[event.kernel].node)},
                           {"cat", llvm::json::fixUTF8(kernels[event.kernel].op)},
                           {"ph", "X"},
                           {"ts", event.start},
                           {"dur", event.duration},
                           {"pid", 1},
                           {"tid", 1}});
  std::string json =
      llvm::formatv("{0}\n", llvm::json::Value(Object{{"traceEvents", std::move(trace)}})).str();
  Artifacts artifacts;
  artifacts.files.push_back(textFile(".csv", csv));
  artifacts.files.push_back(textFile(".trace.json", json));
  return artifacts.write(stem);
}
