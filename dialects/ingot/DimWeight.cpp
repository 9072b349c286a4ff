#include "dialects/ingot/DimWeight.h"

using namespace ingot;

/// Takes the weight of `dim` from what is left; false when nothing is.
static bool spend(const DimTable &table, Dim dim, unsigned &left) {
  for (const auto &[monomial, coefficient] : dim.terms()) {
    if (left < monomial.size() + 1)
      return false;
    left -= monomial.size() + 1;
    for (unsigned id : monomial)
      for (Dim argument : table.atom(id).args)
        if (!spend(table, argument, left))
          return false;
  }
  return true;
}

unsigned ingot::weightOf(const DimTable &table, Dim dim) {
  unsigned left = kMaxDimWeight;
  return spend(table, dim, left) ? kMaxDimWeight - left : kMaxDimWeight + 1;
}

bool ingot::isProductOfTerms(llvm::ArrayRef<Dim> dims) {
  size_t terms = 1, degree = 0;
  for (Dim dim : dims) {
    size_t highest = 0;
    for (const auto &term : dim.terms())
      highest = std::max(highest, term.first.size());
    terms *= std::max<size_t>(dim.terms().size(), 1);
    degree += highest;
    if (terms > kMaxDimTerms || degree > kMaxDimDegree)
      return false;
  }
  return true;
}
