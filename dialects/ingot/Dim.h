#ifndef INGOT_DIALECTS_INGOT_DIM_H
#define INGOT_DIALECTS_INGOT_DIM_H

#include "mlir/IR/Value.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ingot {

/// A symbolic integer: a tensor dimension or an element of a shape tensor.
///
/// Dims are interned polynomials with integer coefficients over atoms (a
/// dimension or element of some tensor that only run time tells, or a
/// quotient, remainder, maximum... of such), so two Dims are the same number
/// for every input if they compare equal. The converse does not hold.
class Dim {
public:
  Dim() = default;
  bool operator==(Dim o) const { return poly == o.poly; }
  bool operator!=(Dim o) const { return poly != o.poly; }
  explicit operator bool() const { return poly != nullptr; }

  /// The value, if it does not depend on run time.
  std::optional<int64_t> constant() const;
  bool is(int64_t value) const { return constant() == value; }

  /// Sorted ids of the atoms of a product; empty for the constant term.
  using Monomial = llvm::SmallVector<unsigned, 2>;
  using Poly = std::map<Monomial, int64_t>;
  const Poly &terms() const { return *poly; }

private:
  friend class DimTable;
  explicit Dim(const Poly *poly) : poly(poly) {}
  const Poly *poly = nullptr;
};

/// What an atom stands for.
struct DimAtom {
  enum Kind {
    DimOf,     ///< dimension `index` of tensor `root`
    ElementOf, ///< element `index` (row-major) of integer tensor `root`
    FloorDiv,
    FloorMod,
    Max,
    Min,
    Broadcast, ///< args[0] == 1 ? args[1] : args[0]
    Wrap,      ///< args[0] < 0 ? args[0] + args[1] : args[0]
    Sum        ///< args[0], a long sum under one name
  } kind;
  mlir::Value root;
  unsigned index = 0;
  llvm::SmallVector<Dim, 2> args;
};

/// Owns and interns Dims. Arithmetic that overflows 64 bits gives a null Dim;
/// so does arithmetic on null Dims, so callers check once, at the end.
class DimTable {
public:
  Dim constant(int64_t value);
  Dim dimOf(mlir::Value root, unsigned index);
  Dim elementOf(mlir::Value root, unsigned index);

  Dim add(Dim a, Dim b);
  Dim sub(Dim a, Dim b);
  Dim mul(Dim a, Dim b);
  /// Quotient rounded towards minus infinity; null if b is the constant 0.
  Dim floorDiv(Dim a, Dim b);
  Dim ceilDiv(Dim a, Dim b);
  Dim floorMod(Dim a, Dim b);
  Dim max(Dim a, Dim b);
  Dim min(Dim a, Dim b);
  /// Dimension of the broadcast of a and b. Null if both are known and differ.
  Dim broadcast(Dim a, Dim b);
  /// An index that counts from the end where it is negative.
  Dim wrap(Dim index, Dim extent);
  Dim product(llvm::ArrayRef<Dim> dims);
  /// `a`, as one atom where it is a long sum: what is computed from it stays short,
  /// but knows no longer what it is the sum of.
  Dim shortened(Dim a);

  /// True if proved to be at least 0.
  bool isNonNegative(Dim a) const;
  const DimAtom &atom(unsigned id) const { return atoms[id]; }
  /// All that `dim` is computed from, each atom once.
  llvm::SmallVector<const DimAtom *> atomsOf(Dim dim) const;

  /// Tensor `from` is now called `to`: atoms rooted at it follow.
  void replaceRoot(mlir::Value from, mlir::Value to);

private:
  Dim intern(Dim::Poly poly);
  Dim fromAtom(DimAtom atom);
  Dim constantOr(std::optional<int64_t> value); ///< null if there is none
  Dim dividedExactly(Dim a, Dim b);
  bool proveNonNegative(Dim a) const;

  std::deque<DimAtom> atoms;
  std::map<Dim::Poly, std::unique_ptr<Dim::Poly>> polys;
  std::unordered_map<int64_t, Dim> constants; ///< those of `polys`, found faster
  std::vector<Dim> ofAtoms;                   ///< by id of the atom
  llvm::DenseMap<mlir::Value, llvm::SmallVector<unsigned, 2>> rooted;
  std::map<std::tuple<int, const void *, const void *>, unsigned> composed;
  mutable llvm::DenseMap<const void *, bool> nonNegative; ///< by polynomial
};

} // namespace ingot

#endif
