#include "compiler/frontends/compositions/Fourier.h"
#include "compiler/frontends/tensorflow/ops/Rows.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// The first of the axes that are transformed; an error if x has too few.
static FailureOr<int64_t> firstAxis(Node &n, Value x, int64_t count) {
  if (!x)
    return failure();
  if (n.rank(x) < count)
    return n.fail("needs " + Twine(count) + " dimensions to transform");
  return n.rank(x) - count;
}

template <int64_t count, bool isInverse> static LogicalResult buildComplex(Node &n) {
  Value x = n.in(0);
  auto first = firstAxis(n, x, count);
  if (failed(first))
    return failure();
  if (!isa<ComplexType>(n.element(x)))
    return n.fail("needs complex numbers");
  for (int64_t axis = n.rank(x) - 1; axis >= *first; --axis)
    x = fourier(n, x, axis, isInverse);
  return n.out(x);
}

/// The lengths of a transform of real numbers; null if they are not a vector of `count`.
static std::optional<SmallVector<Dim, 4>> lengths(Node &n, int64_t count) {
  Value given = n.in(1);
  auto known = given ? n.b.shapes.contents(given) : std::nullopt;
  if (!known || int64_t(known->size()) != count || n.rank(given) != 1) {
    (void)n.fail("needs " + Twine(count) + " lengths");
    return std::nullopt;
  }
  return known;
}

/// RFFT..: half of the spectrum, which tells the other half.
template <int64_t count> static LogicalResult buildReal(Node &n) {
  Value x = n.in(0);
  auto first = firstAxis(n, x, count);
  auto sizes = failed(first) ? std::nullopt : lengths(n, count);
  if (!sizes)
    return failure();
  if (!isa<FloatType>(n.element(x)))
    return n.fail("needs real numbers");
  return n.out(realFourier(n, x, *sizes));
}

template <int64_t count> static LogicalResult buildInverseReal(Node &n) {
  Value x = n.in(0);
  auto first = firstAxis(n, x, count);
  auto sizes = failed(first) ? std::nullopt : lengths(n, count);
  if (!sizes)
    return failure();
  if (!isa<ComplexType>(n.element(x)))
    return n.fail("needs complex numbers");
  int64_t last = *first + count - 1;
  for (int64_t i = 0; i < count; ++i)
    x = cutAlong(n, x, *first + i, i + 1 < count ? (*sizes)[i] : halvedSpectrum(n, (*sizes)[i]));
  for (int64_t axis = *first; axis < last; ++axis)
    x = fourier(n, x, axis, true);
  x = fourier(n, wholeSpectrum(n, x, sizes->back()), last, true);
  return x ? n.out(n.emit<RealOp>(x)) : failure();
}

void tensorflow::addFourierRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "signal", ""}; };
  add("FFT", buildComplex<1, false>);
  add("FFT2D", buildComplex<2, false>);
  add("FFT3D", buildComplex<3, false>);
  add("IFFT", buildComplex<1, true>);
  add("IFFT2D", buildComplex<2, true>);
  add("IFFT3D", buildComplex<3, true>);
  add("RFFT", buildReal<1>);
  add("RFFT2D", buildReal<2>);
  add("RFFT3D", buildReal<3>);
  add("IRFFT", buildInverseReal<1>);
  add("IRFFT2D", buildInverseReal<2>);
  add("IRFFT3D", buildInverseReal<3>);
}
