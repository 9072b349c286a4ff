#include "compiler/Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <algorithm>

using namespace ingot;
using llvm::json::Array;
using llvm::json::Object;

uint64_t Report::flashBytes() const {
  uint64_t sum = 0;
  for (const Section &section : flash)
    sum += section.bytes;
  return sum;
}

static void row(llvm::raw_ostream &os, llvm::StringRef label, uint64_t bytes,
                llvm::StringRef note = "") {
  os << llvm::format("  %-28s %14llu", label.str().c_str(), (unsigned long long)bytes);
  if (!note.empty())
    os << "  " << note;
  os << '\n';
}

static void printArena(const Report &report, llvm::raw_ostream &os) {
  row(os, "arena", report.arenaBytes, report.arenaGrows ? "and more with dynamic dimensions" : "");
  auto tensors = report.arenaPeak;
  std::stable_sort(tensors.begin(), tensors.end(),
                   [](auto &a, auto &b) { return a.bytes > b.bytes; });
  for (const Report::ArenaTensor &tensor : tensors)
    row(os, "  at " + std::to_string(tensor.offset), tensor.bytes, tensor.node);
}

static void printOps(const Report &report, llvm::raw_ostream &os) {
  size_t width = 24;
  for (const Report::OpCost &op : report.ops)
    width = std::max(width, op.op.size());
  os << llvm::left_justify("op", width + 2)
     << llvm::format("%8s %16s %16s\n", "count", "MACs", "bytes");
  for (const Report::OpCost &op : report.ops)
    os << "  " << llvm::left_justify(op.op, width)
       << llvm::format("%8llu %16llu %16llu\n", (unsigned long long)op.count,
                       (unsigned long long)op.macs, (unsigned long long)op.bytes);
}

void ingot::print(const Report &report, llvm::raw_ostream &os) {
  os << report.name << " for " << report.target << "\nflash (bytes)\n";
  for (const Report::Section &section : report.flash)
    row(os, section.name, section.bytes);
  row(os, "total", report.flashBytes());
  os << "RAM (bytes)\n";
  printArena(report, os);
  row(os, "state", report.stateBytes);
  row(os, "stack, estimated", report.stackBytes);
  if (!report.ops.empty())
    printOps(report, os);
  if (!report.symbols.empty())
    os << "needs " << llvm::join(report.symbols, ", ") << '\n';
}

llvm::json::Value ingot::toJSON(const Report &report) {
  Array flash, peak, ops;
  for (const auto &section : report.flash)
    flash.push_back(Object{{"name", section.name}, {"bytes", section.bytes}});
  for (const auto &tensor : report.arenaPeak)
    peak.push_back(
        Object{{"node", tensor.node}, {"offset", tensor.offset}, {"bytes", tensor.bytes}});
  for (const auto &op : report.ops)
    ops.push_back(
        Object{{"op", op.op}, {"count", op.count}, {"macs", op.macs}, {"bytes", op.bytes}});
  return Object{{"name", report.name},
                {"target", report.target},
                {"flash", std::move(flash)},
                {"flash_bytes", report.flashBytes()},
                {"arena_bytes", report.arenaBytes},
                {"arena_grows", report.arenaGrows},
                {"arena_peak", std::move(peak)},
                {"state_bytes", report.stateBytes},
                {"stack_bytes", report.stackBytes},
                {"ops", std::move(ops)},
                {"symbols", Array(report.symbols)}};
}
