// Arrays as text: elements of any type, for people and as JSON.
#ifndef INGOT_TOOLS_PRINTARRAY_H
#define INGOT_TOOLS_PRINTARRAY_H

#include "runtime/exe/array.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

namespace ingot {

class Call;

/// Element `index`, exactly: "0.1" for a float that prints back to itself.
/// `dtype` tells bfloat16 from uint16; 0 goes by the array's own type.
std::string elementText(const ingot_array &array, size_t index, int32_t dtype = 0);

/// Element as a number; component 1 is the imaginary part.
double elementValue(const ingot_array &array, size_t index, int component = 0, int32_t dtype = 0);

size_t elementCount(const ingot_array &array);

/// All outputs of a call: "NAME: dtype [shape] = elements" lines, the elements
/// shortened, or {NAME: {dtype, shape, data}} in full.
llvm::Error printOutputs(const Call &call, bool json, llvm::raw_ostream &os);

} // namespace ingot

#endif // INGOT_TOOLS_PRINTARRAY_H
