#include "compiler/Report.h"

#include "llvm/ADT/STLExtras.h"
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

uint64_t Report::macs() const {
  uint64_t sum = 0;
  for (const OpCost &op : ops)
    sum += op.macs;
  return sum;
}

static void row(llvm::raw_ostream &os, llvm::StringRef label, uint64_t bytes,
                llvm::StringRef note = "") {
  os << llvm::format("  %-28s %14llu", label.str().c_str(), (unsigned long long)bytes);
  if (!note.empty())
    os << "  " << note;
  os << '\n';
}

static std::vector<Report::ArenaTensor> largestFirst(std::vector<Report::ArenaTensor> tensors) {
  llvm::stable_sort(tensors, [](auto &a, auto &b) { return a.bytes > b.bytes; });
  return tensors;
}

static void printArena(const Report &report, llvm::raw_ostream &os) {
  constexpr size_t maxGrowing = 10;
  bool grows = !report.arenaGrowing.empty();
  row(os, "arena", report.arenaBytes, grows ? "and more with dynamic dimensions" : "");
  for (const Report::ArenaTensor &tensor : largestFirst(report.arenaPeak))
    row(os, "  at " + std::to_string(tensor.offset), tensor.bytes, tensor.node);
  for (auto [i, tensor] : llvm::enumerate(largestFirst(report.arenaGrowing))) {
    if (i == maxGrowing) {
      os << "    and " << report.arenaGrowing.size() - i << " more that grow\n";
      break;
    }
    row(os, "  grows", tensor.bytes, tensor.node + ", for dimensions of 1");
  }
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
  os << "  " << llvm::left_justify("total", width)
     << llvm::format("%8s %16llu\n", "", (unsigned long long)report.macs());
}

void ingot::print(const Report &report, llvm::raw_ostream &os) {
  os << report.name << " for " << report.target << '\n';
  if (!report.quantization.empty())
    os << "quantized: " << report.quantization << ", " << report.integerProducts << " of "
       << report.products << " products in integers\n";
  os << "flash (bytes)\n";
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

static Array tensorList(const std::vector<Report::ArenaTensor> &tensors) {
  Array list;
  for (const Report::ArenaTensor &tensor : tensors)
    list.push_back(Object{{"node", llvm::json::fixUTF8(tensor.node)},
                          {"offset", tensor.offset},
                          {"bytes", tensor.bytes}});
  return list;
}

llvm::json::Value ingot::toJSON(const Report &report) {
  Array flash, ops;
  for (const auto &section : report.flash)
    flash.push_back(Object{{"name", section.name}, {"bytes", section.bytes}});
  for (const auto &op : report.ops)
    ops.push_back(
        Object{{"op", op.op}, {"count", op.count}, {"macs", op.macs}, {"bytes", op.bytes}});
  return Object{{"name", report.name},
                {"target", report.target},
                {"quantization", report.quantization},
                {"products", report.products},
                {"integer_products", report.integerProducts},
                {"flash", std::move(flash)},
                {"flash_bytes", report.flashBytes()},
                {"arena_bytes", report.arenaBytes},
                {"arena_grows", !report.arenaGrowing.empty()},
                {"arena_peak", tensorList(report.arenaPeak)},
                {"arena_growing", tensorList(report.arenaGrowing)},
                {"state_bytes", report.stateBytes},
                {"stack_bytes", report.stackBytes},
                {"macs", report.macs()},
                {"ops", std::move(ops)},
                {"symbols", Array(report.symbols)}};
}

//===--- Back from JSON ---------------------------------------------------===//

namespace ingot {
static bool fromJSON(const llvm::json::Value &value, Report::Section &section,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("name", section.name) && map.map("bytes", section.bytes);
}

static bool fromJSON(const llvm::json::Value &value, Report::ArenaTensor &tensor,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("node", tensor.node) && map.map("offset", tensor.offset) &&
         map.map("bytes", tensor.bytes);
}

static bool fromJSON(const llvm::json::Value &value, Report::OpCost &cost, llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("op", cost.op) && map.map("count", cost.count) &&
         map.map("macs", cost.macs) && map.map("bytes", cost.bytes);
}

static bool fromJSON(const llvm::json::Value &value, Report &report, llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  return map && map.map("name", report.name) && map.map("target", report.target) &&
         map.mapOptional("quantization", report.quantization) &&
         map.mapOptional("products", report.products) &&
         map.mapOptional("integer_products", report.integerProducts) &&
         map.map("flash", report.flash) && map.map("arena_bytes", report.arenaBytes) &&
         map.map("arena_peak", report.arenaPeak) && map.map("arena_growing", report.arenaGrowing) &&
         map.map("state_bytes", report.stateBytes) && map.map("stack_bytes", report.stackBytes) &&
         map.map("ops", report.ops) && map.map("symbols", report.symbols);
}
} // namespace ingot

std::optional<Report> ingot::parseReport(llvm::StringRef text) {
  auto value = llvm::json::parse<Report>(text);
  if (value)
    return std::move(*value);
  consumeError(value.takeError());
  return std::nullopt;
}
