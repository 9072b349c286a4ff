#include "tools/ingot/RandomSource.h"

#include "tools/ingot/Error.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace ingot;

/// SplitMix64 (Steele, Lea, Flood 2014).
uint64_t RandomSource::next() {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

static void putFloat(char *at, size_t bytes, bool brain, double value) {
  using llvm::APFloat;
  const llvm::fltSemantics &type = bytes == 8   ? APFloat::IEEEdouble()
                                   : bytes == 4 ? APFloat::IEEEsingle()
                                   : brain      ? APFloat::BFloat()
                                                : APFloat::IEEEhalf();
  APFloat number(value);
  bool loses;
  number.convert(type, APFloat::rmTowardZero, &loses); // stays below 1
  uint64_t bits = number.bitcastToAPInt().getZExtValue();
  std::memcpy(at, &bits, bytes); // little-endian hosts only, as Library checks
}

/// A number below `bound` (0: 0 or 1), and what its signed type holds.
static void putIndex(char *at, size_t bytes, uint64_t bound, uint64_t random) {
  uint64_t number = random >> 63;
  if (bound) {
    uint64_t limit = bytes < 8 ? uint64_t(1) << (8 * bytes - 1) : uint64_t(INT64_MAX);
    number = random % std::min(bound, limit);
  }
  std::memcpy(at, &number, bytes); // little-endian hosts only, as Library checks
}

void RandomSource::fill(ingot_array &array, const ingot_tensor &tensor) {
  size_t bytes = 0;
  ingot_array_bytes(&array, &bytes);
  char *data = static_cast<char *>(array.data);
  bool brain = tensor.dtype == INGOT_BFLOAT16;
  bool real = brain || array.kind == 'f' || array.kind == 'c';
  size_t part = array.kind == 'c' ? array.item / 2 : array.item;
  for (size_t at = 0; at < bytes; at += part) {
    if (real)
      putFloat(data + at, part, brain, double(next() >> 11) * 0x1p-53);
    else
      putIndex(data + at, part, uint64_t(tensor.index_bound), next());
  }
}

llvm::Error RandomSource::setShape(const ingot_tensor &tensor, ingot_array &array) const {
  array.rank = tensor.rank;
  for (int32_t i = 0; i < tensor.rank; ++i)
    array.dims[i] = tensor.dims[i] < 0 ? 1 : tensor.dims[i];
  auto shape = llvm::find_if(shapes, [&](auto &shape) { return shape.first == tensor.name; });
  if (shape == shapes.end())
    return llvm::Error::success();
  if (shape->second.size() != size_t(tensor.rank))
    return failed("--input-shape", "input '" + llvm::Twine(tensor.name) + "' has " +
                                       llvm::Twine(tensor.rank) + " dimensions");
  for (int32_t i = 0; i < tensor.rank; ++i)
    if (shape->second[size_t(i)] >= 0)
      array.dims[i] = shape->second[size_t(i)];
  return llvm::Error::success();
}

llvm::Expected<std::optional<Array>> RandomSource::load(llvm::StringRef key) {
  auto array = given.load(key);
  if (!array || *array)
    return array;
  for (const ingot_tensor &tensor :
       llvm::ArrayRef(signature.inputs, size_t(signature.input_count))) {
    if (key != tensor.name)
      continue;
    ingot_array made{};
    ingot_failure failure;
    ingot_dtype_to_numpy(tensor.dtype, &made.kind, &made.item);
    if (llvm::Error error = setShape(tensor, made))
      return error;
    if (!ingot_array_allocate(&made, &failure))
      return failed(tensor.name, failure.text);
    fill(made, tensor);
    return Array(made);
  }
  return std::nullopt;
}
