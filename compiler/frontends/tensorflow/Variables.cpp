#include "compiler/frontends/tensorflow/Variables.h"

#include "compiler/frontends/tensorflow/Attributes.h"
#include "compiler/frontends/tensorflow/Restore.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Path.h"

using namespace ingot::tensorflow;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// Where a checkpoint records the objects that it was made from.
static constexpr StringRef kObjectGraph = "_CHECKPOINTABLE_OBJECT_GRAPH";

static bool isVariable(const proto::NodeDef &node) {
  static const StringRef kOps[] = {"VarHandleOp", "VariableV2", "Variable"};
  return llvm::is_contained(kOps, StringRef(node.op()));
}

Expected<std::vector<Variable>> ingot::tensorflow::declaredVariables(const Body &graph) {
  std::vector<Variable> variables;
  for (uint32_t i : llvm::seq(graph.size())) {
    if (!isVariable(graph.node(i)))
      continue;
    Attributes attributes(graph.node(i));
    Variable variable;
    variable.node = i;
    variable.isReference = graph.node(i).op() != "VarHandleOp";
    variable.dtype = attributes.getType("dtype");
    variable.shape = attributes.getShape("shape");
    if (Error error = attributes.takeError())
      return std::move(error);
    variables.push_back(std::move(variable));
  }
  return variables;
}

/// Full names of variables to their keys, as Keras and tf.train.Checkpoint record
/// them; names that are not unique are left out.
static Expected<llvm::StringMap<std::string>> objectNames(TensorBundle &bundle) {
  llvm::StringMap<std::string> keys;
  if (!bundle.contains(kObjectGraph))
    return keys;
  Expected<Tensor> bytes = bundle.read(kObjectGraph);
  if (!bytes)
    return bytes.takeError();
  proto::TrackableObjectGraph objects;
  if (bytes->strings.size() != 1 ||
      !objects.ParseFromArray(bytes->strings[0].data(), int(bytes->strings[0].size())))
    return createStringError("the checkpoint's record of objects is malformed");
  for (const auto &node : objects.nodes())
    for (const auto &attribute : node.attributes()) {
      auto [it, isNew] = keys.try_emplace(attribute.full_name(), attribute.checkpoint_key());
      if (!isNew)
        it->second.clear();
    }
  return keys;
}

/// The plan for a graph that has no restore op.
static Expected<RestorePlan> matchNames(const Body &graph, ArrayRef<Variable> variables,
                                        TensorBundle &bundle) {
  Expected<llvm::StringMap<std::string>> recorded = objectNames(bundle);
  if (!recorded)
    return recorded.takeError();
  RestorePlan plan;
  for (const Variable &variable : variables) {
    const proto::NodeDef &node = graph.node(variable.node);
    Attributes attributes(node);
    StringRef sharedName = attributes.getString("shared_name", "");
    if (Error error = attributes.takeError())
      return std::move(error);
    StringRef name = sharedName.empty() ? StringRef(node.name()) : sharedName;
    std::string key = recorded->lookup(name);
    if (key.empty() && bundle.contains(name))
      key = name.str();
    if (!key.empty())
      plan.variables[variable.node] = {key, ""};
  }
  return plan;
}

static Error setValue(Variable &variable, const CheckpointRef &ref, TensorBundle &bundle) {
  Expected<Tensor> value = bundle.read(ref.key, ref.shapeAndSlice);
  if (!value)
    return value.takeError();
  if (value->dtype != variable.dtype)
    return createStringError("the checkpoint holds dtype " + name(value->dtype).str() +
                             " for a variable of dtype " + name(variable.dtype).str());
  if (!variable.shape.admits(value->shape))
    return createStringError("the checkpoint holds another shape than the variable has");
  variable.checkpointKey = ref.key;
  variable.value = std::move(*value);
  return Error::success();
}

static Error setValues(State &state, const RestorePlan &plan, const Body &graph,
                       TensorBundle &bundle) {
  for (Variable &variable : state.variables) {
    auto it = plan.variables.find(variable.node);
    if (it == plan.variables.end())
      continue;
    if (Error error = setValue(variable, it->second, bundle))
      return createStringError("variable '" + graph.node(variable.node).name() +
                               "': " + llvm::toString(std::move(error)));
  }
  for (const auto &[node, refs] : plan.tables) {
    Expected<Tensor> keys = bundle.read(refs.first.key, refs.first.shapeAndSlice);
    if (!keys)
      return keys.takeError();
    Expected<Tensor> values = bundle.read(refs.second.key, refs.second.shapeAndSlice);
    if (!values)
      return values.takeError();
    state.tables.try_emplace(node, TableContents{std::move(*keys), std::move(*values)});
  }
  return Error::success();
}

Expected<State> ingot::tensorflow::restoreState(const Library &library,
                                                const proto::SaverDef &saver, StringRef directory) {
  State state;
  Expected<std::vector<Variable>> variables = declaredVariables(library.graph());
  if (!variables)
    return variables.takeError();
  state.variables = std::move(*variables);
  bool hasRestoreOp = !saver.restore_op_name().empty();
  RestorePlan plan;
  if (hasRestoreOp) {
    Expected<RestorePlan> planned = planRestore(library, saver.restore_op_name());
    if (!planned)
      return planned.takeError();
    plan = std::move(*planned);
  }
  bool needsNames = !hasRestoreOp && !state.variables.empty();
  if (plan.variables.empty() && plan.tables.empty() && !needsNames)
    return state;
  llvm::SmallString<128> prefix(directory);
  llvm::sys::path::append(prefix, "variables", "variables");
  Expected<TensorBundle> bundle = TensorBundle::open(prefix);
  if (!bundle)
    return bundle.takeError();
  if (needsNames) {
    Expected<RestorePlan> matched = matchNames(library.graph(), state.variables, *bundle);
    if (!matched)
      return matched.takeError();
    plan = std::move(*matched);
  }
  if (Error error = setValues(state, plan, library.graph(), *bundle))
    return std::move(error);
  return state;
}

Error ingot::tensorflow::addInitialTables(const Library &library, uint32_t initOp,
                                          std::map<uint32_t, TableContents> &tables) {
  auto planned = planTables(library, initOp);
  if (!planned)
    return planned.takeError();
  for (auto &[node, contents] : *planned)
    tables.try_emplace(node, TableContents{std::move(contents.first), std::move(contents.second)});
  return Error::success();
}
