#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/Limits.h"
#include "compiler/frontends/InputShape.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/ops/Loop.h"
#include "dialects/rt/Rt.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

Importer::Importer(const Model &model, const Options &options, ModuleOp module)
    : model(model), options(options), module(module), b(module.getContext()),
      graph(&model.graph()) {}

Location Importer::location(const proto::NodeDef &node) {
  return NameLoc::get(b.getStringAttr(node.name()), NameLoc::get(b.getStringAttr(node.op())));
}

LogicalResult Importer::run() {
  for (const std::string &name : options.signatures)
    if (!model.signature(name))
      return emitError(b.getUnknownLoc())
             << "there is no signature \"" << name << "\" (ingot show lists them)";
  LogicalResult result = importSignatures();
  while (succeeded(result) && foundAssigned) {
    forget();
    result = success(succeeded(addVariables()) && succeeded(importSignatures()));
  }
  if (failed(checkUnsetReads()) || failed(result))
    return completeVariables(), failure();
  return success();
}

/// Each signature is built of its own: this many nodes at most, however many
/// signatures a small file has.
static uint64_t maxImported(const Library &library) {
  constexpr uint64_t free = 20'000, growth = 32;
  uint64_t nodes = library.graph().size();
  for (const Function &function : library.all())
    nodes += function.body.size();
  return std::min(kMaxImportedNodes, free + growth * nodes);
}

LogicalResult Importer::importSignatures() {
  LogicalResult result = success();
  const uint64_t limit = maxImported(model.library());
  for (const Signature &signature : model.signatures()) {
    if (!options.signatures.empty() && !llvm::is_contained(options.signatures, signature.name))
      continue;
    if (failed(importSignature(signature)))
      result = failure();
    if (imported > limit)
      return emitError(b.getUnknownLoc()) << "the signatures have more than " << limit
                                          << " nodes in all (--signature chooses one)";
  }
  return result;
}

//===--- Signatures -------------------------------------------------------===//

FailureOr<RankedTensorType> Importer::inputType(const SignatureTensor &input) {
  Location loc = location(graph->node(input.node));
  Type element = elementType(b.getContext(), input.dtype);
  if (!element)
    return emitError(loc) << "input \"" << input.name << "\" is of type " << name(input.dtype)
                          << ", which cannot be compiled yet";
  auto shape = inputShape(loc, options, input.name, element, input.shape.dims, input.shape.ranked);
  if (failed(shape))
    return failure();
  return RankedTensorType::get(*shape, element);
}

/// Attributes of arguments or results: what the signature calls them.
static SmallVector<Attribute> tensorNames(Builder &b, ArrayRef<SignatureTensor> tensors) {
  return llvm::map_to_vector(tensors, [&](const SignatureTensor &tensor) -> Attribute {
    return b.getDictionaryAttr(
        b.getNamedAttr(IngotDialect::kNameAttr, b.getStringAttr(tensor.name)));
  });
}

LogicalResult Importer::importSignature(const Signature &signature) {
  // Each output may be a graph of its own; what is wrong with inputs says more by node.
  if (failed(checkTensorCount(b.getUnknownLoc(), signature.name, 0, signature.outputs.size())))
    return failure();
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> types;
  for (const SignatureTensor &input : signature.inputs) {
    auto type = inputType(input);
    if (failed(type))
      return failure();
    types.push_back(*type);
  }
  auto function =
      func::FuncOp::create(b, b.getUnknownLoc(), signature.name, b.getFunctionType(types, {}));
  function->setAttr(IngotDialect::kSignatureAttr, b.getStringAttr(signature.name));
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);

  Edges edges;
  for (auto [i, input] : llvm::enumerate(signature.inputs)) {
    auto &outputs = edges[input.node];
    outputs.resize(std::max<size_t>(outputs.size(), input.output + 1));
    outputs[input.output] = Edge(entry->getArgument(i));
  }
  function.setAllArgAttrs(tensorNames(b, signature.inputs));
  SmallVector<uint32_t> wanted;
  for (const SignatureTensor &output : signature.outputs)
    wanted.push_back(output.node);
  importBody(*graph, {}, wanted, edges);

  SmallVector<Value> results;
  for (const SignatureTensor &output : signature.outputs) {
    auto it = edges.find(output.node);
    if (it == edges.end() || output.output >= it->second.size() || !it->second[output.output]) {
      if (!refused)
        emitError(location(graph->node(output.node)))
            << "output \"" << output.name << "\" is one that the node does not have";
      return failure();
    }
    const proto::NodeDef &def = graph->node(output.node);
    Edge edge = it->second[output.output];
    bool isReference = edge.variable && edge.variable->isReference;
    Value value = isReference ? Node(*this, b, def, location(def), edge).in(0) : edge.value;
    if (isReference ? !value : !edge.isTensor())
      return emitError(location(graph->node(output.node)))
             << "output \"" << output.name << "\" is not a tensor";
    results.push_back(value);
  }
  func::ReturnOp::create(b, b.getUnknownLoc(), results);
  function.setType(b.getFunctionType(types, ValueRange(results).getTypes()));
  function.setAllResultAttrs(tensorNames(b, signature.outputs));
  return failure(refused);
}

//===--- Bodies -----------------------------------------------------------===//

/// Nodes that `wanted` depends on, control edges included; of a loop of TensorFlow 1
/// what enters it.
static llvm::BitVector reachable(const Body &body, const Frames &frames, ArrayRef<uint32_t> wanted,
                                 llvm::function_ref<bool(uint32_t)> isGiven) {
  llvm::BitVector seen(body.size());
  SmallVector<uint32_t> stack;
  auto push = [&](uint32_t node) {
    if (!seen.test(node) && !isGiven(node)) {
      seen.set(node);
      stack.push_back(node);
    }
  };
  llvm::for_each(wanted, push);
  while (!stack.empty()) {
    uint32_t node = stack.pop_back_val();
    if (const FrameLoop *loop = frames.loopOf(node)) {
      llvm::for_each(loop->enters, push);
      continue;
    }
    for (const Source &source : body.inputs(node))
      if (source.kind == Source::Control || source.kind == Source::Output)
        push(source.node);
  }
  return seen;
}

void Importer::importBody(const Body &body, ArrayRef<Edge> arguments, ArrayRef<uint32_t> wanted,
                          Edges &edges) {
  const Frames &frames = framesOf(body);
  llvm::BitVector needed =
      reachable(body, frames, wanted, [&](uint32_t node) { return edges.contains(node); });
  auto isActive = [&](uint32_t node) {
    return llvm::all_of(frames.guards(node), [&](const Guard &g) { return active.count(g); });
  };
  for (uint32_t node : body.order())
    if (needed.test(node) && !edges.contains(node) && isActive(node))
      importNode(body, node, arguments, edges);
}

//===--- Nodes ------------------------------------------------------------===//

Edge Importer::resolve(const Body &body, const Source &source, ArrayRef<Edge> arguments,
                       const Edges &edges, SmallVectorImpl<Edge> *all) {
  if (source.kind == Source::Argument)
    return source.node < arguments.size() ? arguments[source.node] : Edge();
  auto it = edges.find(source.node);
  if (it == edges.end())
    return {};
  ArrayRef<Edge> outputs = it->second;
  uint32_t index = source.index;
  auto row = rows().find(body.node(source.node).op());
  bool isList = true;
  if (!source.port.empty() && row != rows().end() && !row->second.ports.empty()) {
    index += llvm::find(row->second.ports, source.port) - row->second.ports.begin();
    isList = false;
  }
  const Function *called =
      row == rows().end() ? model.library().find(body.node(source.node).op()) : nullptr;
  if (!source.port.empty() && called) { // each result has a name of its own
    const auto &results = called->def->signature().output_arg();
    index += llvm::find_if(results, [&](const auto &r) { return source.port == r.name(); }) -
             results.begin();
    isList = false;
  }
  if (all && source.all && isList) {
    all->append(outputs.begin(), outputs.end());
    return {};
  }
  return index < outputs.size() ? outputs[index] : Edge();
}

/// The node or the argument of the function, for messages.
static StringRef sourceName(const Body &body, const Source &source) {
  return source.kind == Source::Argument ? "argument" : StringRef(body.node(source.node).name());
}

void Importer::importNode(const Body &body, uint32_t index, ArrayRef<Edge> arguments,
                          Edges &edges) {
  const Frames &frames = framesOf(body);
  StringRef op = body.node(index).op();
  // A refused node fails the import even if only control edges lead from it.
  refused |= failed(frames.loopOf(index)                ? importLoop(body, index, arguments, edges)
                    : op == "Merge" || op == "RefMerge" ? importMerge(body, index, arguments, edges)
                                                        : buildNode(body, index, arguments, edges));
}

/// A node whose op is a function of the library.
static LogicalResult buildNamedCall(Node &n) {
  auto results = n.importer.call(n, n.def.op(), n.inputs);
  if (failed(results))
    return failure();
  n.outputs.assign(results->begin(), results->end());
  return success();
}

LogicalResult Importer::buildNode(const Body &body, uint32_t index, ArrayRef<Edge> arguments,
                                  Edges &edges) {
  const proto::NodeDef &def = body.node(index);
  Location loc = location(def);
  edges[index]; // a node that fails has no outputs
  if (++imported > kMaxImportedNodes) {
    if (imported == kMaxImportedNodes + 1)
      emitError(loc) << "the model's loops are nested too deep: more than " << kMaxImportedNodes
                     << " nodes to build";
    return failure();
  }
  auto row = rows().find(def.op());
  bool isCall = row == rows().end() && model.library().find(def.op()); // of TensorFlow 1
  if (row == rows().end() && !isCall) {
    InFlightDiagnostic error = emitError(loc);
    error << "op " << def.op() << " is not supported";
    error.attachNote() << "ingot check --list-ops names those that are";
    return error;
  }
  SmallVector<Edge> inputs;
  for (auto [i, source] : llvm::enumerate(body.dataInputs(index))) {
    SmallVector<Edge> all;
    Edge edge = resolve(body, source, arguments, edges, &all);
    if (all.empty())
      all.push_back(edge);
    bool isAbsent = llvm::any_of(all, [](const Edge &e) { return !e; });
    // What depends on a refused node is no finding of its own.
    if (isAbsent && refused)
      return failure();
    if (isAbsent)
      return emitError(loc) << "input " << i << " is an output that \"" << sourceName(body, source)
                            << "\" does not have";
    inputs.append(all.begin(), all.end());
  }
  Node node(*this, b, def, loc, inputs);
  node.body = &body;
  node.index = index;
  if (const Variable *variable = &body == graph ? model.variable(index) : nullptr) {
    edges[index] = {Edge(variable)};
    return success();
  }
  node.attrs.checkTypes();
  bool hasText = llvm::any_of(inputs, [](const Edge &e) { return e.isText || e.strings; });
  LogicalResult built = isCall                          ? buildNamedCall(node)
                        : hasText && row->second.ofText ? row->second.ofText(node)
                                                        : row->second.build(node);
  if (llvm::Error error = node.attrs.takeError()) {
    return emitError(loc) << llvm::toString(std::move(error));
  }
  if (succeeded(built))
    edges[index] = std::move(node.outputs);
  return built;
}

List *Importer::newList(List list) { return &lists.emplace_back(std::move(list)); }

const LookupTable *Importer::table(uint32_t node,
                                   llvm::function_ref<std::unique_ptr<LookupTable>()> make) {
  auto [it, isNew] = tables.try_emplace(node);
  if (isNew)
    it->second = make();
  return it->second.get();
}

ElementsAttr Importer::elements(const Variable &variable, RankedTensorType type) {
  ElementsAttr &value = values[&variable];
  if (!value)
    value = b.elements(type, variable.value.bytes, variable.value.splat, variable.value.owner);
  return value;
}

FailureOr<SmallVector<Edge>> Importer::call(Node &node, StringRef name, ArrayRef<Edge> arguments) {
  const Function *function = model.library().find(name);
  if (!function)
    return node.fail("there is no function \"" + name + "\"");
  if (int(arguments.size()) != function->def->signature().input_arg_size())
    return node.fail("function \"" + name + "\" takes " +
                     Twine(function->def->signature().input_arg_size()) + " arguments, not " +
                     Twine(arguments.size()));
  SmallVector<uint32_t> wanted(function->body.controlResults());
  for (const Source &source : function->body.results())
    if (source.kind == Source::Output)
      wanted.push_back(source.node);
  Edges edges;
  importBody(function->body, arguments, wanted, edges);
  return importSources(function->body, function->body.results(), arguments, edges);
}
