#ifndef INGOT_DIALECTS_INGOT_RESHAPE_H
#define INGOT_DIALECTS_INGOT_RESHAPE_H

#include "dialects/ingot/Dim.h"

namespace ingot {

/// The dimensions that a reshape gives; null ones where sizes overflow.
struct ReshapeSizes {
  llvm::SmallVector<Dim, 4> dims;
  /// Entries that only run time tells may be -1, and `dims` says what they are then: in
  /// the terms of all the others, too heavy to be followed from op to op.
  bool areOpen = false;
};

/// Sizes of a tensor of the dimensions `from` in the shape `wanted`.
ReshapeSizes reshapeSizes(DimTable &table, llvm::ArrayRef<Dim> from, llvm::ArrayRef<Dim> wanted);

/// True for an element of a tensor as it is, which may say -1: results of arithmetic on
/// sizes do not.
bool mayBeOpen(const DimTable &table, Dim entry);

} // namespace ingot

#endif
