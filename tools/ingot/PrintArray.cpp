#include "tools/ingot/PrintArray.h"

#include "tools/ingot/Call.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"

#include <charconv>
#include <cmath>
#include <cstring>

using namespace ingot;

template <typename T> static T load(const char *at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

static llvm::APFloat toFloat(const char *at, size_t bytes, bool brain) {
  using llvm::APFloat;
  switch (bytes) {
  case 2:
    return APFloat(brain ? APFloat::BFloat() : APFloat::IEEEhalf(),
                   llvm::APInt(16, load<uint16_t>(at)));
  case 4:
    return APFloat(load<float>(at));
  default:
    return APFloat(load<double>(at));
  }
}

static int64_t toSigned(const char *at, size_t bytes) {
  switch (bytes) {
  case 1:
    return load<int8_t>(at);
  case 2:
    return load<int16_t>(at);
  case 4:
    return load<int32_t>(at);
  default:
    return load<int64_t>(at);
  }
}

static uint64_t toUnsigned(const char *at, size_t bytes) {
  switch (bytes) {
  case 1:
    return load<uint8_t>(at);
  case 2:
    return load<uint16_t>(at);
  case 4:
    return load<uint32_t>(at);
  default:
    return load<uint64_t>(at);
  }
}

/// A kind and size that the conversions above read.
static bool isNumber(const ingot_array &array) {
  bool power = array.item == 1 || array.item == 2 || array.item == 4 || array.item == 8;
  switch (array.kind) {
  case 'b':
    return array.item == 1;
  case 'i':
  case 'u':
    return power;
  case 'f':
    return power && array.item > 1;
  case 'c':
    return array.item == 8 || array.item == 16;
  default:
    return false;
  }
}

static const char *address(const ingot_array &array, size_t index) {
  return static_cast<const char *>(array.data) + index * array.item;
}

/// The fewest digits that read back as the same value; 16-bit floats print as
/// the float32 that they widen to.
static std::string floatText(llvm::APFloat value) {
  char text[64];
  bool loses;
  char *end;
  if (&value.getSemantics() == &llvm::APFloat::IEEEdouble()) {
    end = std::to_chars(text, std::end(text), value.convertToDouble()).ptr;
  } else {
    value.convert(llvm::APFloat::IEEEsingle(), llvm::APFloat::rmNearestTiesToEven, &loses);
    end = std::to_chars(text, std::end(text), value.convertToFloat()).ptr;
  }
  return std::string(text, end);
}

static bool isBrain(const ingot_array &array, int32_t dtype) {
  return dtype == INGOT_BFLOAT16 && array.item == 2;
}

/// In quotes, without the zeros that fill it up.
static std::string byteString(llvm::StringRef bytes) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << '"';
  llvm::printEscapedString(bytes.rtrim('\0'), os);
  os << '"';
  return text;
}

std::string ingot::elementText(const ingot_array &array, size_t index, int32_t dtype) {
  const char *at = address(array, index);
  size_t half = array.item / 2;
  if (isBrain(array, dtype))
    return floatText(toFloat(at, 2, true));
  if (array.kind == 'S')
    return byteString(llvm::StringRef(at, array.item));
  if (!isNumber(array))
    return "0x" + llvm::toHex(llvm::StringRef(at, array.item), /*LowerCase=*/true);
  switch (array.kind) {
  case 'f':
    return floatText(toFloat(at, array.item, false));
  case 'c':
    return "(" + floatText(toFloat(at, half, false)) + ", " +
           floatText(toFloat(at + half, half, false)) + ")";
  case 'b':
    return *at ? "true" : "false";
  case 'i':
    return std::to_string(toSigned(at, array.item));
  default:
    return std::to_string(toUnsigned(at, array.item));
  }
}

static double widen(llvm::APFloat value) {
  bool loses;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &loses);
  return value.convertToDouble();
}

double ingot::elementValue(const ingot_array &array, size_t index, int component, int32_t dtype) {
  const char *at = address(array, index);
  size_t half = array.item / 2;
  if (isBrain(array, dtype))
    return widen(toFloat(at, 2, true));
  if (!isNumber(array))
    return std::nan("");
  switch (array.kind) {
  case 'f':
    return widen(toFloat(at, array.item, false));
  case 'c':
    return widen(toFloat(at + (component ? half : 0), half, false));
  case 'i':
    return double(toSigned(at, array.item));
  default:
    return double(toUnsigned(at, array.item));
  }
}

size_t ingot::elementCount(const ingot_array &array) {
  size_t bytes;
  return ingot_array_bytes(&array, &bytes) && array.item ? bytes / array.item : 0;
}

static void printText(const ingot_tensor &tensor, const ingot_array &array, llvm::raw_ostream &os) {
  constexpr size_t most = 16;
  char shape[512];
  ingot_print_shape(shape, sizeof shape, array.rank, array.dims);
  os << tensor.name << ": " << ingot_dtype_name(tensor.dtype) << ' ' << shape << " =";
  size_t count = elementCount(array);
  for (size_t i = 0; i < std::min(count, most); ++i)
    os << ' ' << elementText(array, i, tensor.dtype);
  os << (count > most ? " ...\n" : "\n");
}

/// JSON has no NaN or infinity: they become strings.
static llvm::json::Value elementJSON(const ingot_array &array, size_t index, int32_t dtype) {
  switch (isBrain(array, dtype) ? 'f' : array.kind) {
  case 'b':
    return *address(array, index) != 0;
  case 'i':
    return toSigned(address(array, index), array.item);
  case 'u':
    return toUnsigned(address(array, index), array.item);
  case 'f': {
    double value = elementValue(array, index, 0, dtype);
    if (std::isfinite(value))
      return value;
    return elementText(array, index, dtype);
  }
  default:
    return elementText(array, index, dtype);
  }
}

static llvm::json::Value arrayJSON(const ingot_tensor &tensor, const ingot_array &array) {
  llvm::json::Array shape, data;
  for (int32_t i = 0; i < array.rank; ++i)
    shape.push_back(array.dims[i]);
  for (size_t i = 0, count = elementCount(array); i < count; ++i)
    data.push_back(elementJSON(array, i, tensor.dtype));
  return llvm::json::Object{{"dtype", ingot_dtype_name(tensor.dtype)},
                            {"shape", std::move(shape)},
                            {"data", std::move(data)}};
}

llvm::Error ingot::printOutputs(const Call &call, bool json, llvm::raw_ostream &os) {
  llvm::json::Object all;
  for (int32_t i = 0; i < call.signature().output_count; ++i) {
    const ingot_tensor &tensor = call.signature().outputs[i];
    auto array = call.output(i);
    if (!array)
      return array.takeError();
    if (json)
      all[llvm::json::fixUTF8(tensor.name)] = arrayJSON(tensor, *array);
    else
      printText(tensor, *array, os);
  }
  if (json)
    os << llvm::json::Value(
              llvm::json::Object{{"signature", call.signature().name}, {"outputs", std::move(all)}})
       << '\n';
  return llvm::Error::success();
}
