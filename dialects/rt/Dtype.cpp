#include "dialects/rt/Dtype.h"
#include "mlir/IR/BuiltinTypes.h"

using namespace mlir;

ingot_dtype ingot::dtypeOf(Type element) {
  if (element.isF32())
    return INGOT_FLOAT32;
  if (element.isF64())
    return INGOT_FLOAT64;
  if (element.isF16())
    return INGOT_FLOAT16;
  if (element.isBF16())
    return INGOT_BFLOAT16;
  if (auto complex = dyn_cast<ComplexType>(element))
    return complex.getElementType().isF32() ? INGOT_COMPLEX64 : INGOT_COMPLEX128;
  bool isUnsigned = element.isUnsignedInteger();
  switch (element.getIntOrFloatBitWidth()) {
  case 1:
    return INGOT_BOOL;
  case 8:
    return isUnsigned ? INGOT_UINT8 : INGOT_INT8;
  case 16:
    return isUnsigned ? INGOT_UINT16 : INGOT_INT16;
  case 32:
    return isUnsigned ? INGOT_UINT32 : INGOT_INT32;
  default:
    return isUnsigned ? INGOT_UINT64 : INGOT_INT64;
  }
}
