#include "compiler/Diagnostics.h"
#include "compiler/frontends/File.h"
#include "mlir/IR/Location.h"

using namespace ingot;
using namespace mlir;

std::string ingot::nodeName(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().str();
  if (auto file = dyn_cast<FileLineColLoc>(location))
    return std::to_string(file.getLine()) + ":" + std::to_string(file.getColumn());
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (std::string name = nodeName(part); !name.empty())
        return name;
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return nodeName(call.getCallee());
  return "";
}

/// The op as the source format calls it: importers put it behind the name.
static std::string opName(Location location) {
  auto name = dyn_cast<NameLoc>(location);
  auto op = name ? dyn_cast<NameLoc>(name.getChildLoc()) : NameLoc();
  return op ? op.getName().str() : "";
}

Diagnostics::Diagnostics(MLIRContext *context, llvm::StringRef file)
    : file(file), handler(context, [this](Diagnostic &d) { return handle(d); }) {}

LogicalResult Diagnostics::handle(Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
    return success();
  Finding finding{nodeName(diagnostic.getLocation()), opName(diagnostic.getLocation()),
                  diagnostic.str(), ""};
  for (Diagnostic &note : diagnostic.getNotes()) {
    std::string text = note.str();
    bool isForUsers = !llvm::StringRef(text).starts_with("see current operation");
    if (finding.hint.empty() && note.getSeverity() == DiagnosticSeverity::Note && isForUsers)
      finding.hint = std::move(text);
  }
  if (known.insert(finding.node + '\0' + finding.reason).second)
    all.push_back(std::move(finding));
  return success();
}

llvm::Error Diagnostics::takeError() {
  if (all.empty())
    return llvm::createStringError(file + ": a pass failed without saying why");
  const Finding &first = all.front();
  std::string text;
  if (!first.node.empty())
    text += first.node + ": ";
  text += first.reason;
  if (!first.hint.empty())
    text += " (" + first.hint + ")";
  return inFile(file, llvm::createStringError(text));
}
