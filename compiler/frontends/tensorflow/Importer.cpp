#include "compiler/frontends/tensorflow/Importer.h"
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

//===--- Variables --------------------------------------------------------===//

FlatSymbolRefAttr Importer::stateSymbol(const Variable &variable) {
  if (variable.hasValue() && !isAssigned(variable))
    return {};
  std::string symbol = graph->node(variable.node).name();
  if (model.signature(symbol))
    symbol += "_variable"; // functions have their names in the same table
  return FlatSymbolRefAttr::get(b.getContext(), symbol);
}

FlatSymbolRefAttr Importer::flagSymbol(const Variable &variable) {
  return FlatSymbolRefAttr::get(b.getContext(),
                                (stateSymbol(variable).getValue() + "/is_initialized").str());
}

void Importer::noteUnsetRead(const Variable &variable, Location loc) {
  unsetReads.try_emplace(&variable, loc);
}

LogicalResult Importer::checkUnsetReads() {
  LogicalResult result = success();
  for (auto &[variable, loc] : unsetReads)
    if (!isAssigned(*variable))
      result = emitError(loc) << "variable \"" << graph->node(variable->node).name()
                              << "\" has no value in the checkpoint, and no compiled signature "
                                 "assigns it";
  return result;
}

std::optional<SmallVector<int64_t>> Importer::shapeOf(const Variable &variable, Value given) {
  if (variable.hasValue())
    return llvm::to_vector<6>(variable.value.shape);
  const Shape &declared = variable.shape;
  if (declared.ranked && llvm::all_of(declared.dims, [](int64_t extent) { return extent >= 0; })) {
    auto count = countElements(variable.dtype, declared.dims);
    bool isPossible = bool(count);
    llvm::consumeError(count.takeError());
    return isPossible ? std::optional(llvm::to_vector<6>(declared.dims)) : std::nullopt;
  }
  auto [it, isNew] = assignedShapes.try_emplace(&variable);
  if (!isNew)
    return it->second;
  for (Dim d : given ? b.shapes.dims(given) : ArrayRef<Dim>())
    it->second.push_back(d.constant().value_or(-1));
  if (given && !llvm::is_contained(it->second, -1) && declared.admits(it->second))
    return it->second;
  assignedShapes.erase(it);
  return std::nullopt;
}

FlatSymbolRefAttr Importer::noteAssigned(const Variable &variable) {
  foundAssigned |= assigned.insert(&variable);
  return foundAssigned ? FlatSymbolRefAttr() : stateSymbol(variable);
}

FlatSymbolRefAttr Importer::generator(const Node &node) {
  FlatSymbolRefAttr &symbol = generators[&node.def];
  if (symbol)
    return symbol;
  std::string name = node.def.name() + "/counter";
  while (SymbolTable::lookupSymbolIn(module, name) || model.signature(name))
    name += "_";
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  auto type = RankedTensorType::get({}, b.getI64Type());
  rt::VariableOp::create(b, node.loc, name, type, cast<ElementsAttr>(b.getZeroAttr(type)));
  return symbol = FlatSymbolRefAttr::get(b.getContext(), name);
}

void Importer::forget() {
  foundAssigned = false;
  imported = 0;
  for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
    op.erase();
  lists.clear();
  generators.clear();
  // Values to come may lie where those were that it knows.
  b.shapes = ShapeAnalysis(b.getContext());
}

LogicalResult Importer::addVariables() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  for (const Variable &variable : model.variables())
    if (isAssigned(variable) && failed(addVariable(variable)))
      return failure();
  return success();
}

void Importer::completeVariables() {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(module.getBody());
  for (const Variable &variable : model.variables()) {
    bool isUsed = isAssigned(variable) || unsetReads.contains(&variable);
    if (isUsed && !variable.hasValue() && shapeOf(variable) &&
        !SymbolTable::lookupSymbolIn(module, stateSymbol(variable).getAttr()))
      (void)addVariable(variable);
  }
}

LogicalResult Importer::addVariable(const Variable &variable) {
  Location loc = location(graph->node(variable.node));
  auto type =
      RankedTensorType::get(*shapeOf(variable), elementType(b.getContext(), variable.dtype));
  auto add = [&](FlatSymbolRefAttr symbol, RankedTensorType type, ElementsAttr value) {
    if (SymbolTable::lookupSymbolIn(module, symbol.getAttr()))
      return LogicalResult(emitError(loc) << "another variable has this name");
    rt::VariableOp::create(b, loc, symbol.getAttr(), type, value);
    return success();
  };
  if (variable.hasValue())
    return add(stateSymbol(variable), type, elements(variable, type));
  auto flag = RankedTensorType::get({}, b.getI1Type());
  if (failed(add(flagSymbol(variable), flag, DenseElementsAttr::get(flag, false))))
    return failure();
  SmallVector<char, 16> zero(type.getNumElements() ? elementBytes(variable.dtype) : 0, 0);
  return add(stateSymbol(variable), type, b.elements(type, zero, !zero.empty(), nullptr));
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

//===--- Control flow of TensorFlow 1 -------------------------------------===//

const Frames &Importer::framesOf(const Body &body) {
  std::unique_ptr<Frames> &found = frames[&body];
  if (!found)
    found = std::make_unique<Frames>(body);
  return *found;
}

SmallVector<Edge> Importer::importSources(const Body &body, ArrayRef<Source> sources,
                                          ArrayRef<Edge> arguments, Edges &edges) {
  SmallVector<uint32_t> wanted;
  for (const Source &source : sources)
    if (source.kind == Source::Output && !edges.contains(source.node))
      wanted.push_back(source.node);
  importBody(body, arguments, wanted, edges);
  SmallVector<Edge> results;
  for (const Source &source : sources) {
    results.push_back(resolve(body, source, arguments, edges));
    if (!results.back() && !refused && source.kind == Source::Output) {
      const proto::NodeDef &node = body.node(source.node);
      refused = true;
      emitError(location(node))
          << "has no such output, or runs on a side of a branch that is joined nowhere";
    }
  }
  return results;
}

LogicalResult Importer::importLoop(const Body &body, uint32_t exit, ArrayRef<Edge> arguments,
                                   Edges &edges) {
  const FrameLoop &loop = *framesOf(body).loopOf(exit);
  SmallVector<Edge> inits;
  for (const FrameLoop::Variable &variable : loop.variables) {
    inits.push_back(edges[variable.enter].empty() ? Edge() : edges[variable.enter].front());
    if (!inits.back())
      return failure();
  }
  auto build = [&](bool isBody, ArrayRef<Edge> values) -> FailureOr<SmallVector<Edge>> {
    Edges inside = edges;
    SmallVector<Source> sources;
    for (auto [variable, value] : llvm::zip(loop.variables, values)) {
      inside[variable.merge] = {value};
      if (isBody && variable.select)
        inside[*variable.select] = {Edge(), value};
      if (isBody)
        llvm::append_range(sources, body.dataInputs(variable.next).take_front());
    }
    if (!isBody)
      llvm::append_range(sources, body.dataInputs(*loop.condition).take_front());
    return importSources(body, sources, arguments, inside);
  };
  Node node(*this, b, body.node(exit), location(body.node(exit)), inits);
  node.body = &body;
  node.index = exit;
  LoopBuilder builder(
      node, [&](ArrayRef<Edge> values) { return build(false, values); },
      [&](ArrayRef<Edge> values) { return build(true, values); });
  LogicalResult built =
      loop.condition ? builder.build() : node.fail("leaves a loop without a condition");
  for (auto [other, number] : loop.exits) {
    edges[other]; // built, or refused
    if (succeeded(built))
      edges[other] = {node.outputs[number]};
  }
  return built;
}

LogicalResult Importer::importMerge(const Body &body, uint32_t merge, ArrayRef<Edge> arguments,
                                    Edges &edges) {
  const proto::NodeDef &def = body.node(merge);
  Node node(*this, b, def, location(def), {});
  edges[merge];
  std::optional<Guard> guard = framesOf(body).predicate(merge);
  ArrayRef<Source> inputs = body.dataInputs(merge);
  if (!guard)
    return node.fail("joins branches whose predicate cannot be told");
  if (branchDepth >= Frames::kMaxGuards)
    return node.fail("more than " + Twine(Frames::kMaxGuards) + " branches within each other");
  Source predicate;
  predicate.kind = guard->node < body.size() ? Source::Output : Source::Argument;
  predicate.node = guard->node < body.size() ? guard->node : guard->node - body.size();
  predicate.index = guard->output;
  Edge condition = resolve(body, predicate, arguments, edges);
  if (!condition.isTensor())
    return failure();
  List *list = nullptr;
  bool isText = false;
  auto side = [&](bool holds) -> FailureOr<Values> {
    Guard here{guard->node, guard->output, holds};
    size_t input = holds == guard->side ? 0 : 1;
    bool isNew = active.insert(here).second;
    Edges inside = edges;
    ++branchDepth;
    SmallVector<Edge> values = importSources(body, inputs[input], arguments, inside);
    --branchDepth;
    if (isNew)
      active.erase(here);
    Edge value = settled(values[0]);
    if (!value || !value.value)
      return !value ? failure() : node.fail("joins resources, or lists that are not written to");
    list = value.list;
    isText = value.isText;
    return Values{value.value, b.splat(node.loc, {}, b.getI32Type(), double(input))};
  };
  Value holds = conditionOf(node, condition.value);
  auto results = holds ? choose(
                             node, holds, [&] { return side(true); }, [&] { return side(false); })
                       : FailureOr<Values>(failure());
  if (failed(results))
    return failure();
  edges[merge] = {Edge((*results)[0], list), Edge((*results)[1])};
  edges[merge][0].isText = isText;
  return success();
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
