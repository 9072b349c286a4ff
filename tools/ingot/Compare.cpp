// ingot compare: compiled code against recorded inputs and outputs, or against the
// unoptimised build (CompareReference.cpp).
//
// The golden file holds, for every case K = 0, 1, ..., the arrays K/in/NAME and
// K/out/NAME. The cases are calls in order over one state, or each from the initial one.
#include "tools/ingot/Compare.h"

#include "tools/ingot/Call.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/Verbs.h"

#include <CLI/CLI.hpp>

using namespace ingot;
using llvm::Error;
using llvm::StringRef;

namespace {
/// One case of a golden file as the source of a call's inputs.
class CaseSource : public Source {
public:
  CaseSource(const NpzReader &golden, std::string prefix)
      : golden(golden), prefix(std::move(prefix)) {}
  llvm::Expected<std::optional<Array>> load(StringRef key) override {
    return golden.load(prefix + "/in/" + key.str());
  }
  std::string where() const override { return golden.path().str() + ": case " + prefix; }

private:
  const NpzReader &golden;
  std::string prefix;
};
} // namespace

void CompareVerb::add(CLI::App &verb) {
  verb.add_option("model", compile.model, "a model, compiled on the spot, or a compiled library")
      ->required()
      ->check(checkGiven)
      ->type_name("MODEL");
  verb.add_option("--golden", golden,
                  "recorded cases: arrays K/in/NAME and K/out/NAME, K = 0, 1, ... (without "
                  "them: every tensor against the unoptimised build)")
      ->type_name("FILE.npz");
  verb.add_option("--tolerance", tolerance.className,
                  "network: 1e-4 + 1e-3 |b| for float32 (default); op: 1e-5 + 1e-4 |b|; exact; "
                  "float16, bfloat16: for networks that compute in these")
      ->check([](const std::string &name) {
        return isToleranceClass(name) ? "" : "no such class of tolerance: " + name;
      })
      ->type_name("CLASS");
  verb.add_option("--atol", tolerance.absolute,
                  "absolute tolerance of floats, instead of the class's")
      ->check(checkAmount)
      ->type_name("A");
  verb.add_option("--rtol", tolerance.relative,
                  "relative tolerance of floats, instead of the class's")
      ->check(checkAmount)
      ->type_name("R");
  verb.add_flag("--reset", reset, "each recorded case starts from the initial state");
  verb.add_flag("--per-layer", perLayer,
                "with --quantize: how far each tensor is from the float build, worst first");
  verb.add_option("--svg", svg, "with --per-layer: a chart of the tensors, in the program's order")
      ->check(checkGiven)
      ->type_name("FILE.svg");
  data.add(verb);
  verb.add_option("--plant-error", plantError)->group(""); // for tests
  compile.add(verb);
  quantize.add(verb);
}

/// One output against what the case has for it, if it has.
static Error compareOutput(const NpzReader &golden, StringRef prefix, const Call &call,
                           int32_t index, Verdicts &verdicts) {
  const ingot_tensor &tensor = call.signature().outputs[index];
  std::string key = (prefix + "/out/" + tensor.name).str();
  auto expected = golden.load(key);
  if (expected && !*expected && tensor.dtype == INGOT_BFLOAT16)
    expected = golden.load(key + "__bf16");
  if (!expected)
    return expected.takeError();
  if (!*expected)
    return Error::success(); // not recorded
  auto actual = call.output(index);
  if (!actual)
    return actual.takeError();
  verdicts.compare(key, *actual, ***expected, tensor.dtype);
  return Error::success();
}

/// A recorded output that the signature does not have would pass unseen.
static Error checkKeys(const NpzReader &golden, const std::string &prefix,
                       const ingot_signature &signature) {
  for (const std::string &key : golden.keys()) {
    StringRef name(key);
    if (!name.consume_front(prefix + "/out/"))
      continue;
    auto matches = [&](const ingot_tensor &output) {
      return name == output.name || name == output.name + std::string("__bf16");
    };
    if (llvm::none_of(llvm::ArrayRef(signature.outputs, size_t(signature.output_count)), matches))
      return failed(golden.path(), key + ": signature '" + signature.name +
                                       "' has no such output (--signature chooses another)");
  }
  return Error::success();
}

/// The text of a golden file does not tell how it was made.
static Error hintAtState(Error error, bool wasReset) {
  if (!error)
    return error;
  std::string what = wasReset
                         ? "each case ran from the initial state; without --reset they share one"
                         : "the cases shared one state; --reset starts each anew";
  return llvm::createStringError(llvm::toString(std::move(error)) + " (" + what + ")");
}

static Error compareCase(const NpzReader &golden, const std::string &prefix,
                         const ingot_signature &signature, Session &session, Verdicts &verdicts) {
  if (Error error = checkKeys(golden, prefix, signature))
    return error;
  CaseSource source(golden, prefix);
  auto call = Call::prepare(signature, source);
  if (!call)
    return call.takeError();
  if (Error error = session.reserve(*call))
    return error;
  if (Error error = session.run(*call))
    return error;
  for (int32_t i = 0; i < signature.output_count; ++i)
    if (Error error = compareOutput(golden, prefix, *call, i, verdicts))
      return error;
  return Error::success();
}

static bool hasCase(const std::vector<std::string> &keys, const std::string &prefix) {
  return llvm::any_of(keys, [&](StringRef key) { return key.starts_with(prefix + "/"); });
}

Error CompareVerb::compareWithGolden(const Options &options) const {
  auto golden = NpzReader::open(this->golden);
  if (!golden)
    return golden.takeError();
  auto library = Library::openOrCompile(options);
  if (!library)
    return library.takeError();
  auto signature = findSignature(library->model(), signatureName(), compile.model);
  if (!signature)
    return signature.takeError();
  Verdicts verdicts(golden->path(), tolerance, data.json);
  std::vector<std::string> keys = golden->keys();
  std::unique_ptr<Session> session;
  size_t count = 0;
  for (; hasCase(keys, std::to_string(count)); ++count) {
    if (!session || reset) {
      auto fresh = Session::open(library->model(), compile.model, data.threads, data.arenaBytes);
      if (!fresh)
        return fresh.takeError();
      session = std::move(*fresh);
    }
    if (Error error = compareCase(*golden, std::to_string(count), **signature, *session, verdicts))
      return error;
  }
  if (Error error = verdicts.finish())
    return library->model().state_bytes && count > 1 ? hintAtState(std::move(error), reset)
                                                     : std::move(error);
  if (!verdicts.count())
    return failed(golden->path(), "no output to compare (arrays are named K/in/NAME and "
                                  "K/out/NAME, K = 0, 1, ...)");
  return Error::success();
}

Error CompareVerb::run() const {
  if (compile.signatures.size() > 1)
    return misused("--signature", "one comparison is one signature");
  auto options = compile.options();
  if (!options)
    return options.takeError();
  options->plantError = plantError;
  if (!golden.empty() && !data.inputs.empty())
    return misused("--inputs", "the inputs are those of --golden");
  if (perLayer && (quantize.mode.empty() || !golden.empty()))
    return misused("--per-layer", "compares a quantized build with the float one (give --quantize "
                                  "and no --golden)");
  if (!svg.empty() && !perLayer)
    return misused("--svg", "is the chart of --per-layer");
  if (!quantize.mode.empty() && isLibrary(compile.model))
    return misused("--quantize", "has no effect on a compiled library (give the model)");
  if (llvm::Error error = quantize.apply(*options))
    return error;
  if (perLayer)
    return comparePerLayer(*options);
  return golden.empty() ? compareWithReference(*options) : compareWithGolden(*options);
}

void ingot::addCompare(CLI::App &app, Action &action) {
  auto verb = std::make_shared<CompareVerb>();
  CLI::App *command = app.add_subcommand(
      "compare", "compare compiled code with recorded data or the unoptimised build");
  verb->add(*command);
  command->callback([verb, &action] { action = [verb] { return verb->run(); }; });
}
