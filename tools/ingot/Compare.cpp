// ingot compare: compiled code against recorded inputs and outputs.
//
// The golden file holds, for every case K = 0, 1, ..., the arrays K/in/NAME and
// K/out/NAME. The cases are calls in order over one state.
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Call.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/PrintArray.h"
#include "tools/ingot/Tolerance.h"
#include "tools/ingot/Verbs.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <CLI/CLI.hpp>

using namespace ingot;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;

namespace {
struct CompareVerb {
  CompileArguments compile;
  DataArguments data;
  std::string golden, tolerance = "network";
  std::optional<double> absolute, relative;

  void add(CLI::App &verb);
  Error run() const;
};

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

/// Compares all cases; remembers the first failure, prints a line or collects
/// an object for every output.
class Comparison {
public:
  Comparison(const CompareVerb &verb, const NpzReader &golden) : verb(verb), golden(golden) {}
  Error compareCase(const std::string &prefix, const ingot_signature &signature, Session &session);
  Error finish();

private:
  Error compareOutput(const std::string &prefix, const Call &call, int32_t index);
  Tolerance toleranceOf(int32_t dtype) const;
  void record(StringRef key, const Difference &difference, bool passed);
  void fail(const Twine &where, const Twine &what);

  const CompareVerb &verb;
  const NpzReader &golden;
  std::string firstFailure;
  llvm::json::Array rows;
  size_t compared = 0;
};
} // namespace

void CompareVerb::add(CLI::App &verb) {
  verb.add_option("model", compile.model, "a model, compiled on the spot, or a compiled library")
      ->required()
      ->type_name("MODEL");
  verb.add_option("--golden", golden,
                  "recorded cases: arrays K/in/NAME and K/out/NAME, K = 0, 1, ...")
      ->required()
      ->type_name("FILE.npz");
  verb.add_option("--tolerance", tolerance,
                  "network: 1e-4 + 1e-3 |b| for float32 (default); op: 1e-5 + 1e-4 |b|; exact; "
                  "float16, bfloat16: for networks that compute in these")
      ->check([](const std::string &name) {
        return isToleranceClass(name) ? "" : "no such class of tolerance: " + name;
      })
      ->type_name("CLASS");
  verb.add_option("--atol", absolute, "absolute tolerance of floats, instead of the class's")
      ->check(CLI::NonNegativeNumber)
      ->type_name("A");
  verb.add_option("--rtol", relative, "relative tolerance of floats, instead of the class's")
      ->check(CLI::NonNegativeNumber)
      ->type_name("R");
  verb.add_option("--threads", data.threads, "threads to use; 0 is all processors (default 1)")
      ->check(CLI::Range(0, 1024))
      ->type_name("N");
  verb.add_option("--arena-bytes", data.arenaBytes,
                  "limit of scratch memory (default: the machine's)")
      ->check(checkCount)
      ->type_name("N");
  verb.add_flag("--json", data.json, "results on stdout as JSON");
  compile.add(verb);
}

Tolerance Comparison::toleranceOf(int32_t dtype) const {
  Tolerance tolerance = toleranceFor(dtype, verb.tolerance);
  if (!isFloating(dtype))
    return tolerance;
  return {verb.absolute.value_or(tolerance.absolute), verb.relative.value_or(tolerance.relative)};
}

void Comparison::fail(const Twine &where, const Twine &what) {
  if (firstFailure.empty())
    firstFailure = (golden.path() + ": " + where + ": " + what).str();
}

void Comparison::record(StringRef key, const Difference &difference, bool passed) {
  ++compared;
  if (verb.data.json)
    rows.push_back(llvm::json::Object{{"output", llvm::json::fixUTF8(key)},
                                      {"max_abs", difference.maxAbsolute},
                                      {"max_rel", difference.maxRelative},
                                      {"failures", int64_t(difference.failures)},
                                      {"passed", passed}});
  else
    llvm::outs() << key
                 << llvm::format(": max abs %.3g, max rel %.3g: ", difference.maxAbsolute,
                                 difference.maxRelative)
                 << (passed ? "ok" : "FAILED") << '\n';
}

static std::string shapeText(const ingot_array &array) {
  char text[512];
  ingot_print_shape(text, sizeof text, array.rank, array.dims);
  return text;
}

static std::string describe(const ingot_array &actual, const ingot_array &expected,
                            const Difference &difference, Tolerance tolerance, int32_t dtype) {
  size_t i = difference.first;
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "element " << indexText(expected, i) << " is " << elementText(actual, i, dtype)
     << ", expected " << elementText(expected, i, dtype)
     << llvm::format(" (tolerance %g + %g |b|; ", tolerance.absolute, tolerance.relative)
     << difference.failures << " of " << elementCount(expected) << " elements fail)";
  return text;
}

Error Comparison::compareOutput(const std::string &prefix, const Call &call, int32_t index) {
  const ingot_tensor &tensor = call.signature().outputs[index];
  std::string key = prefix + "/out/" + tensor.name;
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
  ingot_array wanted = ***expected;
  Difference difference;
  if (!ingot_dtype_accepts(tensor.dtype, &wanted)) {
    fail(key,
         "recorded with another type than the model's " + Twine(ingot_dtype_name(tensor.dtype)));
    difference.failures = 1;
  } else if (llvm::ArrayRef(wanted.dims, wanted.rank) !=
             llvm::ArrayRef(actual->dims, actual->rank)) {
    fail(key, "shape is " + shapeText(*actual) + ", expected " + shapeText(wanted));
    difference.failures = 1;
  } else {
    Tolerance tolerance = toleranceOf(tensor.dtype);
    difference = compareArrays(*actual, wanted, tensor.dtype, tolerance);
    if (difference.failures)
      fail(key, describe(*actual, wanted, difference, tolerance, tensor.dtype));
  }
  record(key, difference, difference.failures == 0);
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
      return failed(golden.path(), key + ": signature '" + signature.name + "' has no such output");
  }
  return Error::success();
}

Error Comparison::compareCase(const std::string &prefix, const ingot_signature &signature,
                              Session &session) {
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
    if (Error error = compareOutput(prefix, *call, i))
      return error;
  return Error::success();
}

Error Comparison::finish() {
  if (verb.data.json)
    llvm::outs() << llvm::json::Value(llvm::json::Object{{"passed", firstFailure.empty()},
                                                         {"outputs", std::move(rows)}})
                 << '\n';
  if (!firstFailure.empty())
    return llvm::createStringError(firstFailure);
  if (!compared)
    return failed(golden.path(), "no output to compare (arrays are named K/in/NAME and "
                                 "K/out/NAME, K = 0, 1, ...)");
  return Error::success();
}

static bool hasCase(const std::vector<std::string> &keys, const std::string &prefix) {
  return llvm::any_of(keys, [&](StringRef key) { return key.starts_with(prefix + "/"); });
}

Error CompareVerb::run() const {
  if (compile.signatures.size() > 1)
    return misused("--signature", "one comparison is one signature");
  auto options = compile.options();
  if (!options)
    return options.takeError();
  auto golden = NpzReader::open(this->golden);
  if (!golden)
    return golden.takeError();
  auto library = Library::openOrCompile(*options);
  if (!library)
    return library.takeError();
  auto signature = findSignature(
      library->model(), compile.signatures.empty() ? "" : compile.signatures[0], compile.model);
  if (!signature)
    return signature.takeError();
  auto session = Session::open(library->model(), compile.model, data.threads, data.arenaBytes);
  if (!session)
    return session.takeError();
  Comparison comparison(*this, *golden);
  std::vector<std::string> keys = golden->keys();
  for (size_t k = 0; hasCase(keys, std::to_string(k)); ++k)
    if (Error error = comparison.compareCase(std::to_string(k), **signature, **session))
      return error;
  return comparison.finish();
}

void ingot::addCompare(CLI::App &app, Action &action) {
  auto verb = std::make_shared<CompareVerb>();
  CLI::App *command =
      app.add_subcommand("compare", "compare compiled code with recorded golden data");
  verb->add(*command);
  command->callback([verb, &action] { action = [verb] { return verb->run(); }; });
}
