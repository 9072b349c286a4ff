#include "compiler/frontends/tflite/Importer.h"
#include "compiler/frontends/InputShape.h"
#include "compiler/frontends/tflite/integer/Integer.h"
#include "dialects/rt/Rt.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tflite;

/// Far above any kernel's; keeps masks over dimensions within 64 bits.
constexpr int64_t kMaxImportedRank = 32;

Importer::Importer(const Model &model, const Options &options, ModuleOp module)
    : model(model), variables(model), options(options), module(module), b(module.getContext()) {}

Location Importer::location(const Subgraph &graph, const Operator &op) {
  std::string node;
  if (!op.outputs.empty())
    node = graph.tensors[op.outputs.front()].name.str();
  if (node.empty())
    node = describe(op, &op - graph.operators.data());
  return NameLoc::get(b.getStringAttr(node), NameLoc::get(b.getStringAttr(op.name())));
}

bool Importer::isWanted(const Signature &signature) const {
  if (!options.signatures.empty())
    return llvm::is_contained(options.signatures, signature.name);
  return signature.isDefined || model.signatures().size() == 1;
}

LogicalResult Importer::run() {
  for (const std::string &name : options.signatures)
    if (!model.signature(name))
      return emitError(b.getUnknownLoc())
             << "there is no signature \"" << name << "\" (ingot show lists them)";
  LogicalResult result = success();
  for (const Signature &signature : model.signatures())
    if (isWanted(signature) && failed(importSignature(signature)))
      result = failure();
  return result;
}

//===--- Signatures -------------------------------------------------------===//

FailureOr<RankedTensorType> Importer::inputType(const Subgraph &graph,
                                                const SignatureTensor &input) {
  const tflite::Tensor &tensor = graph.tensors[input.tensor];
  Location loc = NameLoc::get(b.getStringAttr(tensor.name));
  Type element = tflite::elementType(b.getContext(), tensor.type);
  if (!element)
    return emitError(loc) << "input \"" << input.name << "\" is of type "
                          << schema::EnumNameTensorType(tensor.type)
                          << ", which cannot be compiled yet";
  auto shape = inputShape(loc, options, input.name, element, tensor.shape, tensor.ranked);
  if (failed(shape))
    return failure();
  if (int64_t(shape->size()) > kMaxImportedRank)
    return emitError(loc) << "has " << shape->size() << " dimensions, more than "
                          << kMaxImportedRank;
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
  const Subgraph &graph = model.subgraphs()[signature.subgraph];
  SmallVector<Type> types;
  for (const SignatureTensor &input : signature.inputs) {
    auto type = inputType(graph, input);
    if (failed(type))
      return failure();
    types.push_back(*type);
  }
  auto function =
      func::FuncOp::create(b, b.getUnknownLoc(), signature.name, b.getFunctionType(types, {}));
  function->setAttr(IngotDialect::kSignatureAttr, b.getStringAttr(signature.name));
  Block *entry = function.addEntryBlock();
  b.setInsertionPointToEnd(entry);

  Values values(graph.tensors.size());
  for (auto [i, input] : llvm::enumerate(signature.inputs))
    values[input.tensor] = entry->getArgument(i);
  function.setAllArgAttrs(tensorNames(b, signature.inputs));
  for (int32_t input : graph.inputs)
    if (!values[input])
      return emitError(NameLoc::get(b.getStringAttr(graph.tensors[input].name)))
             << "signature \"" << signature.name << "\" does not name this input";
  importBody(graph, values);

  Values results;
  for (const SignatureTensor &output : signature.outputs) {
    results.push_back(valueOf(graph, output.tensor, values));
    if (!results.back() && !refused && !graph.tensors[output.tensor].constant)
      emitError(NameLoc::get(b.getStringAttr(graph.tensors[output.tensor].name)))
          << "output \"" << output.name << "\" is computed by no operator";
    if (!results.back())
      return failure();
  }
  func::ReturnOp::create(b, b.getUnknownLoc(), results);
  function.setType(b.getFunctionType(types, ValueRange(results).getTypes()));
  function.setAllResultAttrs(tensorNames(b, signature.outputs));
  return failure(refused);
}

//===--- Subgraphs --------------------------------------------------------===//

/// Operators that the subgraph's outputs depend on, and those that are there for
/// what they do: they have no outputs.
static llvm::BitVector neededOperators(const Subgraph &graph) {
  llvm::BitVector tensors(graph.tensors.size()), operators(graph.operators.size());
  for (int32_t output : graph.outputs)
    tensors.set(output);
  for (size_t i = graph.operators.size(); i-- > 0;) {
    const Operator &op = graph.operators[i];
    if (!op.outputs.empty() &&
        llvm::none_of(op.outputs, [&](int32_t t) { return tensors.test(t); }))
      continue;
    operators.set(i);
    for (int32_t input : op.inputs)
      if (input != kNoTensor)
        tensors.set(input);
  }
  return operators;
}

void Importer::importBody(const Subgraph &graph, Values &values) {
  llvm::BitVector needed = neededOperators(graph); // outlives its set_bits()
  for (unsigned i : needed.set_bits())
    refused |= failed(importOperator(graph, graph.operators[i], values));
}

FailureOr<Values> Importer::call(Node &node, uint32_t index, ArrayRef<Value> arguments) {
  const Subgraph &graph = model.subgraphs()[index];
  if (graph.inputs.size() != arguments.size())
    return node.fail("subgraph " + Twine(index) + " takes " + Twine(graph.inputs.size()) +
                     " inputs, not " + Twine(arguments.size()));
  Values values(graph.tensors.size()), results;
  for (auto [input, argument] : llvm::zip(graph.inputs, arguments))
    values[input] = argument;
  importBody(graph, values);
  for (int32_t output : graph.outputs)
    results.push_back(valueOf(graph, output, values));
  return results;
}

static bool isWritten(const Subgraph &graph, int32_t tensor) {
  return llvm::any_of(graph.operators,
                      [&](const Operator &op) { return llvm::is_contained(op.outputs, tensor); });
}

Value Importer::valueOf(const Subgraph &graph, int32_t index, Values &values) {
  const tflite::Tensor &tensor = graph.tensors[index];
  // A tensor without elements needs no data.
  bool isConstant = tensor.constant ||
                    (llvm::is_contained(tensor.shape, 0) && !llvm::is_contained(tensor.shape, -1) &&
                     !tensor.variable && !isWritten(graph, index));
  if (!values[index] && isConstant)
    values[index] = constant(tensor, NameLoc::get(b.getStringAttr(tensor.name)));
  return values[index];
}

FlatSymbolRefAttr Importer::variable(StringRef key, StringRef name, RankedTensorType type,
                                     ElementsAttr initial) {
  FlatSymbolRefAttr &symbol = symbols[key];
  if (symbol)
    return symbol;
  auto isTaken = [&](StringRef name) {
    return SymbolTable::lookupSymbolIn(module, name) ||
           llvm::any_of(model.signatures(), [&](const auto &s) { return s.name == name; });
  };
  std::string unique = name.str();
  for (unsigned n = 2; unique.empty() || isTaken(unique); ++n)
    unique = (name + "_variable" + Twine(n)).str();
  if (!initial)
    initial = cast<ElementsAttr>(b.getZeroAttr(type));
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(module.getBody());
  rt::VariableOp::create(b, NameLoc::get(b.getStringAttr(name)), unique, type, initial);
  return symbol = FlatSymbolRefAttr::get(b.getContext(), unique);
}

Value Importer::constant(const tflite::Tensor &tensor, Location loc) {
  ElementsAttr value = elements(tensor, loc);
  return value ? b.constant(loc, value) : Value();
}

ElementsAttr Importer::elements(const tflite::Tensor &tensor, Location loc) {
  Type element = tflite::elementType(b.getContext(), tensor.type);
  if (!element) {
    emitError(loc) << "constant \"" << tensor.name << "\" is "
                   << schema::EnumNameTensorType(tensor.type) << ", which cannot be compiled yet";
    return {};
  }
  auto type = RankedTensorType::get(tensor.shape, element);
  ElementsAttr &value = constants[{tensor.data.data(), type}];
  if (!value)
    value = b.elements(type, tensor.data, /*isSplat=*/false, model.owner());
  return value;
}

/// True if a tensor of the operator is quantized. Where only integers of 32 and 64 bits have
/// scales the kernels compute with them as they are, but to change the scale.
static bool isQuantizedOperator(const Subgraph &graph, const Operator &op) {
  bool changesScale = op.op == Builtin::QUANTIZE || op.op == Builtin::DEQUANTIZE;
  auto is = [&](int32_t t) {
    return t != kNoTensor && tflite::isQuantized(graph.tensors[t]) &&
           (changesScale || elementBits(graph.tensors[t].type) < 32);
  };
  return llvm::any_of(op.inputs, is) || llvm::any_of(op.outputs, is);
}

/// What no quantized tensor may have. (The scales of biases follow from others.)
static LogicalResult checkQuantization(const tflite::Tensor &tensor, Location loc) {
  auto fail = [&](const Twine &what) -> LogicalResult {
    return emitError(loc) << "tensor \"" << tensor.name << "\" has " << what;
  };
  bool isBias = tensor.constant && elementBits(tensor.type) >= 32;
  for (float scale : *tensor.quantization->scale())
    if (scale == 0 && !isBias)
      return fail("a scale of 0");
  if (elementBits(tensor.type) == 0 || elementBits(tensor.type) > 32)
    return success();
  Bounds range = boundsOf(tensor.type);
  for (int64_t zero : *tensor.quantization->zero_point())
    if (zero < range.low || zero > range.high)
      return fail("the zero point " + Twine(zero) + ", which is out of the range of " +
                  schema::EnumNameTensorType(tensor.type));
  return success();
}

LogicalResult Importer::checkTensors(const Subgraph &graph, const Operator &op, Location loc) {
  SmallVector<int32_t> all(op.inputs);
  llvm::append_range(all, op.outputs);
  llvm::append_range(all, op.intermediates);
  for (int32_t t : all)
    if (t != kNoTensor && isQuantized(graph.tensors[t]) &&
        failed(checkQuantization(graph.tensors[t], loc)))
      return failure();
  return success();
}

/// True for tensors that are no value: their producer leaves nothing.
static bool isNoValue(const tflite::Tensor &tensor) {
  return tensor.variable || tensor.type == schema::TensorType::RESOURCE;
}

FailureOr<Values> Importer::inputsOf(const Subgraph &graph, const Operator &op, Values &values,
                                     Location loc) {
  Values inputs;
  for (int32_t input : op.inputs) {
    Value value = input == kNoTensor ? Value() : valueOf(graph, input, values);
    // What depends on a refused operator is no finding of its own.
    if (input != kNoTensor && !value && !isNoValue(graph.tensors[input])) {
      if (!refused && !graph.tensors[input].constant)
        emitError(loc) << "input " << inputs.size() << " is computed by no operator";
      return failure();
    }
    if (value && b.shapes.rank(value) > kMaxImportedRank)
      return emitError(loc) << "input " << inputs.size() << " has more than " << kMaxImportedRank
                            << " dimensions";
    inputs.push_back(value);
  }
  return inputs;
}

/// Null if there is none.
static const Row *rowOf(const Operator &op) {
  if (op.op == Builtin::CUSTOM) {
    auto row = customRows().find(op.customName);
    return row == customRows().end() ? nullptr : &row->second;
  }
  auto row = rows().find(op.op);
  return row == rows().end() ? nullptr : &row->second;
}

LogicalResult Importer::importOperator(const Subgraph &graph, const Operator &op, Values &values) {
  Location loc = location(graph, op);
  if (++imported > kMaxImportedOperators) {
    if (imported == kMaxImportedOperators + 1)
      emitError(loc) << "the model's loops are nested too deep: more than " << kMaxImportedOperators
                     << " operators to build";
    return failure();
  }
  if (failed(checkTensors(graph, op, loc)))
    return failure();
  const Row *row = rowOf(op);
  if (!row)
    return emitError(loc) << op.name() << " version " << op.version << " (" << typesOf(graph, op)
                          << ") is not supported";
  Build build = isQuantizedOperator(graph, op) ? row->buildQuantized : row->build;
  if (!build)
    return Node(*this, b, loc, graph, op, {}).refuseTypes();
  auto inputs = inputsOf(graph, op, values, loc);
  if (failed(inputs))
    return failure();
  Node node(*this, b, loc, graph, op, *inputs);
  if (failed(build(node)))
    return failure();
  for (auto [output, value] : llvm::zip(op.outputs, node.outputs))
    values[output] = value;
  return success();
}
