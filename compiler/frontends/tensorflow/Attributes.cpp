#include "compiler/frontends/tensorflow/Attributes.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"

using namespace ingot::tensorflow;
using llvm::ArrayRef;
using llvm::StringRef;
using proto::AttrValue;

void Attributes::fail(StringRef name, const llvm::Twine &what) {
  if (error)
    return;
  error = llvm::createStringError("node '" + node.name() + "' (" + node.op() + "): attribute '" +
                                  name.str() + "' " + what.str());
}

const AttrValue *Attributes::find(StringRef name) const {
  auto it = node.attr().find(name.str());
  return it == node.attr().end() ? nullptr : &it->second;
}

bool Attributes::has(StringRef name) const { return find(name) != nullptr; }

/// The attribute if it is there and of the kind wanted.
const AttrValue *Attributes::require(StringRef name, bool hasFallback, AttrValue::ValueCase kind,
                                     StringRef kindName) {
  const AttrValue *value = find(name);
  if (!value) {
    if (!hasFallback)
      fail(name, "is missing");
    return nullptr;
  }
  if (value->value_case() == kind)
    return value;
  fail(name, "is not " + kindName);
  return nullptr;
}

const AttrValue::ListValue *Attributes::requireList(StringRef name, bool hasFallback) {
  const AttrValue *value = require(name, hasFallback, AttrValue::kList, "a list");
  return value ? &value->list() : nullptr;
}

DataType Attributes::checkedType(StringRef name, int32_t number) {
  DataType type = toDataType(number);
  if (type == DataType::Invalid)
    fail(name, "has the unknown dtype number " + llvm::Twine(number));
  return type;
}

Shape Attributes::checkedShape(StringRef name, const proto::TensorShapeProto &proto) {
  llvm::Expected<Shape> shape = decodeShape(proto);
  if (shape)
    return std::move(*shape);
  fail(name, "has " + llvm::toString(shape.takeError()));
  return {};
}

/// "T" of ops with operands of several types is a list.
void Attributes::checkType(StringRef name, const AttrValue &value) {
  if (value.value_case() == AttrValue::kType)
    return void(checkedType(name, value.type()));
  if (value.value_case() != AttrValue::kList)
    return fail(name, "is not a type");
  for (int32_t number : value.list().type())
    checkedType(name, number);
}

void Attributes::checkTypes() {
  static constexpr llvm::StringLiteral kNames[] = {
      "T",      "Tidx",       "Tindices",   "Tparams",   "Taxis",        "Tperm",
      "Tshape", "Tmultiples", "Tdim",       "Tpaddings", "Tlen",         "TI",
      "U",      "Index",      "index_type", "SrcT",      "Tnumsegments", "DstT",
      "dtype",  "Tin",        "Tout",       "Ta",        "Tb",           "Tseed"};
  for (StringRef name : kNames)
    if (const AttrValue *value = find(name))
      checkType(name, *value);
  if (const AttrValue *count = find("N"); count && count->value_case() != AttrValue::kI)
    fail("N", "is not an integer");
}

DataType Attributes::getType(StringRef name, std::optional<DataType> fallback) {
  const AttrValue *value = require(name, fallback.has_value(), AttrValue::kType, "a type");
  return value ? checkedType(name, value->type()) : fallback.value_or(DataType::Invalid);
}

int64_t Attributes::getInt(StringRef name, std::optional<int64_t> fallback) {
  const AttrValue *value = require(name, fallback.has_value(), AttrValue::kI, "an integer");
  return value ? value->i() : fallback.value_or(0);
}

float Attributes::getFloat(StringRef name, std::optional<float> fallback) {
  const AttrValue *value = require(name, fallback.has_value(), AttrValue::kF, "a float");
  return value ? value->f() : fallback.value_or(0);
}

bool Attributes::getBool(StringRef name, std::optional<bool> fallback) {
  const AttrValue *value = require(name, fallback.has_value(), AttrValue::kB, "a boolean");
  return value ? value->b() : fallback.value_or(false);
}

StringRef Attributes::getString(StringRef name, std::optional<StringRef> fallback) {
  const AttrValue *value = require(name, fallback.has_value(), AttrValue::kS, "a string");
  return value ? StringRef(value->s()) : fallback.value_or("");
}

Shape Attributes::getShape(StringRef name, std::optional<Shape> fallback) {
  const AttrValue *value = require(name, fallback.has_value(), AttrValue::kShape, "a shape");
  return value ? checkedShape(name, value->shape()) : fallback.value_or(Shape());
}

Tensor Attributes::getTensor(StringRef name) {
  const AttrValue *value = require(name, false, AttrValue::kTensor, "a tensor");
  if (!value)
    return {};
  llvm::Expected<Tensor> tensor = decodeTensor(value->tensor());
  if (tensor)
    return std::move(*tensor);
  fail(name, "is a malformed tensor: " + llvm::toString(tensor.takeError()));
  return {};
}

StringRef Attributes::getFunction(StringRef name) {
  const AttrValue *value = require(name, true, AttrValue::kFunc, "a function");
  return value ? StringRef(value->func().name()) : "";
}

Attributes::Ints Attributes::getInts(StringRef name, std::optional<ArrayRef<int64_t>> fallback) {
  if (const auto *list = requireList(name, fallback.has_value()))
    return Ints(list->i().begin(), list->i().end());
  return fallback ? Ints(fallback->begin(), fallback->end()) : Ints();
}

std::vector<float> Attributes::getFloats(StringRef name, std::optional<ArrayRef<float>> fallback) {
  if (const auto *list = requireList(name, fallback.has_value()))
    return {list->f().begin(), list->f().end()};
  return fallback ? fallback->vec() : std::vector<float>();
}

std::vector<bool> Attributes::getBools(StringRef name) {
  if (const auto *list = requireList(name, false))
    return {list->b().begin(), list->b().end()};
  return {};
}

std::vector<DataType> Attributes::getTypes(StringRef name,
                                           std::optional<ArrayRef<DataType>> fallback) {
  const auto *list = requireList(name, fallback.has_value());
  if (!list)
    return fallback ? fallback->vec() : std::vector<DataType>();
  std::vector<DataType> types;
  for (int32_t number : list->type())
    types.push_back(checkedType(name, number));
  return types;
}

std::vector<StringRef> Attributes::getStrings(StringRef name,
                                              std::optional<ArrayRef<StringRef>> fallback) {
  if (const auto *list = requireList(name, fallback.has_value()))
    return {list->s().begin(), list->s().end()};
  return fallback ? fallback->vec() : std::vector<StringRef>();
}

std::vector<Shape> Attributes::getShapes(StringRef name, std::optional<ArrayRef<Shape>> fallback) {
  const auto *list = requireList(name, fallback.has_value());
  if (!list)
    return fallback ? fallback->vec() : std::vector<Shape>();
  std::vector<Shape> shapes;
  for (const auto &shape : list->shape())
    shapes.push_back(checkedShape(name, shape));
  return shapes;
}

std::vector<StringRef> Attributes::getFunctions(StringRef name) {
  std::vector<StringRef> names;
  if (const auto *list = requireList(name, false))
    for (const auto &function : list->func())
      names.push_back(function.name());
  return names;
}

Padding Attributes::getPadding() {
  StringRef text = getString("padding");
  auto padding = llvm::StringSwitch<std::optional<Padding>>(text)
                     .Case("SAME", Padding::Same)
                     .Case("VALID", Padding::Valid)
                     .Case("EXPLICIT", Padding::Explicit)
                     .Default(std::nullopt);
  if (!padding)
    fail("padding", "is none of SAME, VALID, EXPLICIT");
  return padding.value_or(Padding::Valid);
}

DataFormat Attributes::getDataFormat(DataFormat fallback) {
  if (!has("data_format"))
    return fallback;
  auto format = llvm::StringSwitch<std::optional<DataFormat>>(getString("data_format"))
                    .Case("NHWC", DataFormat::NHWC)
                    .Case("NCHW", DataFormat::NCHW)
                    .Case("NDHWC", DataFormat::NDHWC)
                    .Case("NCDHW", DataFormat::NCDHW)
                    .Default(std::nullopt);
  if (!format)
    fail("data_format", "is none of NHWC, NCHW, NDHWC, NCDHW");
  return format.value_or(fallback);
}
