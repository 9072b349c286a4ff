#include "compiler/frontends/InputShape.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"

using namespace mlir;
using namespace ingot;

static bool fits(ArrayRef<int64_t> given, ArrayRef<int64_t> dims) {
  return given.size() == dims.size() && llvm::all_of(llvm::zip(given, dims), [](auto pair) {
           auto [wanted, known] = pair;
           return known < 0 || known == wanted;
         });
}

FailureOr<SmallVector<int64_t>> ingot::inputShape(Location loc, const Options &options,
                                                  StringRef name, ArrayRef<int64_t> dims,
                                                  bool isRanked) {
  auto given = llvm::find_if(options.inputShapes,
                             [&](const InputShape &shape) { return shape.first == name; });
  bool isGiven = given != options.inputShapes.end();
  if (!isGiven && !isRanked) {
    InFlightDiagnostic error = emitError(loc);
    error << "input \"" << name << "\" is of unknown rank";
    error.attachNote() << "say its shape with --input-shape=" << name << ":?x...";
    return error;
  }
  if (isGiven && isRanked && !fits(given->second, dims))
    return emitError(loc) << "--input-shape of \"" << name << "\" does not fit the model's shape";
  SmallVector<int64_t> shape(isGiven ? ArrayRef<int64_t>(given->second) : dims);
  for (int64_t &d : shape)
    d = d < 0 ? ShapedType::kDynamic : d;
  return shape;
}
