#include "tools/ingot/ListOps.h"

#include "compiler/Compiler.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <map>

using namespace ingot;

static constexpr llvm::StringLiteral introduction = R"(# Supported ops

Printed from the rows themselves by `ingot check --list-ops`; `tools/dev docs` writes this file. An op
that is *refused* has a row that says why and what to do instead; an op that is not here is refused
too. What a row takes of an op's types, ranks and attributes is told by `ingot check MODEL`, node by
node.
)";

void ingot::printOps(llvm::raw_ostream &os) {
  std::map<std::string, std::vector<SupportedOp>> families;
  for (SupportedOp &op : supportedOps())
    families[op.family].push_back(std::move(op));
  os << introduction;
  for (const auto &[family, ops] : families) {
    os << "\n## " << family << "\n\n| op | format | note |\n|---|---|---|\n";
    for (const SupportedOp &op : ops)
      os << "| " << op.op << " | " << op.format << " | " << op.note << " |\n";
  }
}

void ingot::printOpsAsJSON(llvm::raw_ostream &os) {
  llvm::json::Array list;
  for (const SupportedOp &op : supportedOps())
    list.push_back(llvm::json::Object{
        {"format", op.format}, {"op", op.op}, {"family", op.family}, {"note", op.note}});
  os << llvm::formatv("{0:2}", llvm::json::Value(std::move(list))) << '\n';
}
