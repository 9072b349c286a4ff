#ifndef INGOT_FRONTENDS_TENSORFLOW_OPS_QR_H
#define INGOT_FRONTENDS_TENSORFLOW_OPS_QR_H

#include "compiler/frontends/tensorflow/ops/Matrices.h"

namespace ingot::tensorflow {

/// x = q r, q with orthonormal columns, r an upper triangle. The diagonal of r is real;
/// its signs are those of Householder's reflections as TensorFlow chooses them.
struct Qr {
  mlir::Value q; ///< [B, R, min(R, C)], or [B, R, R]
  mlir::Value r; ///< [B, R, C]
};
mlir::FailureOr<Qr> factoriseQr(Linalg &l, const Matrices &m, bool isFull);

} // namespace ingot::tensorflow

#endif
