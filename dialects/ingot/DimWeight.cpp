#include "dialects/ingot/DimWeight.h"

using namespace ingot;

size_t ingot::weightOf(const DimTable &table, Dim dim) {
  size_t weight = 0;
  auto add = [&](Dim d) {
    for (const auto &term : d.terms())
      weight += term.first.size() + 1;
  };
  add(dim);
  for (const DimAtom *atom : table.atomsOf(dim))
    for (Dim argument : atom->args)
      add(argument);
  return weight;
}

bool ingot::isProductOfTerms(llvm::ArrayRef<Dim> dims) {
  size_t terms = 1, degree = 0;
  for (Dim dim : dims) {
    size_t highest = 0;
    for (const auto &term : dim.terms())
      highest = std::max(highest, term.first.size());
    terms *= std::max<size_t>(dim.terms().size(), 1);
    degree += highest;
    if (terms > kMaxProductTerms || degree > kMaxDimDegree)
      return false;
  }
  return true;
}
