// Discrete Fourier transforms.
#ifndef INGOT_FRONTENDS_COMPOSITIONS_FOURIER_H
#define INGOT_FRONTENDS_COMPOSITIONS_FOURIER_H

#include "compiler/frontends/compositions/Compositions.h"

namespace ingot {

/// x, real or complex, transformed along an axis into complex numbers.
mlir::Value fourier(NodeBuilder &n, mlir::Value x, int64_t axis, bool isInverse);
/// The half of the spectrum, which tells the other half, of the real x over its last
/// dimensions, of which so many elements count.
mlir::Value realFourier(NodeBuilder &n, mlir::Value x, llvm::ArrayRef<Dim> sizes);
/// The whole spectrum of `size` real numbers from its half along the last axis.
mlir::Value wholeSpectrum(NodeBuilder &n, mlir::Value x, Dim size);
/// How much of a spectrum of `size` elements tells the rest.
Dim halvedSpectrum(NodeBuilder &n, Dim size);
/// The first `count` elements along an axis, which must be there.
mlir::Value cutAlong(NodeBuilder &n, mlir::Value x, int64_t axis, Dim count);

} // namespace ingot

#endif
