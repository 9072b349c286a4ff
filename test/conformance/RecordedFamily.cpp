#include "test/conformance/RecordedFamily.h"

#include "compiler/Compiler.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace ingot;
using namespace ingot::test;
using llvm::Error;
using llvm::Expected;
using Outcomes = std::map<std::string, Outcome>;

namespace {
/// One recorded call as the source of a call's inputs.
class CallSource : public Source {
public:
  CallSource(const NpzReader &golden, std::string prefix)
      : golden(golden), prefix(std::move(prefix)) {}
  Expected<std::optional<Array>> load(llvm::StringRef key) override {
    return golden.load(prefix + "/in/" + key.str());
  }
  std::string where() const override { return prefix; }

private:
  const NpzReader &golden;
  std::string prefix;
};
} // namespace

static Error wrong(const llvm::Twine &text) { return llvm::createStringError(text); }

static Expected<std::map<std::string, RecordedCase>> readCases(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return wrong(path + ": " + buffer.getError().message());
  auto json = llvm::json::parse((*buffer)->getBuffer());
  if (!json)
    return json.takeError();
  std::map<std::string, RecordedCase> cases;
  for (const auto &[name, value] : *json->getAsObject()) {
    const llvm::json::Object &object = *value.getAsObject();
    RecordedCase &row = cases[name.str()];
    row.op = object.getString("op")->str();
    row.note = object.getString("note")->str();
    row.rule = ruleFor(*object.getString("tolerance"));
    for (const llvm::json::Value &fails : *object.getArray("fails"))
      row.fails.push_back(*fails.getAsBoolean());
  }
  return cases;
}

Expected<RecordedFamily> RecordedFamily::open(llvm::StringRef name) {
  std::string folder = (INGOT_RECORDED_DIR "/" + name).str();
  auto golden = NpzReader::open(folder + "/golden.npz");
  if (!golden)
    return golden.takeError();
  auto cases = readCases(folder + "/cases.json");
  if (!cases)
    return cases.takeError();
  RecordedFamily family(std::move(*golden));
  family.model = folder + "/model";
  family.table = std::move(*cases);
  return family;
}

Options RecordedFamily::options(OptLevel level, std::vector<std::string> signatures) const {
  Options options;
  options.model = model;
  options.level = level;
  options.signatures = std::move(signatures);
  return options;
}

/// The node's scope is the signature; nodes in the body of a loop or a branch
/// are left for the compile to refuse.
Error RecordedFamily::findRefused(OptLevel level, Outcomes &outcomes) const {
  auto findings = check(options(level, {}));
  if (!findings)
    return findings.takeError();
  for (const Finding &finding : *findings) {
    std::string scope = llvm::StringRef(finding.node).split('/').first.str();
    if (table.count(scope) && !outcomes.count(scope))
      outcomes[scope] = {Outcome::Refused, finding.node + ": " + finding.reason};
  }
  return Error::success();
}

Error RecordedFamily::compareOutput(const std::string &prefix, const Call &call, int32_t index,
                                    Rule rule) const {
  const ingot_tensor &tensor = call.signature().outputs[index];
  auto expected = golden.load(prefix + "/out/" + tensor.name);
  if (!expected)
    return expected.takeError();
  auto terms = golden.load(prefix + "/terms/" + tensor.name);
  if (!terms)
    return terms.takeError();
  auto actual = call.output(index);
  if (!actual)
    return actual.takeError();
  if (!*expected || !ingot_dtype_accepts(tensor.dtype, &***expected))
    return wrong(prefix + ": " + tensor.name + ": another type");
  std::string text =
      disagreement(*actual, ***expected, tensor.dtype, rule, *terms ? &***terms : nullptr);
  return text.empty() ? Error::success() : wrong(prefix + ": " + tensor.name + ": " + text);
}

Error RecordedFamily::runCall(const ingot_signature &signature, const std::string &prefix,
                              Rule rule, Session &session) const {
  CallSource source(golden, prefix);
  auto call = Call::prepare(signature, source);
  if (!call)
    return call.takeError();
  if (Error error = session.reserve(*call))
    return error;
  if (Error error = session.run(*call))
    return error;
  for (int32_t i = 0; i < signature.output_count; ++i)
    if (Error error = compareOutput(prefix, *call, i, rule))
      return error;
  return Error::success();
}

Error RecordedFamily::runLibrary(const Library &library, const std::vector<std::string> &names,
                                 Outcomes &outcomes) const {
  auto session = Session::open(library.model(), model, 1, 0);
  if (!session)
    return session.takeError();
  for (const std::string &name : names) {
    auto signature = findSignature(library.model(), name, model);
    if (!signature)
      return signature.takeError();
    const RecordedCase &recorded = table.at(name);
    for (size_t k = 0; k < recorded.fails.size(); ++k) {
      std::string prefix = name + "/" + std::to_string(k);
      std::string text = llvm::toString(runCall(**signature, prefix, recorded.rule, **session));
      if (text.empty() == recorded.fails[k])
        outcomes[name] = {Outcome::Wrong, text.empty() ? prefix + ": no error" : text};
    }
  }
  return Error::success();
}

/// One library for all; where that cannot be made, one for each.
void RecordedFamily::runAll(OptLevel level, const std::vector<std::string> &names,
                            Outcomes &outcomes) const {
  auto library = Library::openOrCompile(options(level, names));
  Error error = library ? runLibrary(*library, names, outcomes) : library.takeError();
  if (!error)
    return;
  if (names.size() == 1) {
    outcomes[names[0]] = {Outcome::Refused, llvm::toString(std::move(error))};
    return;
  }
  llvm::consumeError(std::move(error));
  size_t middle = names.size() / 2;
  runAll(level, {names.begin(), names.begin() + middle}, outcomes);
  runAll(level, {names.begin() + middle, names.end()}, outcomes);
}

Expected<Outcomes> RecordedFamily::run(OptLevel level, const std::set<std::string> &skipped) const {
  Outcomes outcomes;
  for (const auto &[name, recorded] : table)
    if (skipped.count(recorded.op))
      outcomes[name] = {Outcome::Refused, "not tried"};
  if (Error error = findRefused(level, outcomes))
    return error;
  std::vector<std::string> left;
  for (const auto &[name, recorded] : table)
    if (!outcomes.count(name))
      left.push_back(name);
  if (!left.empty())
    runAll(level, left, outcomes);
  for (const std::string &name : left)
    outcomes.try_emplace(name);
  return outcomes;
}
