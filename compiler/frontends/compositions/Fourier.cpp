#include "compiler/frontends/compositions/Fourier.h"
#include "compiler/frontends/DimBuilder.h"

#include <cmath>
#include <numbers>

using namespace mlir;
using namespace ingot;

// Discrete Fourier transforms. A length that is known is taken apart into factors, each
// a product with a small matrix (Cooley and Tukey 1965); lengths with a large prime
// factor, and those that only run time tells, are a convolution of a power of two
// (Bluestein 1970).

namespace {
constexpr int64_t kMostDirect = 64; ///< lengths that are one product
constexpr int64_t kMostFactor = 32;

/// Transforms of x [B, C, N] over the last dimension: C is 1 for real numbers, else 2,
/// real and imaginary parts. Results are [B, 2, N], not scaled.
struct Fourier {
  NodeBuilder &n;
  Type real;
  double sign; ///< of the exponent: -1 forward, 1 backward
  DimTable &t;

  Fourier(NodeBuilder &n, Type real, bool isInverse)
      : n(n), real(real), sign(isInverse ? 1 : -1), t(n.b.shapes.table) {}

  Value transform(Value x);
  Value direct(Value x, int64_t size);
  Value split(Value x, int64_t factor, int64_t rest);
  Value bluestein(Value x);
  Value powerOfTwo(Value x, Dim half);

  Value matrix(int64_t size, int64_t channels);
  Value twiddles(int64_t rows, int64_t columns, bool isImaginary);
  /// exp(sign * 2 pi i * numerators / denominator), the numerators i64 within it: its
  /// real and its imaginary part.
  std::pair<Value, Value> roots(Value numerators, Value denominator);
  /// x, with real and imaginary parts along axis 1, times a complex tensor.
  Value times(Value x, std::pair<Value, Value> y);
  std::pair<Value, Value> parts(Value x);

  Value add(Value x, Value y) { return n.emit<AddOp>({x, y}); }
  Value sub(Value x, Value y) { return n.emit<SubOp>({x, y}); }
  Value mul(Value x, Value y) { return n.emit<MulOp>({x, y}); }
  Value mul(Value x, double y) { return x ? mul(x, n.scalar(x, y)) : Value(); }
  Value square(Value x) { return n.emit<SquareOp>(x); }
  Dim dim(Value x, int64_t d) { return n.b.shapes.dims(x)[d]; }
  Value shaped(Value x, ArrayRef<Dim> dims) {
    return n.emit<ReshapeOp>({x, dimVector(n.b, n.loc, dims)});
  }
  Value scalar(Dim d) { return n.b.reshape(n.loc, dimVector(n.b, n.loc, d), {}); }
  Value integer(int64_t v) { return n.b.splat(n.loc, {}, n.b.getI64Type(), double(v)); }
  Value numbers(Dim count) { return n.emit<RangeOp>({integer(0), scalar(count), integer(1)}); }
  Value constants(ArrayRef<int64_t> shape, ArrayRef<double> values);
};
} // namespace

/// The largest divisor that can be one factor; 1 if there is none.
static int64_t factorOf(int64_t size) {
  for (int64_t d = kMostDirect; d > 1; --d)
    if (size % d == 0 && (d <= kMostFactor || size / d < d))
      return d;
  for (int64_t d = kMostDirect; d > kMostFactor; --d)
    if (size % d == 0)
      return d;
  return 1;
}

Value Fourier::transform(Value x) {
  if (!x)
    return {};
  auto size = dim(x, 2).constant();
  if (!size)
    return bluestein(x);
  if (*size <= kMostDirect)
    return direct(x, *size);
  int64_t factor = factorOf(*size);
  return factor > 1 ? split(x, factor, *size / factor) : bluestein(x);
}

Value Fourier::constants(ArrayRef<int64_t> shape, ArrayRef<double> values) {
  auto type = RankedTensorType::get(shape, real);
  if (real.isF64())
    return n.b.constant(n.loc, DenseElementsAttr::get(type, values));
  SmallVector<float> narrow(values);
  return n.b.constant(n.loc, DenseElementsAttr::get(type, ArrayRef<float>(narrow)));
}

/// The transform as a matrix [2 * size, channels * size] on the parts of a vector.
Value Fourier::matrix(int64_t size, int64_t channels) {
  SmallVector<double> values;
  for (int64_t row = 0; row < 2 * size; ++row)
    for (int64_t column = 0; column < channels * size; ++column) {
      int64_t turns = (row % size) * (column % size) % size;
      double angle = sign * 2 * std::numbers::pi * double(turns) / double(size);
      bool isImaginary = row >= size, ofImaginary = column >= size;
      values.push_back(isImaginary == ofImaginary ? std::cos(angle)
                                                  : std::sin(angle) * (ofImaginary ? -1 : 1));
    }
  return constants({2 * size, channels * size}, values);
}

Value Fourier::direct(Value x, int64_t size) {
  Dim batch = dim(x, 0), count = n.b.shapes.constant(size), two = n.b.shapes.constant(2);
  int64_t channels = *dim(x, 1).constant();
  Value flat = shaped(x, {batch, n.b.shapes.constant(channels * size)});
  Value product =
      n.emit<MatmulOp>({flat, matrix(size, channels)}, {{"transpose_y", n.b.getBoolAttr(true)}});
  return product ? shaped(product, {batch, two, count}) : Value();
}

/// Part of exp(sign * 2 pi i * r * c / (rows * columns)), [rows, columns].
Value Fourier::twiddles(int64_t rows, int64_t columns, bool isImaginary) {
  SmallVector<double> values;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) {
      double angle = sign * 2 * std::numbers::pi * double(r * c) / double(rows * columns);
      values.push_back(isImaginary ? std::sin(angle) : std::cos(angle));
    }
  return constants({rows, columns}, values);
}

/// Element n1 * rest + n2 goes to k1 + factor * k2.
Value Fourier::split(Value x, int64_t factor, int64_t rest) {
  Dim batch = dim(x, 0), rows = n.b.shapes.constant(factor), columns = n.b.shapes.constant(rest);
  Dim two = n.b.shapes.constant(2);
  int64_t channels = *dim(x, 1).constant();
  Value stacked = shaped(x, {batch, n.b.shapes.constant(channels * factor), columns});
  Value y = n.emit<MatmulOp>({matrix(factor, channels), stacked});
  y = y ? shaped(y, {batch, two, rows, columns}) : y;
  y = times(y, {twiddles(factor, rest, false), twiddles(factor, rest, true)});
  y = y ? n.b.transpose(n.loc, y, {0, 2, 1, 3}) : y;
  y = y ? transform(shaped(y, {t.mul(batch, rows), two, columns})) : y;
  y = y ? shaped(y, {batch, rows, two, columns}) : y;
  y = y ? n.b.transpose(n.loc, y, {0, 2, 3, 1}) : y;
  return y ? shaped(y, {batch, two, t.mul(rows, columns)}) : Value();
}

std::pair<Value, Value> Fourier::parts(Value x) {
  auto halves = x ? ingot::split(n, x, 1, 2) : FailureOr<Values>(failure());
  return failed(halves) ? std::pair<Value, Value>() : std::pair((*halves)[0], (*halves)[1]);
}

Value Fourier::times(Value x, std::pair<Value, Value> y) {
  auto [re, im] = parts(x);
  Value first = sub(mul(re, y.first), mul(im, y.second));
  Value second = add(mul(re, y.second), mul(im, y.first));
  return first && second ? n.b.concat(n.loc, {first, second}, 1) : Value();
}

std::pair<Value, Value> Fourier::roots(Value numerators, Value denominator) {
  if (!numerators || !denominator)
    return {};
  Value share =
      n.emit<DivOp>({n.b.cast(n.loc, numerators, real), n.b.cast(n.loc, denominator, real)});
  Value angle = mul(share, sign * 2 * std::numbers::pi);
  return {n.emit<CosOp>(angle), n.emit<SinOp>(angle)};
}

//===--- Bluestein's algorithm --------------------------------------------===//

/// The least power of two that is not below a size, as a scalar.
static Value nextPowerOfTwo(Fourier &w, Dim size) {
  if (auto known = size.constant())
    return w.integer(int64_t(llvm::PowerOf2Ceil(std::max<int64_t>(*known, 1))));
  Value limit = w.scalar(size);
  auto isSmall = [&](const Values &v) { return w.n.emit<LessOp>({v[0], limit}); };
  auto twice = [&](const Values &v) -> FailureOr<Values> { return Values{w.mul(v[0], 2)}; };
  auto result = loop(w.n, {w.integer(1)}, isSmall, twice);
  return failed(result) ? Value() : result->front();
}

/// n k = (n^2 + k^2 - (k - n)^2) / 2: a convolution with roots of squares.
Value Fourier::bluestein(Value x) {
  Dim size = dim(x, 2), batch = dim(x, 0);
  Value power = nextPowerOfTwo(*this, size);
  if (!power)
    return {};
  Dim one = n.b.shapes.constant(1), two = n.b.shapes.constant(2);
  Dim half = t.max(n.b.shapes.contents(power)->front(), one), whole = t.mul(half, two);
  Value twice = scalar(t.mul(t.max(size, one), two));
  auto squares = [&](Value k) { return n.emit<FloorModOp>({square(k), twice}); };
  auto chirp = roots(squares(numbers(size)), twice);
  // Backwards in time stands at the end.
  Value places = numbers(whole);
  Value distance = n.emit<MinimumOp>({places, sub(scalar(whole), places)});
  Value isInside = n.emit<LessOp>({distance, scalar(size)});
  auto [re, im] = roots(squares(distance), twice);
  auto kept = [&](Value v) {
    Value all = v ? n.emit<SelectOp>({isInside, v, n.scalar(v, 0)}) : Value();
    return shaped(all, {one, one, whole});
  };
  re = kept(re), im = kept(im ? n.emit<NegOp>(im) : im);
  if (!re || !im)
    return {};
  if (dim(x, 1).is(1))
    x = n.b.concat(n.loc, {x, filledLike(n, x, 0)}, 1);
  Value zero = n.b.integers(n.loc, {0}), end = dimVector(n.b, n.loc, t.sub(whole, size));
  Value none = n.b.integers(n.loc, {0, 0, 0, 0, 0});
  Value paddings = n.b.reshape(n.loc, n.b.concat(n.loc, {none, end}), {3, 2});
  Value padded = n.emit<PadOp>({times(x, chirp), paddings, n.b.splat(n.loc, {}, real, 0)});
  Value kernel = powerOfTwo(n.b.concat(n.loc, {re, im}, 1), half);
  Value product = times(powerOfTwo(padded, half), parts(kernel));
  // The inverse transform is the transform with the parts exchanged.
  auto exchange = [&](Value v) {
    auto [a, b] = parts(v);
    return a && b ? n.b.concat(n.loc, {b, a}, 1) : Value();
  };
  Value convolved = exchange(powerOfTwo(exchange(product), half));
  Value some = convolved ? sliceAlong(n, convolved, 2, zero, dimVector(n.b, n.loc, size)) : Value();
  Value scaled = n.emit<DivOp>({some, n.b.cast(n.loc, scalar(whole), real)});
  return scaled ? shaped(times(scaled, chirp), {batch, two, size}) : Value();
}

/// x [B, 2, 2 * half]: stages that are alike but for their roots; the results come in the
/// order of the reversed bits of their numbers (Pease 1968).
Value Fourier::powerOfTwo(Value x, Dim half) {
  if (!x)
    return {};
  if (half.constant())
    return transform(x);
  Dim batch = dim(x, 0), two = n.b.shapes.constant(2), whole = t.mul(half, two);
  x = shaped(x, {batch, two, whole}); // so that the stages are seen to keep the shape
  Value places = numbers(whole), butterflies = numbers(half), count = scalar(whole);
  auto isOpen = [&](const Values &v) { return n.emit<LessOp>({v[0], count}); };
  auto stage = [&](const Values &v) -> FailureOr<Values> {
    Value step = v[0];
    auto halves = unpack(n, shaped(v[1], {batch, two, two, half}), 2, 2);
    if (failed(halves))
      return failure();
    Value sum = add((*halves)[0], (*halves)[1]), rest = sub((*halves)[0], (*halves)[1]);
    Value turns = mul(n.emit<FloorDivOp>({butterflies, step}), step);
    rest = times(rest, roots(turns, count));
    Value joined = sum && rest ? shaped(pack(n, {sum, rest}, 3), {batch, two, whole}) : Value();
    Value bit = n.emit<FloorModOp>({n.emit<FloorDivOp>({places, step}), integer(2)});
    return Values{mul(step, 2), joined, add(mul(v[2], 2), bit)};
  };
  auto result = loop(n, {integer(1), x, filledLike(n, places, 0)}, isOpen, stage);
  if (failed(result))
    return {};
  return n.emit<GatherOp>({(*result)[1], (*result)[2]}, {{"axis", n.b.getI64IntegerAttr(2)}});
}

//===--- Transforms ---------------------------------------------------------===//

Value ingot::fourier(NodeBuilder &n, Value x, int64_t axis, bool isInverse) {
  if (!x)
    return {};
  bool isComplex = isa<ComplexType>(n.element(x));
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq(n.rank(x)));
  std::swap(order[axis], order.back());
  x = n.b.transpose(n.loc, x, order);
  if (!x)
    return {};
  SmallVector<Dim> dims(n.b.shapes.dims(x));
  Value re = isComplex ? n.emit<RealOp>(x) : x;
  Fourier w(n, n.element(re), isInverse);
  Dim size = dims.back(), batch = w.t.product(ArrayRef(dims).drop_back());
  Dim one = n.b.shapes.constant(1);
  if (!batch)
    return n.refuse("the transforms are too many");
  Value input = w.shaped(re, {batch, one, size});
  if (isComplex && input)
    input = n.b.concat(n.loc, {input, w.shaped(n.emit<ImagOp>(x), {batch, one, size})}, 1);
  Value output = w.transform(input);
  if (output && isInverse)
    output = n.emit<DivOp>({output, n.b.cast(n.loc, w.scalar(size), w.real)});
  auto [a, b] = w.parts(output);
  Value y = n.emit<ComplexOp>({a, b});
  return y ? n.b.transpose(n.loc, w.shaped(y, dims), order) : Value();
}

Value ingot::cutAlong(NodeBuilder &n, Value x, int64_t axis, Dim count) {
  if (!x || n.b.shapes.dims(x)[axis] == count)
    return x;
  return sliceAlong(n, x, axis, n.b.integers(n.loc, {0}), dimVector(n.b, n.loc, count));
}

Dim ingot::halvedSpectrum(NodeBuilder &n, Dim size) {
  DimTable &t = n.b.shapes.table;
  return t.min(size, t.add(t.floorDiv(size, t.constant(2)), t.constant(1)));
}

Value ingot::realFourier(NodeBuilder &n, Value x, ArrayRef<Dim> sizes) {
  if (!x)
    return {};
  int64_t count = sizes.size(), first = n.rank(x) - count, last = first + count - 1;
  for (auto [i, size] : llvm::enumerate(sizes))
    x = cutAlong(n, x, first + i, size);
  x = cutAlong(n, fourier(n, x, last, false), last, halvedSpectrum(n, sizes.back()));
  for (int64_t axis = last - 1; axis >= first; --axis)
    x = fourier(n, x, axis, false);
  return x;
}

Value ingot::wholeSpectrum(NodeBuilder &n, Value x, Dim size) {
  Fourier w(n, n.b.getF32Type(), false);
  Value places = w.numbers(size), count = w.scalar(size);
  if (!x || !places || !count)
    return {};
  Value mirrored = w.sub(count, places);
  Value isFirst = n.emit<LessEqualOp>({places, mirrored});
  Value from = n.emit<SelectOp>({isFirst, places, mirrored});
  Value all = n.emit<GatherOp>({x, from}, {{"axis", n.b.getI64IntegerAttr(n.rank(x) - 1)}});
  return all ? n.emit<SelectOp>({isFirst, all, n.emit<ConjOp>(all)}) : Value();
}
