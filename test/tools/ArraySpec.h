// Arrays on the command line of test tools: NAME:TYPE:SHAPE=ELEMENTS.
#ifndef INGOT_TEST_TOOLS_ARRAYSPEC_H
#define INGOT_TEST_TOOLS_ARRAYSPEC_H

#include "tools/ingot/Npz.h"

namespace ingot::test {

/// Parses "x:f32:2x3=1,2,3,4,5,6". TYPE: bool i8..i64 u8..u64 f16 bf16 f32 f64
/// c64 c128 (elements re,im,re,im) S<n>; SHAPE "" is a scalar. One element
/// fills the whole array.
llvm::Expected<std::pair<std::string, Array>> parseArray(llvm::StringRef spec);

} // namespace ingot::test

#endif // INGOT_TEST_TOOLS_ARRAYSPEC_H
