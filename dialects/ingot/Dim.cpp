#include "dialects/ingot/Dim.h"
#include "dialects/ingot/DimWeight.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

using namespace ingot;

std::optional<int64_t> Dim::constant() const {
  if (!poly)
    return std::nullopt;
  if (poly->empty())
    return 0;
  if (poly->size() == 1 && poly->begin()->first.empty())
    return poly->begin()->second;
  return std::nullopt;
}

Dim DimTable::intern(Dim::Poly poly) {
  std::erase_if(poly, [](const auto &term) { return term.second == 0; });
  auto &slot = polys[poly];
  if (!slot)
    slot = std::make_unique<Dim::Poly>(std::move(poly));
  return Dim(slot.get());
}

Dim DimTable::constant(int64_t value) {
  Dim &known = constants[value];
  if (!known)
    known = intern({{{}, value}});
  return known;
}

Dim DimTable::constantOr(std::optional<int64_t> value) { return value ? constant(*value) : Dim(); }

Dim DimTable::fromAtom(DimAtom atom) {
  unsigned id = atoms.size();
  if (atom.root)
    rooted[atom.root].push_back(id);
  atoms.push_back(std::move(atom));
  ofAtoms.push_back(intern({{{id}, 1}}));
  return ofAtoms.back();
}

static std::optional<unsigned> findRooted(const DimTable &table, llvm::ArrayRef<unsigned> ids,
                                          DimAtom::Kind kind, unsigned index) {
  for (unsigned id : ids)
    if (table.atom(id).kind == kind && table.atom(id).index == index)
      return id;
  return std::nullopt;
}

Dim DimTable::dimOf(mlir::Value root, unsigned index) {
  if (auto id = findRooted(*this, rooted[root], DimAtom::DimOf, index))
    return ofAtoms[*id];
  return fromAtom({DimAtom::DimOf, root, index, {}});
}

Dim DimTable::elementOf(mlir::Value root, unsigned index) {
  if (auto id = findRooted(*this, rooted[root], DimAtom::ElementOf, index))
    return ofAtoms[*id];
  return fromAtom({DimAtom::ElementOf, root, index, {}});
}

void DimTable::replaceRoot(mlir::Value from, mlir::Value to) {
  auto it = rooted.find(from);
  if (it == rooted.end() || from == to)
    return;
  llvm::SmallVector<unsigned, 2> ids = std::move(it->second);
  rooted.erase(it);
  for (unsigned id : ids)
    atoms[id].root = to;
  rooted[to].append(ids.begin(), ids.end());
}

Dim DimTable::add(Dim a, Dim b) {
  if (!a || !b || a.terms().size() + b.terms().size() > kMaxDimTerms)
    return {};
  if (auto x = a.constant(), y = b.constant(); x && y)
    return constantOr(llvm::checkedAdd(*x, *y));
  Dim::Poly sum = a.terms();
  for (const auto &[monomial, coefficient] : b.terms()) {
    auto value = llvm::checkedAdd(sum[monomial], coefficient);
    if (!value)
      return {};
    sum[monomial] = *value;
  }
  return intern(std::move(sum));
}

Dim DimTable::sub(Dim a, Dim b) { return add(a, mul(b, constant(-1))); }

Dim DimTable::mul(Dim a, Dim b) {
  if (!a || !b || !isProductOfTerms({a, b}))
    return {};
  if (auto x = a.constant(), y = b.constant(); x && y)
    return constantOr(llvm::checkedMul(*x, *y));
  if (a.is(1) || b.is(1))
    return a.is(1) ? b : a;
  Dim::Poly product;
  for (const auto &[ma, ca] : a.terms()) {
    for (const auto &[mb, cb] : b.terms()) {
      Dim::Monomial monomial(ma.size() + mb.size());
      std::merge(ma.begin(), ma.end(), mb.begin(), mb.end(), monomial.begin());
      auto term = llvm::checkedMul(ca, cb);
      int64_t &sum = product[std::move(monomial)];
      auto value = term ? llvm::checkedAdd(sum, *term) : std::nullopt;
      if (!value)
        return {};
      sum = *value;
    }
  }
  // m * (x floordiv m) is x where m divides x, as sizes are filled up to multiples.
  for (const auto &[monomial, c] : product)
    for (unsigned id : monomial) {
      const DimAtom &atom = atoms[id];
      auto m = atom.kind == DimAtom::FloorDiv ? atom.args[1].constant() : std::nullopt;
      if (!m || *m < 2 || c == 0 || c % *m != 0 || !floorMod(atom.args[0], atom.args[1]).is(0))
        continue;
      Dim::Monomial others(monomial);
      others.erase(llvm::find(others, id));
      Dim exact = mul(intern({{others, c / *m}}), atom.args[0]);
      product.erase(Dim::Monomial(monomial));
      return add(intern(std::move(product)), exact);
    }
  return intern(std::move(product));
}

/// `a` without one occurrence of each atom of `b`, if they are all there.
static std::optional<Dim::Monomial> divideMonomial(const Dim::Monomial &a, const Dim::Monomial &b) {
  Dim::Monomial quotient;
  auto next = b.begin();
  for (unsigned id : a) {
    if (next != b.end() && *next == id)
      ++next;
    else
      quotient.push_back(id);
  }
  if (next != b.end())
    return std::nullopt;
  return quotient;
}

/// a / b where b is one term that divides every term of a; else null.
Dim DimTable::dividedExactly(Dim a, Dim b) {
  if (b.terms().size() != 1)
    return a == b ? constant(1) : Dim();
  const auto &[divisor, coefficient] = *b.terms().begin();
  Dim::Poly quotient;
  for (const auto &[monomial, c] : a.terms()) {
    auto rest = divideMonomial(monomial, divisor);
    if (!rest || c % coefficient != 0 || (c == INT64_MIN && coefficient == -1))
      return {};
    quotient[*rest] = c / coefficient;
  }
  return intern(std::move(quotient));
}

/// The atom `kind(a, b)`, made once.
static std::tuple<int, const void *, const void *> keyOf(DimAtom::Kind kind, Dim a, Dim b) {
  return {kind, &a.terms(), &b.terms()};
}

#define INGOT_COMPOSED(KIND, A, B)                                                                 \
  auto [it, isNew] = composed.try_emplace(keyOf(KIND, A, B), atoms.size());                        \
  if (isNew)                                                                                       \
    return fromAtom({KIND, {}, 0, {A, B}});                                                        \
  return ofAtoms[it->second]

Dim DimTable::floorDiv(Dim a, Dim b) {
  if (!a || !b || b.is(0))
    return {};
  if (auto x = a.constant(), y = b.constant(); x && y)
    return *x == INT64_MIN && *y == -1 ? Dim() : constant(llvm::divideFloorSigned(*x, *y));
  if (Dim exact = dividedExactly(a, b))
    return exact;
  INGOT_COMPOSED(DimAtom::FloorDiv, a, b);
}

Dim DimTable::ceilDiv(Dim a, Dim b) { return floorDiv(add(a, sub(b, constant(1))), b); }

Dim DimTable::floorMod(Dim a, Dim b) {
  if (!a || !b || b.is(0))
    return {};
  if (auto x = a.constant(), y = b.constant(); x && y)
    return *y == -1 ? constant(0) : constant(*x - llvm::divideFloorSigned(*x, *y) * *y);
  if (dividedExactly(a, b))
    return constant(0);
  // Of the factors only their remainders nearest to 0 matter, and of remainders modulo a
  // multiple the number that they are of.
  auto m = b.constant();
  Dim same = a;
  for (const auto &[monomial, c] : m && *m > 1 ? a.terms() : Dim::Poly()) {
    int64_t r = c % *m;
    r = r > *m / 2 ? r - *m : r < -((*m - 1) / 2) ? r + *m : r;
    const DimAtom *atom = monomial.size() == 1 ? &atoms[monomial[0]] : nullptr;
    bool isRest = atom && atom->kind == DimAtom::FloorMod && dividedExactly(atom->args[1], b);
    Dim term = intern({{monomial, c}});
    Dim kept = isRest ? mul(atom->args[0], constant(r)) : intern({{monomial, r}});
    same = add(sub(same, term), kept);
  }
  if (same && same != a)
    return floorMod(same, b);
  INGOT_COMPOSED(DimAtom::FloorMod, a, b);
}

/// Whether a is q * (x floordiv m) - c, or more, and x large enough for that not to be negative.
static bool hasLargeQuotient(DimTable &table, Dim a) {
  auto constant = a ? a.terms().find({}) : Dim::Poly::const_iterator();
  if (!a || constant == a.terms().end() || constant->second >= 0 ||
      !table.isNonNegative(table.sub(a, table.constant(constant->second))))
    return false;
  return llvm::any_of(a.terms(), [&](const auto &term) {
    const DimAtom *atom = term.first.size() == 1 ? &table.atom(term.first[0]) : nullptr;
    bool isQuotient = atom && atom->kind == DimAtom::FloorDiv && term.second > 0;
    auto m = isQuotient ? atom->args[1].constant() : std::nullopt;
    if (!m || *m <= 0 || constant->second == INT64_MIN)
      return false;
    int64_t least = llvm::divideCeilSigned(-constant->second, term.second);
    Dim needed = table.mul(table.constant(*m), table.constant(least));
    return table.isNonNegative(table.sub(atom->args[0], needed));
  });
}

Dim DimTable::max(Dim a, Dim b) {
  if (!a || !b)
    return {};
  if (isNonNegative(sub(a, b)) || hasLargeQuotient(*this, sub(a, b)))
    return a;
  if (isNonNegative(sub(b, a)))
    return b;
  INGOT_COMPOSED(DimAtom::Max, a, b);
}

Dim DimTable::min(Dim a, Dim b) {
  if (!a || !b)
    return {};
  if (isNonNegative(sub(a, b)))
    return b;
  if (isNonNegative(sub(b, a)))
    return a;
  INGOT_COMPOSED(DimAtom::Min, a, b);
}

Dim DimTable::broadcast(Dim a, Dim b) {
  if (!a || !b)
    return {};
  if (a == b || b.is(1))
    return a;
  if (a.is(1))
    return b;
  if (a.constant() && b.constant())
    return {};
  // A known extent other than 1 can only meet itself or 1.
  if (a.constant())
    return a;
  if (b.constant())
    return b;
  INGOT_COMPOSED(DimAtom::Broadcast, a, b);
}

Dim DimTable::wrap(Dim index, Dim extent) {
  if (!index || !extent || isNonNegative(index))
    return index;
  if (index.constant())
    return add(index, extent);
  INGOT_COMPOSED(DimAtom::Wrap, index, extent);
}

Dim DimTable::product(llvm::ArrayRef<Dim> dims) {
  Dim result = constant(1);
  for (Dim d : dims)
    result = mul(result, d);
  return result;
}

Dim DimTable::shortened(Dim a) {
  constexpr size_t kMaxTerms = 8;
  if (!a || a.terms().size() <= kMaxTerms)
    return a;
  auto [it, isNew] = composed.try_emplace(keyOf(DimAtom::Sum, a, a), atoms.size());
  return isNew ? fromAtom({DimAtom::Sum, {}, 0, {a}}) : ofAtoms[it->second];
}

llvm::SmallVector<const DimAtom *> DimTable::atomsOf(Dim dim) const {
  llvm::SetVector<unsigned> ids;
  auto add = [&](Dim d) {
    for (const auto &term : d.terms())
      ids.insert(term.first.begin(), term.first.end());
  };
  add(dim);
  for (size_t next = 0; next < ids.size(); ++next)
    for (Dim argument : atoms[ids[next]].args)
      add(argument);
  return llvm::map_to_vector(ids, [&](unsigned id) { return &atoms[id]; });
}

bool DimTable::isNonNegative(Dim a) const {
  if (!a)
    return false;
  auto known = nonNegative.find(&a.terms());
  if (known != nonNegative.end())
    return known->second;
  bool result = proveNonNegative(a);
  nonNegative[&a.terms()] = result;
  return result;
}

bool DimTable::proveNonNegative(Dim a) const {
  auto atomIsNonNegative = [&](unsigned id) {
    const DimAtom &atom = atoms[id];
    switch (atom.kind) {
    case DimAtom::DimOf:
      return true;
    case DimAtom::ElementOf:
    case DimAtom::Wrap:
      return false;
    case DimAtom::Max:
      return isNonNegative(atom.args[0]) || isNonNegative(atom.args[1]);
    case DimAtom::FloorMod:
      return isNonNegative(atom.args[1]);
    case DimAtom::Sum:
      return isNonNegative(atom.args[0]);
    default:
      return isNonNegative(atom.args[0]) && isNonNegative(atom.args[1]);
    }
  };
  return llvm::all_of(a.terms(), [&](const auto &term) {
    return term.second > 0 && llvm::all_of(term.first, atomIsNonNegative);
  });
}
