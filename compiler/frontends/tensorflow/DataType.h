#ifndef INGOT_FRONTENDS_TENSORFLOW_DATATYPE_H
#define INGOT_FRONTENDS_TENSORFLOW_DATATYPE_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace ingot::tensorflow {

/// Element types; the numbers are TensorFlow's and those of runtime/abi.h.
enum class DataType : int32_t {
  Invalid = 0,
  Float32 = 1,
  Float64 = 2,
  Int32 = 3,
  UInt8 = 4,
  Int16 = 5,
  Int8 = 6,
  String = 7,
  Complex64 = 8,
  Int64 = 9,
  Bool = 10,
  QInt8 = 11,
  QUInt8 = 12,
  QInt32 = 13,
  BFloat16 = 14,
  QInt16 = 15,
  QUInt16 = 16,
  UInt16 = 17,
  Complex128 = 18,
  Float16 = 19,
  Resource = 20,
  Variant = 21,
  UInt32 = 22,
  UInt64 = 23,
};

/// The type with this number. The reference types of TensorFlow 1's variables
/// (number + 100) give their element type; Invalid if this build knows none.
DataType toDataType(int64_t number);

/// Bytes of one element as stored; 0 for strings, resources and variants.
unsigned elementBytes(DataType type);

/// As TensorFlow spells it: "float32", "qint8", ...
llvm::StringRef name(DataType type);

} // namespace ingot::tensorflow

#endif
