#include "compiler/frontends/tensorflow/DataType.h"

#include "llvm/ADT/ArrayRef.h"

using namespace ingot::tensorflow;

namespace {
struct Row {
  llvm::StringRef name;
  unsigned bytes;
};
} // namespace

static constexpr int64_t kFirstReferenceType = 100;

/// Indexed by DataType.
static const Row kRows[] = {
    {"invalid", 0},  {"float32", 4}, {"float64", 8}, {"int32", 4},       {"uint8", 1},
    {"int16", 2},    {"int8", 1},    {"string", 0},  {"complex64", 8},   {"int64", 8},
    {"bool", 1},     {"qint8", 1},   {"quint8", 1},  {"qint32", 4},      {"bfloat16", 2},
    {"qint16", 2},   {"quint16", 2}, {"uint16", 2},  {"complex128", 16}, {"float16", 2},
    {"resource", 0}, {"variant", 0}, {"uint32", 4},  {"uint64", 8},
};

DataType ingot::tensorflow::toDataType(int64_t number) {
  if (number > kFirstReferenceType)
    number -= kFirstReferenceType;
  bool known = number > 0 && number < static_cast<int64_t>(std::size(kRows));
  return known ? static_cast<DataType>(number) : DataType::Invalid;
}

unsigned ingot::tensorflow::elementBytes(DataType type) {
  return kRows[static_cast<int32_t>(type)].bytes;
}

llvm::StringRef ingot::tensorflow::name(DataType type) {
  return kRows[static_cast<int32_t>(type)].name;
}
