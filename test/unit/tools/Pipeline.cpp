#include "passes/Pipeline.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"

#include <catch2/catch.hpp>

using namespace ingot;

/// Ops that name the stage up to which they may be left.
static const std::pair<const char *, const char *> examples[] = {
    {"quantize", "%0 = ingot.neg %x : (tensor<2xf32>) -> tensor<2xf32>"},
    {"tile", "%0 = tensor.cast %x : tensor<2xf32> to tensor<?xf32>"},
    {"memory", "%0 = arith.constant 1 : index"},
};

/// The complaint about a function with this op after a stage, or "".
static std::string complaint(const char *op, const Stage &stage) {
  mlir::DialectRegistry registry;
  registerDialects(registry);
  mlir::MLIRContext context(registry);
  context.loadAllAvailableDialects();
  std::string text, source = std::string("func.func @f(%x: tensor<2xf32>) { ") + op + " return }";
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &d) { text = d.str(); });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(source, &context);
  REQUIRE(module);
  bool holds = mlir::succeeded(verifyRemaining(*module, stage));
  CHECK(holds == text.empty());
  return text;
}

TEST_CASE("what a stage should have removed is found") {
  for (auto [last, op] : examples) {
    bool allowed = true;
    for (const Stage &stage : stages()) {
      INFO(op << " after " << stage.name.str());
      std::string text = complaint(op, stage);
      // Tensors come with `lower`: before it they are as wrong as behind `tile`.
      bool tooEarly = stage.name == "normalize" || stage.name == "fuse" || stage.name == "quantize";
      if (!tooEarly || last == std::string("quantize"))
        CHECK(text.empty() == allowed);
      if (!text.empty())
        CHECK(text.find("may not be left after stage " + stage.name.str()) != std::string::npos);
      allowed &= stage.name != last;
    }
  }
}

TEST_CASE("stages have names, and findStage knows these only") {
  for (const Stage &stage : stages()) {
    CHECK(findStage(stage.name) == &stage);
    CHECK_FALSE(stage.summary.empty());
  }
  CHECK(findStage("import") == nullptr);
  CHECK(findStage("") == nullptr);
}
