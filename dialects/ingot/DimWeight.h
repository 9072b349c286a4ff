#ifndef INGOT_DIALECTS_INGOT_DIMWEIGHT_H
#define INGOT_DIALECTS_INGOT_DIMWEIGHT_H

#include "dialects/ingot/Dim.h"

namespace ingot {

/// The most dimensions of a tensor; NumPy's arrays have no more.
constexpr size_t kMaxTensorRank = 64;

/// The most atoms and terms that one size may be computed from. Sizes of real
/// models need a handful; a hostile graph could double them node by node.
constexpr unsigned kMaxDimWeight = 256;

/// Atoms and terms of the code for `dim`, each counted once.
size_t weightOf(const DimTable &table, Dim dim);

/// The most terms of a sum and of a product of sums, and atoms of a term: the result
/// of arithmetic that exceeds them is a null Dim. Squaring a sum again and again would
/// double its terms each time.
constexpr size_t kMaxDimTerms = 512, kMaxProductTerms = 4096, kMaxDimDegree = 512;

/// True if the product of these keeps to kMaxProductTerms and kMaxDimDegree.
bool isProductOfTerms(llvm::ArrayRef<Dim> dims);

} // namespace ingot

#endif
