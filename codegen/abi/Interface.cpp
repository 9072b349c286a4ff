#include "codegen/abi/Interface.h"
#include "dialects/ingot/Ingot.h"
#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;

static bool isReserved(StringRef word) {
  static const llvm::StringSet<> words = {
      "alignas",  "alignof",  "and",      "asm",     "auto",      "bool",     "break",
      "case",     "catch",    "char",     "class",   "const",     "continue", "default",
      "delete",   "do",       "double",   "else",    "enum",      "explicit", "export",
      "extern",   "false",    "float",    "for",     "friend",    "goto",     "if",
      "inline",   "int",      "long",     "mutable", "namespace", "new",      "not",
      "nullptr",  "operator", "or",       "private", "protected", "public",   "register",
      "restrict", "return",   "short",    "signed",  "sizeof",    "static",   "struct",
      "switch",   "template", "this",     "throw",   "true",      "try",      "typedef",
      "typename", "union",    "unsigned", "using",   "virtual",   "void",     "volatile",
      "wchar_t",  "while",    "xor",      "concept", "requires",  "constexpr"};
  return words.contains(word);
}

std::string ingot::identifier(StringRef text) {
  std::string result;
  for (char c : text)
    result += llvm::isAlnum(c) ? c : '_';
  if (result.empty() || llvm::isDigit(result[0]) || isReserved(result))
    result.insert(0, "x");
  return result;
}

StringRef ingot::cType(ingot_dtype dtype) {
  switch (dtype) {
  case INGOT_FLOAT32:
  case INGOT_COMPLEX64:
    return "float";
  case INGOT_FLOAT64:
  case INGOT_COMPLEX128:
    return "double";
  case INGOT_INT8:
    return "int8_t";
  case INGOT_INT16:
    return "int16_t";
  case INGOT_INT32:
    return "int32_t";
  case INGOT_INT64:
    return "int64_t";
  case INGOT_UINT8:
  case INGOT_BOOL:
  case INGOT_STRING:
    return "uint8_t";
  case INGOT_UINT32:
    return "uint32_t";
  case INGOT_UINT64:
    return "uint64_t";
  case INGOT_UINT16:
  case INGOT_FLOAT16:
  case INGOT_BFLOAT16:
    return "uint16_t";
  }
  return "void";
}

static std::vector<InterfaceSignature::PeakBuffer> readBuffers(ArrayAttr list) {
  std::vector<InterfaceSignature::PeakBuffer> buffers;
  if (list)
    for (auto buffer : list.getAsRange<DictionaryAttr>())
      buffers.push_back({buffer.getAs<StringAttr>("node").str(),
                         uint64_t(buffer.getAs<IntegerAttr>("offset").getInt()),
                         uint64_t(buffer.getAs<IntegerAttr>("bytes").getInt())});
  return buffers;
}

uint64_t ingot::dtypeBytes(ingot_dtype dtype) {
  StringRef c = cType(dtype);
  uint64_t part = c == "double" || c.contains("64")  ? 8
                  : c == "float" || c.contains("32") ? 4
                  : c.contains("16")                 ? 2
                                                     : 1;
  return dtype == INGOT_COMPLEX64 || dtype == INGOT_COMPLEX128 ? 2 * part : part;
}

/// Lays the members out as a C compiler does.
static uint64_t layOut(std::vector<InterfaceTensor> &tensors, unsigned pointerBytes) {
  uint64_t offset = 0;
  for (InterfaceTensor &t : tensors) {
    bool fromData = t.sizing == INGOT_FROM_DATA;
    offset = llvm::alignTo(offset, fromData ? 8 : pointerBytes);
    t.offset = offset;
    offset += pointerBytes * (fromData ? 2 : 1);
    unsigned dims = fromData ? t.dims.size() : t.dynamicDims();
    if (dims)
      offset = llvm::alignTo(offset, 8);
    t.dimsOffset = offset;
    offset += 8 * dims;
  }
  bool hasInt64 = llvm::any_of(
      tensors, [](const auto &t) { return t.sizing == INGOT_FROM_DATA || t.dynamicDims() > 0; });
  return llvm::alignTo(offset, hasInt64 ? 8 : pointerBytes);
}

static std::vector<InterfaceTensor> readTensors(ArrayAttr list, StringRef fallback) {
  std::vector<InterfaceTensor> tensors;
  llvm::StringSet<> members;
  for (auto [i, attr] : llvm::enumerate(list)) {
    auto described = cast<DictionaryAttr>(attr);
    InterfaceTensor t;
    if (auto name = described.getAs<StringAttr>(IngotDialect::kNameAttr))
      t.name = name.getValue();
    std::string base = t.name.empty() ? (fallback + Twine(i)).str() : identifier(t.name);
    t.member = base;
    for (unsigned n = 2; !members.insert(t.member).second; ++n)
      t.member = base + "_" + std::to_string(n);
    if (auto bound = described.getAs<IntegerAttr>(IngotDialect::kIndexBoundAttr))
      t.indexBound = bound.getInt();
    t.dtype = dtypeOf(described.getAs<TypeAttr>("ingot.type").getValue());
    for (int64_t d : described.getAs<DenseI64ArrayAttr>("ingot.shape").asArrayRef())
      t.dims.push_back(ShapedType::isDynamic(d) ? -1 : d);
    if (t.dynamicDims())
      t.sizing = described.get("ingot.from_data") ? INGOT_FROM_DATA : INGOT_FROM_INPUTS;
    tensors.push_back(std::move(t));
  }
  return tensors;
}

/// Variables in the order of the module, each aligned as the block is.
static void readVariables(ModuleOp module, Interface &interface) {
  llvm::StringSet<> members;
  for (auto op : module.getOps<rt::VariableOp>()) {
    auto type = cast<RankedTensorType>(op.getType());
    InterfaceVariable v;
    v.name = op.getSymName();
    v.member = identifier(v.name);
    for (unsigned n = 2; !members.insert(v.member).second; ++n)
      v.member = identifier(v.name) + "_" + std::to_string(n);
    v.dtype = dtypeOf(type.getElementType());
    v.dims.assign(type.getShape().begin(), type.getShape().end());
    v.offset = llvm::alignTo(interface.stateBytes, INGOT_ALIGNMENT);
    v.bytes = type.getNumElements() * dtypeBytes(v.dtype);
    v.isInitiallyZero = op.isInitiallyZero();
    interface.stateBytes = v.offset + v.bytes;
    interface.variables.push_back(std::move(v));
  }
}

static unsigned variableIndex(const Interface &interface, StringRef name) {
  auto it = llvm::find_if(interface.variables, [&](const auto &v) { return v.name == name; });
  return it - interface.variables.begin();
}

Interface ingot::readInterface(ModuleOp module, StringRef prefix, unsigned pointerBytes) {
  Interface result;
  result.prefix = prefix;
  result.modelName = prefix;
  readVariables(module, result);
  llvm::StringSet<> symbols;
  symbols.insert((prefix + "_init_state").str());
  for (auto function : module.getOps<func::FuncOp>()) {
    auto name = function->getAttrOfType<StringAttr>(IngotDialect::kSignatureAttr);
    if (!name)
      continue;
    InterfaceSignature s;
    s.name = name.getValue();
    std::string base = identifier(s.name).substr(llvm::isDigit(s.name.c_str()[0]) ? 1 : 0);
    s.symbol = (prefix + "_" + base).str();
    for (unsigned n = 2; !symbols.insert(s.symbol).second; ++n)
      s.symbol = (prefix + "_" + base + "_" + Twine(n)).str();
    s.entry = function.getName();
    s.inputs = readTensors(function->getAttrOfType<ArrayAttr>("ingot.inputs"), "input");
    s.outputs = readTensors(function->getAttrOfType<ArrayAttr>("ingot.outputs"), "output");
    if (auto variables = function->getAttrOfType<ArrayAttr>("ingot.variables"))
      for (auto name : variables.getAsRange<FlatSymbolRefAttr>())
        s.variables.push_back(variableIndex(result, name.getValue()));
    if (auto batch = function->getAttrOfType<DictionaryAttr>("ingot.batch")) {
      llvm::append_range(s.batchInputs, batch.getAs<DenseBoolArrayAttr>("inputs").asArrayRef());
      llvm::append_range(s.batchOutputs, batch.getAs<DenseBoolArrayAttr>("outputs").asArrayRef());
      s.leastSamples = batch.getAs<IntegerAttr>("least").getInt();
    }
    s.inputsBytes = layOut(s.inputs, pointerBytes);
    s.outputsBytes = layOut(s.outputs, pointerBytes);
    if (auto bytes = function->getAttrOfType<IntegerAttr>("ingot.arena_static"))
      s.arenaBytes = bytes.getInt();
    s.arenaPeak = readBuffers(function->getAttrOfType<ArrayAttr>("ingot.arena_peak"));
    s.arenaGrowing = readBuffers(function->getAttrOfType<ArrayAttr>("ingot.arena_growing"));
    result.signatures.push_back(std::move(s));
  }
  return result;
}
