// ingot run: calls of signatures on .npy and .npz data.
#include "tools/ingot/Arguments.h"
#include "tools/ingot/Call.h"
#include "tools/ingot/Error.h"
#include "tools/ingot/PrintArray.h"
#include "tools/ingot/Verbs.h"

#include <CLI/CLI.hpp>

using namespace ingot;
using llvm::Error;
using llvm::StringRef;

namespace {
/// One call as asked for; an empty string is one that was not given.
struct Request {
  std::string signature;
  std::vector<std::string> inputs;
  std::string outputs;
};

struct RunVerb {
  CompileArguments compile;
  DataArguments data;
  std::string outputs;
  std::vector<std::string> calls;

  void add(CLI::App &verb);
  llvm::Expected<std::vector<Request>> requests() const;
  Error run() const;
  Error serve(const Request &request, const ingot_model &model, Session &session) const;
};
} // namespace

void RunVerb::add(CLI::App &verb) {
  verb.add_option("model", compile.model, "a compiled library, or a model, compiled on the spot")
      ->required()
      ->check(checkGiven)
      ->type_name("X");
  data.add(verb);
  verb.add_option("--outputs", outputs, "where the outputs are written")->type_name("FILE.npz");
  addRepeatable(verb, "--call", calls,
                "a call; several are made in order over one state (repeatable)")
      ->type_name("S,IN.npz,OUT.npz");
  compile.add(verb);
}

static llvm::Expected<Request> parseCall(StringRef text) {
  llvm::SmallVector<StringRef, 3> parts;
  text.split(parts, ',');
  if (parts.size() != 3 || parts[2].empty())
    return misused("--call", "'" + text + "' is not SIGNATURE,IN.npz,OUT.npz (IN may be empty)");
  Request request{parts[0].str(), {}, parts[2].str()};
  if (!parts[1].empty())
    request.inputs.push_back(parts[1].str());
  return request;
}

llvm::Expected<std::vector<Request>> RunVerb::requests() const {
  std::vector<Request> list;
  if (calls.empty()) {
    if (compile.signatures.size() > 1)
      return misused("--signature", "one run is one signature (use --call for several)");
    list.push_back({compile.signatures.empty() ? "" : compile.signatures[0], data.inputs, outputs});
  } else if (!data.inputs.empty() || !outputs.empty() || !compile.signatures.empty()) {
    return misused("--call", "excludes --inputs, --outputs and --signature");
  }
  for (const std::string &text : calls) {
    auto request = parseCall(text);
    if (!request)
      return request.takeError();
    list.push_back(std::move(*request));
  }
  return list;
}

Error RunVerb::serve(const Request &request, const ingot_model &model, Session &session) const {
  auto signature = findSignature(model, request.signature, compile.model);
  if (!signature)
    return signature.takeError();
  FileSource source;
  for (const std::string &argument : request.inputs)
    if (Error error = source.add(argument))
      return error;
  if (Error error = source.checkNames(**signature))
    return error;
  auto call = Call::prepare(**signature, source);
  if (!call)
    return call.takeError();
  if (Error error = session.reserve(*call))
    return error;
  if (Error error = session.run(*call))
    return error;
  if (!request.outputs.empty())
    if (Error error = call->write(request.outputs))
      return error;
  if (!request.outputs.empty() && !data.json)
    return Error::success();
  return printOutputs(*call, data.json, llvm::outs());
}

Error RunVerb::run() const {
  auto requests = this->requests();
  if (!requests)
    return requests.takeError();
  auto options = compile.options();
  if (!options)
    return options.takeError();
  options->signatures.clear();
  for (const Request &request : *requests)
    if (!request.signature.empty() && !llvm::is_contained(options->signatures, request.signature))
      options->signatures.push_back(request.signature);
  auto library = Library::openOrCompile(*options);
  if (!library)
    return library.takeError();
  auto session = Session::open(library->model(), compile.model, data.threads, data.arenaBytes);
  if (!session)
    return session.takeError();
  for (const Request &request : *requests)
    if (Error error = serve(request, library->model(), **session))
      return error;
  return Error::success();
}

void ingot::addRun(CLI::App &app, Action &action) {
  auto verb = std::make_shared<RunVerb>();
  CLI::App *command = app.add_subcommand("run", "call a model on .npy and .npz data");
  verb->add(*command);
  command->callback([verb, &action] { action = [verb] { return verb->run(); }; });
}
