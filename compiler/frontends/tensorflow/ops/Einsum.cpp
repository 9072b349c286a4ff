#include "compiler/frontends/tensorflow/ops/Einsum.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

/// A subscript: a letter, or kEllipsis + i for dimension i, counted from the
/// last, of those that the ellipsis stands for.
using Label = int;
using Labels = SmallVector<Label, 8>;
constexpr Label kEllipsis = 256;

namespace {
/// A tensor and what its dimensions are called.
struct Term {
  Value value;
  Labels labels;
};

class Einsum {
public:
  explicit Einsum(Node &n) : n(n), b(n.b) {}
  LogicalResult run();

private:
  FailureOr<Labels> parse(StringRef text, int64_t ellipsis);
  FailureOr<Term> operand(StringRef text, size_t i);
  Term diagonal(Term x);
  Term sumOut(Term x, const Labels &keep);
  Term permuted(Term x, const Labels &order);
  Term product(Term x, Term y, const Labels &output);
  Term matrices(Term x, const Labels &batch, const Labels &rows, const Labels &columns);
  Value onDiagonals(Value x);
  Value onDiagonals(Value x, int64_t d);
  Value repeated(Term x, const Labels &output);

  Value extents(Value x, int64_t begin, int64_t end);
  Value multiplied(Value extents, int64_t count);
  Value reshaped(Value x, ArrayRef<Value> parts);

  Node &n;
  GraphBuilder &b;
  int64_t ellipsis = 0; ///< dimensions of the longest ellipsis
};
} // namespace

static bool has(const Labels &labels, Label l) { return llvm::is_contained(labels, l); }

static int64_t indexOf(const Labels &labels, Label l) {
  return llvm::find(labels, l) - labels.begin();
}

static Labels joined(std::initializer_list<Labels> lists) {
  Labels all;
  for (const Labels &list : lists)
    all.append(list);
  return all;
}

//===--- Shapes -----------------------------------------------------------===//

/// Entries [begin, end) of x's shape.
Value Einsum::extents(Value x, int64_t begin, int64_t end) {
  auto none = b.getI64IntegerAttr(0);
  return n.emit<StridedSliceOp>({b.shapeOf(n.loc, x), b.integers(n.loc, {begin}),
                                 b.integers(n.loc, {end}), b.integers(n.loc, {1})},
                                {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
}

/// Product of a vector of `count` extents, as a vector of one.
Value Einsum::multiplied(Value extents, int64_t count) {
  Value result = b.integers(n.loc, {1}), one = result;
  auto none = b.getI64IntegerAttr(0);
  for (int64_t i = 0; i < count; ++i) {
    Value extent =
        n.emit<StridedSliceOp>({extents, b.integers(n.loc, {i}), b.integers(n.loc, {i + 1}), one},
                               {{"begin_mask", none}, {"end_mask", none}, {"shrink_mask", none}});
    result = n.emit<MulOp>({result, extent});
  }
  return result;
}

/// x in the shape whose entries are `parts`, joined.
Value Einsum::reshaped(Value x, ArrayRef<Value> parts) {
  Value shape = n.emit<ConcatOp>(parts, {{"axis", b.getI64IntegerAttr(0)}});
  return n.emit<ReshapeOp>({x, shape});
}

//===--- The equation -----------------------------------------------------===//

/// Labels of one operand, whose ellipsis has `dims` dimensions.
FailureOr<Labels> Einsum::parse(StringRef text, int64_t dims) {
  Labels labels;
  bool hasEllipsis = false;
  while (!text.empty()) {
    if (text.consume_front("...")) {
      if (hasEllipsis)
        return n.fail("the equation has two ellipses in one operand");
      hasEllipsis = true;
      for (int64_t i = dims; i-- > 0;)
        labels.push_back(kEllipsis + i);
      continue;
    }
    unsigned char c = text.front();
    text = text.drop_front();
    if (c == ' ')
      continue;
    if (!llvm::isAlpha(c))
      return n.fail("the equation has the label '" + Twine(char(c)) + "', which is no letter");
    labels.push_back(c);
  }
  return labels;
}

FailureOr<Term> Einsum::operand(StringRef text, size_t i) {
  Value x = n.in(i);
  if (!x)
    return failure();
  auto named = parse(text, 0);
  if (failed(named))
    return failure();
  int64_t rest = n.rank(x) - int64_t(named->size());
  if (rest < 0 || (rest > 0 && !text.contains("...")))
    return n.fail("operand " + Twine(i) + " has rank " + Twine(n.rank(x)) +
                  ", which does not fit its subscript \"" + text + "\"");
  auto labels = parse(text, rest);
  if (failed(labels))
    return failure();
  ellipsis = std::max(ellipsis, rest);
  return diagonal({x, *labels});
}

//===--- Steps ------------------------------------------------------------===//

Term Einsum::permuted(Term x, const Labels &order) {
  if (x.labels == order || !x.value)
    return {x.value, order};
  SmallVector<int64_t> permutation;
  for (Label l : order)
    permutation.push_back(indexOf(x.labels, l));
  return {b.transpose(n.loc, x.value, permutation), order};
}

/// The diagonal of the last two dimensions, whose size only run time tells: a sum without
/// what is beside it.
static Value maskedDiagonal(NodeBuilder &n, Value x) {
  int64_t rank = n.rank(x);
  Type i64 = n.b.getI64Type();
  Value size = n.b.squeeze(n.loc, n.b.extents(n.loc, x, rank - 1, rank), 0);
  Value zero = n.b.splat(n.loc, {}, i64, 0), one = n.b.splat(n.loc, {}, i64, 1);
  Value numbers = n.emit<RangeOp>({zero, size, one});
  Value isOn = n.emit<EqualOp>({n.b.expandDims(n.loc, numbers, {1}), numbers});
  Value masked = n.emit<SelectOp>({isOn, x, n.scalar(x, 0)});
  return n.emit<ReduceSumOp>(masked, {{"axes", n.b.getDenseI64ArrayAttr({rank - 1})}});
}

/// Takes the diagonal of dimensions that have one label: as last dimensions,
/// made one of d * d elements, of which every (d + 1)th is on it.
Term Einsum::diagonal(Term x) {
  auto twice = [&](Label l) { return llvm::count(x.labels, l) > 1; };
  for (auto it = llvm::find_if(x.labels, twice); x.value && it != x.labels.end();
       it = llvm::find_if(x.labels, twice)) {
    Label label = *it;
    int64_t first = it - x.labels.begin(), rank = x.labels.size();
    int64_t second = std::find(it + 1, x.labels.end(), label) - x.labels.begin();
    auto d = b.shapes.dims(x.value)[first].constant();
    if (failed(n.requireSame(x.value, first, x.value, second, "dimensions with one label differ")))
      return {};
    SmallVector<int64_t> permutation;
    Labels labels;
    for (int64_t i = 0; i < rank; ++i) {
      if (i == first || i == second)
        continue;
      permutation.push_back(i);
      labels.push_back(x.labels[i]);
    }
    permutation.append({first, second});
    Value moved = b.transpose(n.loc, x.value, permutation);
    labels.push_back(label);
    if (!d || !b.shapes.dims(x.value)[second].constant()) {
      x = {maskedDiagonal(n, moved), labels};
      continue;
    }
    Value front = extents(moved, 0, rank - 2);
    Value flat = reshaped(moved, {front, b.integers(n.loc, {*d * *d})});
    SmallVector<int64_t> begin(rank - 1, 0), end(rank - 1, 0), strides(rank - 1, 1);
    end.back() = *d * *d;
    strides.back() = *d + 1;
    int64_t all = (int64_t(1) << (rank - 2)) - 1;
    x = {n.emit<StridedSliceOp>(
             {flat, b.integers(n.loc, begin), b.integers(n.loc, end), b.integers(n.loc, strides)},
             {{"begin_mask", b.getI64IntegerAttr(all)},
              {"end_mask", b.getI64IntegerAttr(all)},
              {"shrink_mask", b.getI64IntegerAttr(0)}}),
         labels};
  }
  return x;
}

/// Sums over the dimensions whose labels are not kept.
Term Einsum::sumOut(Term x, const Labels &keep) {
  SmallVector<int64_t> axes;
  Labels labels;
  for (auto [i, l] : llvm::enumerate(x.labels)) {
    if (has(keep, l))
      labels.push_back(l);
    else
      axes.push_back(i);
  }
  if (axes.empty())
    return x;
  return {n.emit<ReduceSumOp>(x.value, {{"axes", b.getDenseI64ArrayAttr(axes)}}), labels};
}

/// x as [batch..., rows, columns], each side made one dimension.
Term Einsum::matrices(Term x, const Labels &batch, const Labels &rows, const Labels &columns) {
  x = permuted(x, joined({batch, rows, columns}));
  int64_t front = batch.size(), middle = rows.size(), back = columns.size();
  if (!x.value || (middle == 1 && back == 1))
    return x;
  Value r = extents(x.value, front, front + middle);
  Value c = extents(x.value, front + middle, front + middle + back);
  x.value =
      reshaped(x.value, {extents(x.value, 0, front), multiplied(r, middle), multiplied(c, back)});
  return x;
}

/// One matrix product: labels of both operands that the output has are batch
/// dimensions; the other common ones are summed over.
Term Einsum::product(Term x, Term y, const Labels &output) {
  for (Label l : x.labels) // only what an ellipsis stands for is broadcast
    if (l < kEllipsis && has(y.labels, l) &&
        failed(n.requireSame(x.value, indexOf(x.labels, l), y.value, indexOf(y.labels, l),
                             "dimensions with one label differ")))
      return {};
  Labels batch, inner, rows, columns;
  for (Label l : output)
    if (!has(batch, l) && has(x.labels, l) && has(y.labels, l))
      batch.push_back(l);
  for (Label l : x.labels)
    if (!has(batch, l))
      (has(y.labels, l) ? inner : rows).push_back(l);
  for (Label l : y.labels)
    if (!has(batch, l) && !has(inner, l))
      columns.push_back(l);
  // Operands that have the summed dimensions on the other side stay as they are.
  bool swapX = x.labels == joined({batch, inner, rows});
  bool swapY = y.labels == joined({batch, columns, inner});
  Term left = swapX ? matrices(x, batch, inner, rows) : matrices(x, batch, rows, inner);
  Term right = swapY ? matrices(y, batch, columns, inner) : matrices(y, batch, inner, columns);
  Value sums = n.emit<MatmulOp>({left.value, right.value}, {{"transpose_x", b.getBoolAttr(swapX)},
                                                            {"transpose_y", b.getBoolAttr(swapY)}});
  if (sums && (rows.size() != 1 || columns.size() != 1)) {
    auto part = [&](Term t, const Labels &labels) {
      SmallVector<Value> entries = {b.integers(n.loc, {})};
      for (Label l : labels) {
        int64_t d = indexOf(t.labels, l);
        entries.push_back(extents(t.value, d, d + 1));
      }
      return n.emit<ConcatOp>(entries, {{"axis", b.getI64IntegerAttr(0)}});
    };
    sums = reshaped(sums, {extents(sums, 0, batch.size()), part(x, rows), part(y, columns)});
  }
  return {sums, joined({batch, rows, columns})};
}

/// x [.., d] with its last dimension on the diagonals of zeros [.., d, d].
Value Einsum::onDiagonals(Value x) {
  int64_t rank = n.rank(x);
  Value size = b.reshape(n.loc, extents(x, rank - 1, rank), {});
  Value numbers = n.emit<RangeOp>({n.scalar(size, 0), size, n.scalar(size, 1)});
  Value isOn = n.emit<EqualOp>({b.expandDims(n.loc, numbers, {1}), numbers});
  return n.emit<SelectOp>({isOn, b.expandDims(n.loc, x, {rank}), n.scalar(x, 0)});
}

/// The same where d is known: each row of a diagonal gets d zeros behind its element, so
/// that in rows of d elements the next one is a column further.
Value Einsum::onDiagonals(Value x, int64_t d) {
  int64_t rank = n.rank(x);
  Value front = extents(x, 0, rank - 1);
  Value column = b.expandDims(n.loc, x, {rank});
  SmallVector<int64_t> paddings(2 * (rank + 1), 0);
  paddings.back() = d;
  Value zeros = n.emit<PadOp>({column, b.reshape(n.loc, b.integers(n.loc, paddings), {rank + 1, 2}),
                               b.splat(n.loc, {}, b.shapes.elementType(x), 0)});
  Value flat = reshaped(zeros, {front, b.integers(n.loc, {d * (d + 1)})});
  SmallVector<int64_t> begin(rank, 0), end(rank, 0), strides(rank, 1);
  end.back() = d * d;
  int64_t all = (int64_t(1) << (rank - 1)) - 1;
  Value cut = n.emit<StridedSliceOp>(
      {flat, b.integers(n.loc, begin), b.integers(n.loc, end), b.integers(n.loc, strides)},
      {{"begin_mask", b.getI64IntegerAttr(all)},
       {"end_mask", b.getI64IntegerAttr(all)},
       {"shrink_mask", b.getI64IntegerAttr(0)}});
  return reshaped(cut, {front, b.integers(n.loc, {d, d})});
}

/// x, whose labels are the output's without repetitions, put on the diagonals of zeros.
Value Einsum::repeated(Term x, const Labels &output) {
  auto missing = [&](Label l) { return llvm::count(x.labels, l) < llvm::count(output, l); };
  for (auto it = llvm::find_if(x.labels, missing); x.value && it != x.labels.end();
       it = llvm::find_if(x.labels, missing)) {
    Label label = *it;
    Labels order;
    llvm::copy_if(x.labels, std::back_inserter(order), [&](Label l) { return l != label; });
    auto d = b.shapes.dims(x.value)[it - x.labels.begin()].constant();
    if (llvm::count(output, label) > 2 || llvm::count(x.labels, label) > 1) {
      (void)n.fail("a label can be at most twice in the result");
      return {};
    }
    order.push_back(label);
    x = permuted(x, order);
    order.push_back(label);
    x = {!x.value ? x.value : d ? onDiagonals(x.value, *d) : onDiagonals(x.value), order};
  }
  // Both dimensions of a diagonal are alike: take them in any order.
  Labels rest = x.labels;
  SmallVector<int64_t> permutation;
  for (Label l : output) {
    auto at = llvm::find(rest, l);
    permutation.push_back(at - rest.begin());
    *at = -1;
  }
  return x.value ? b.transpose(n.loc, x.value, permutation) : Value();
}

LogicalResult Einsum::run() {
  auto [left, right] = n.attrs.getString("equation").split("->");
  if (!n.attrs.getString("equation").contains("->"))
    return n.fail("the equation has no \"->\"");
  SmallVector<StringRef> subscripts;
  left.split(subscripts, ',');
  if (subscripts.size() != n.size() || n.size() < 1 || n.size() > 2)
    return n.fail("the equation \"" + left + "\" does not fit " + Twine(n.size()) + " operands");
  SmallVector<Term, 2> terms;
  for (auto [i, text] : llvm::enumerate(subscripts)) {
    auto term = operand(text, i);
    if (failed(term) || !term->value)
      return failure();
    terms.push_back(std::move(*term));
  }
  auto output = parse(right, ellipsis);
  if (failed(output))
    return failure();
  for (Label l : *output)
    if (llvm::none_of(terms, [&](const Term &t) { return has(t.labels, l); }))
      return n.fail("the equation's result has a label that no operand has");
  if (ellipsis > 0 && !right.contains("..."))
    return n.fail("the equation's result must have the ellipsis of its operands");
  Term result = terms[0];
  if (terms.size() == 2) {
    Term x = sumOut(terms[0], joined({*output, terms[1].labels}));
    Term y = sumOut(terms[1], joined({*output, terms[0].labels}));
    result = product(x, y, *output);
  } else {
    result = sumOut(result, *output);
  }
  bool isPlain = result.labels.size() == output->size();
  return n.out(isPlain ? permuted(result, *output).value : repeated(result, *output));
}

LogicalResult tensorflow::buildEinsum(Node &n) { return Einsum(n).run(); }
