#include "compiler/frontends/InputShape.h"
#include "dialects/ingot/DimWeight.h"
#include "dialects/ingot/Ingot.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace ingot;

static bool fits(ArrayRef<int64_t> given, ArrayRef<int64_t> dims) {
  return given.size() == dims.size() && llvm::all_of(llvm::zip(given, dims), [](auto pair) {
           auto [wanted, known] = pair;
           return known < 0 || known == wanted;
         });
}

FailureOr<SmallVector<int64_t>> ingot::inputShape(Location loc, const Options &options,
                                                  StringRef name, Type element,
                                                  ArrayRef<int64_t> dims, bool isRanked) {
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
  if (shape.size() > kMaxTensorRank)
    return emitError(loc) << "input \"" << name << "\" has more than " << kMaxTensorRank
                          << " dimensions";
  std::optional<int64_t> bytes = elementBytes(element);
  for (int64_t &d : shape) {
    bytes = bytes && d > 0 ? llvm::checkedMul(*bytes, d) : bytes;
    d = d < 0 ? ShapedType::kDynamic : d;
  }
  if (!bytes || *bytes > kMaxTensorBytes)
    return emitError(loc) << "input \"" << name << "\" needs more than 16 GiB";
  return shape;
}
