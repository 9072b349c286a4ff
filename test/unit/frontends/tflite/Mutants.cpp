#include "compiler/frontends/tflite/Importer.h"
#include "dialects/rt/Rt.h"

#include "test/unit/frontends/Support.h"

#include "mlir/IR/Verifier.h"
#include "llvm/Support/MemoryBuffer.h"

#include <catch2/catch.hpp>
#include <cstring>

using namespace ingot;

static constexpr int kMutants = 1'000;

namespace {
struct Outcomes {
  int unread = 0, refused = 0, imported = 0;
};

/// Reads and imports models; messages must be single lines.
class Trial {
public:
  Trial() { context.loadDialect<IngotDialect, rt::RtDialect, mlir::func::FuncDialect>(); }
  void run(llvm::StringRef bytes);

  Outcomes outcomes;

private:
  void import(const tflite::Model &model);
  mlir::MLIRContext context;
};
} // namespace

void Trial::run(llvm::StringRef bytes) {
  auto model = tflite::read(llvm::MemoryBuffer::getMemBufferCopy(bytes, "mutant"));
  if (model)
    return import(**model);
  ++outcomes.unread;
  std::string message = llvm::toString(model.takeError());
  CHECK(llvm::StringRef(message).starts_with("mutant: "));
}

void Trial::import(const tflite::Model &model) {
  std::vector<std::string> errors;
  mlir::ScopedDiagnosticHandler handler(
      &context, [&](mlir::Diagnostic &diagnostic) { errors.push_back(diagnostic.str()); });
  Options options;
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp::create(mlir::UnknownLoc::get(&context));
  if (mlir::failed(tflite::Importer(model, options, *module).run())) {
    ++outcomes.refused;
    CHECK_FALSE(errors.empty()); // never without saying why
    return;
  }
  ++outcomes.imported;
  CHECK(errors == std::vector<std::string>());
  CHECK(mlir::succeeded(mlir::verify(*module)));
}

/// Most of a model's fields are numbers of 32 bits: tensors, operators, types,
/// dimensions. One becomes a small number.
static std::string mutateWord(std::string bytes, std::mt19937 &random) {
  size_t word = random() % (bytes.size() / 4);
  int32_t value = int32_t(random() % 24) - 2;
  std::memcpy(bytes.data() + 4 * word, &value, sizeof value);
  return bytes;
}

TEST_CASE("mutants of a TensorFlow Lite model are imported or refused") {
  std::mt19937 random(3);
  int refused = 0;
  for (const char *name :
       {"control_flow_tflite", "dense_tflite", "lstm_tflite", "signatures_tflite"}) {
    std::string original = test::readBytes(test::fixture(std::string(name) + "/model.tflite"));
    Trial trial;
    for (int i = 0; i < kMutants; ++i)
      trial.run(i % 2 ? test::mutate(original, random) : mutateWord(original, random));
    INFO(name);
    CHECK(trial.outcomes.unread > 0);
    CHECK(trial.outcomes.imported > 0);
    refused += trial.outcomes.refused;
  }
  CHECK(refused > 0);
}

TEST_CASE("a truncated TensorFlow Lite model is refused") {
  std::string original = test::readBytes(test::fixture("lstm_tflite/model.tflite"));
  Trial trial;
  int cuts = 0;
  for (size_t length = 8; length < original.size(); length += 97, ++cuts)
    trial.run(llvm::StringRef(original).take_front(length));
  CHECK(trial.outcomes.unread == cuts);
}
