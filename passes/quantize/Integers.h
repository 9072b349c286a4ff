#ifndef INGOT_PASSES_QUANTIZE_INTEGERS_H
#define INGOT_PASSES_QUANTIZE_INTEGERS_H

#include "passes/quantize/Contraction.h"
#include "passes/quantize/Scales.h"

#include <limits>

namespace ingot {

/// A tensor of 8-bit numbers.
struct Quantized {
  mlir::Value value;
  Scale scale;
};

/// Sums of 32 bits that stand for real numbers in steps: one step, or one for each index
/// of the last dimension. The reals are clamped to [low, high] when they are brought to 8 bits.
struct Accumulator {
  mlir::Value sums;
  llvm::SmallVector<double> steps;
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

/// Builds the ops of integer arithmetic.
class IntegerBuilder : public mlir::OpBuilder {
public:
  /// `rounding` is that of ingot.requantize to 8 bits.
  IntegerBuilder(mlir::MLIRContext *context, llvm::StringRef rounding)
      : OpBuilder(context), rounding(rounding) {}

  template <class OpT>
  mlir::Value emit(mlir::Location loc, mlir::Type type, mlir::ValueRange operands,
                   llvm::ArrayRef<mlir::NamedAttribute> attributes = {}) {
    return OpT::create(*this, loc, mlir::TypeRange(type), operands, attributes);
  }

  mlir::Value quantize(mlir::Location loc, mlir::Value x, Scale scale);
  mlir::Value dequantize(mlir::Location loc, mlir::Value x, Scale scale);
  /// A constant of floats in 8 bits, its scale by its own range.
  Quantized quantizedConstant(mlir::Value constant);
  /// round(x / step) of each element of a constant of floats, in 32 bits.
  mlir::Value roundedConstant(mlir::Value constant, double step);
  /// x - its zero point, in 32 bits.
  mlir::Value centered(mlir::Location loc, Quantized x);
  /// Numbers of one scale in another.
  mlir::Value rescale(mlir::Location loc, Quantized x, Scale to);
  /// (x - zero point) * 2^leftShift * factor, in 32 bits.
  mlir::Value spread(mlir::Location loc, Quantized x, Factor factor, int64_t leftShift);
  /// x + numbers[c] in channel c.
  mlir::Value addByChannel(mlir::Location loc, mlir::Value x, llvm::ArrayRef<int64_t> numbers);
  mlir::Value number(mlir::Location loc, mlir::Type element, int64_t value);

  /// The reals in 8 bits.
  mlir::Value finish(mlir::Location loc, const Accumulator &acc, Scale to);
  /// The reals as f32; they are not clamped.
  mlir::Value finishFloat(mlir::Location loc, const Accumulator &acc);

  mlir::NamedAttribute named(llvm::StringRef name, mlir::Attribute value) {
    return getNamedAttr(name, value);
  }
  mlir::NamedAttribute named(llvm::StringRef name, int64_t value) {
    return getNamedAttr(name, getI64IntegerAttr(value));
  }

private:
  std::string rounding;
};

/// The elements of a constant of floats, repeated if it is a splat.
llvm::SmallVector<float, 0> floatsOf(mlir::Value constant);

} // namespace ingot

#endif
