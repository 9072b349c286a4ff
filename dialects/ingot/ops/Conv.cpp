#include "dialects/ingot/Ingot.h"

using namespace mlir;
using namespace ingot;

WindowDims ingot::windowDims(ShapeAnalysis &shapes, Dim input, const Window &w, StringRef padding,
                             int64_t low, int64_t high) {
  DimTable &t = shapes.table;
  Dim one = t.constant(1), zero = t.constant(0), stride = t.constant(w.stride);
  // Extents with the zeros that dilation puts between elements.
  Dim extent = t.max(t.add(t.mul(t.sub(input, one), t.constant(w.inputDilation)), one), zero);
  if (w.inputDilation == 1)
    extent = input;
  Dim window = t.add(t.mul(t.constant(w.size - 1), t.constant(w.dilation)), one);
  if (padding.starts_with("same")) {
    Dim output = t.ceilDiv(extent, stride), two = t.constant(2);
    Dim needed = t.add(t.mul(t.sub(output, one), stride), window);
    Dim missing = t.sub(needed, extent), total = t.max(missing, zero);
    Dim before = t.floorDiv(total, two);
    if (padding == "same")
      return {before, t.sub(total, before), output};
    before = t.add(before, t.ceilDiv(t.min(missing, zero), two));
    return {before, t.sub(missing, before), output};
  }
  bool isExplicit = padding == "explicit";
  Dim before = t.constant(isExplicit ? low : 0), after = t.constant(isExplicit ? high : 0);
  Dim padded = t.add(t.add(extent, before), after);
  Dim room = t.sub(padded, window), output = t.floorDiv(t.add(room, stride), stride);
  return {before, after, t.max(output, zero), room};
}

static ArrayRef<int64_t> arrayAttr(Operation *op, StringRef name) {
  auto attr = op->getAttrOfType<DenseI64ArrayAttr>(name);
  return attr ? attr.asArrayRef() : ArrayRef<int64_t>();
}

static int64_t at(ArrayRef<int64_t> array, size_t i, int64_t otherwise) {
  return i < array.size() ? array[i] : otherwise;
}

SmallVector<WindowDims, 3> ingot::windowDims(ShapeAnalysis &shapes, Operation *op) {
  SmallVector<Dim, 4> x(shapes.dims(op->getOperand(0)));
  SmallVector<WindowDims, 3> result;
  ArrayRef<int64_t> window = arrayAttr(op, "window"), pads = arrayAttr(op, "pads");
  for (size_t i = 0; i + 2 < x.size(); ++i) {
    int64_t size = op->getNumOperands() > 1
                       ? shapes.dims(op->getOperand(1))[i].constant().value_or(1)
                       : at(window, i, 1);
    Window w{size, at(arrayAttr(op, "strides"), i, 1), at(arrayAttr(op, "dilations"), i, 1),
             at(arrayAttr(op, "input_dilations"), i, 1)};
    auto padding = op->getAttrOfType<StringAttr>("padding");
    result.push_back(windowDims(shapes, x[i + 1], w, padding ? padding.getValue() : "valid",
                                at(pads, 2 * i, 0), at(pads, 2 * i + 1, 0)));
  }
  return result;
}

LogicalResult ingot::verifyWindow(ShapeAnalysis &shapes, Operation *op, int64_t spatial) {
  for (StringRef name : {"strides", "dilations", "window", "input_dilations"}) {
    ArrayRef<int64_t> values = arrayAttr(op, name);
    if (!op->hasAttr(name))
      continue;
    if (int64_t(values.size()) != spatial)
      return op->emitError() << name << " needs " << spatial << " entries, has " << values.size();
    for (int64_t v : values)
      if (v < 1 || v > INT32_MAX)
        return op->emitError() << name << " must be positive, not " << v;
  }
  auto padding = op->getAttrOfType<StringAttr>("padding");
  if (padding &&
      !llvm::is_contained({"valid", "same", "same_centered", "explicit"}, padding.getValue()))
    return op->emitError() << "unknown padding \"" << padding.getValue() << '"';
  if (padding == "explicit" && int64_t(arrayAttr(op, "pads").size()) != 2 * spatial)
    return op->emitError() << "explicit padding needs " << 2 * spatial << " pads";
  for (int64_t v : arrayAttr(op, "pads"))
    if (v > INT32_MAX || v < -INT32_MAX)
      return op->emitError() << "padding " << v << " is out of range";
  return success();
}

/// The result's element type, if the op's `to` and `pad_value` fit the operands'.
template <class OpT> static FailureOr<Type> sumType(OpT op, Type element) {
  Type to = op.getTo().value_or(element);
  if (to != element && !(isa<IntegerType>(element) && isa<IntegerType>(to) &&
                         to.getIntOrFloatBitWidth() >= element.getIntOrFloatBitWidth()))
    return op.emitError() << "sums of " << element << " cannot be " << to, failure();
  int64_t value = op.getPadValue().value_or(0);
  if (value == 0)
    return to;
  unsigned width = isa<IntegerType>(element) ? element.getIntOrFloatBitWidth() : 0;
  bool fits = element.isUnsignedInteger() ? llvm::isUIntN(width, value)
                                          : width > 0 && llvm::isIntN(width, value);
  if (!fits)
    return op.emitError() << "padding of " << value << " is no " << element, failure();
  return to;
}

LogicalResult ConvOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), filter = shapes.info(getFilter());
  int64_t rank = x.dims.size();
  if (rank < 3 || int64_t(filter.dims.size()) != rank)
    return emitError() << "input of rank " << rank << " and filter of rank " << filter.dims.size()
                       << " do not make a convolution";
  if (x.element != filter.element)
    return emitError() << "input is " << x.element << " but the filter " << filter.element;
  auto to = sumType(*this, x.element);
  if (failed(to) || failed(verifyWindow(shapes, *this, rank - 2)))
    return failure();
  auto channels = x.dims.back().constant(), perGroup = filter.dims[rank - 2].constant();
  auto outputs = filter.dims.back().constant();
  if (!perGroup || !outputs)
    return emitError("the filter's channels must be known");
  if (channels && (*perGroup == 0 ? *channels != 0 : *channels % *perGroup != 0))
    return emitError() << "the input's " << *channels
                       << " channels are no multiple of the filter's " << *perGroup;
  int64_t groups = channels && *perGroup ? *channels / *perGroup : 1;
  if (groups > 0 && *outputs % groups != 0)
    return emitError() << *outputs << " output channels cannot be split into " << groups
                       << " groups";
  SmallVector<Dim, 4> dims = {x.dims[0]};
  for (const WindowDims &w : windowDims(shapes, *this))
    dims.push_back(w.output);
  dims.push_back(filter.dims.back());
  return shapes.setResult(*this, 0, *to, dims);
}

LogicalResult DepthwiseConvOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), filter = shapes.info(getFilter());
  int64_t rank = x.dims.size();
  if (rank < 3 || int64_t(filter.dims.size()) != rank || x.element != filter.element)
    return emitError("input and filter do not make a depthwise convolution");
  auto to = sumType(*this, x.element);
  if (failed(to) || failed(verifyWindow(shapes, *this, rank - 2)))
    return failure();
  auto channels = x.dims.back().constant(), own = filter.dims[rank - 2].constant();
  if (!own || !filter.dims.back().constant() || (channels && *channels != *own))
    return emitError("the input's and the filter's channels differ or are not known");
  SmallVector<Dim, 4> dims = {x.dims[0]};
  for (const WindowDims &w : windowDims(shapes, *this))
    dims.push_back(w.output);
  dims.push_back(shapes.table.mul(filter.dims[rank - 2], filter.dims.back()));
  return shapes.setResult(*this, 0, *to, dims);
}

SmallVector<WindowDims, 3> TransposedConvOp::forwardWindows(ShapeAnalysis &shapes) {
  SmallVector<Dim, 4> sizes = *shapes.contents(getSizes());
  SmallVector<Dim, 4> filter(shapes.dims(getFilter()));
  ArrayRef<int64_t> pads = arrayAttr(*this, "pads");
  SmallVector<WindowDims, 3> result;
  for (auto [i, size] : llvm::enumerate(sizes)) {
    Window w{filter[i].constant().value_or(1), getStrides()[i], getDilations()[i], 1};
    result.push_back(
        windowDims(shapes, size, w, getPadding(), at(pads, 2 * i, 0), at(pads, 2 * i + 1, 0)));
  }
  return result;
}

LogicalResult TransposedConvOp::inferShapes(ShapeAnalysis &shapes) {
  ShapeInfo x = shapes.info(getX()), filter = shapes.info(getFilter());
  int64_t rank = x.dims.size();
  auto sizes = shapes.contents(getSizes());
  if (rank < 3 || int64_t(filter.dims.size()) != rank || x.element != filter.element)
    return emitError("input and filter do not make a convolution");
  if (!sizes || shapes.rank(getSizes()) != 1 || int64_t(sizes->size()) != rank - 2)
    return emitError() << "the sizes must be a vector of " << rank - 2;
  auto to = sumType(*this, x.element);
  if (failed(to) || failed(verifyWindow(shapes, *this, rank - 2)))
    return failure();
  if (llvm::any_of(filter.dims, [](Dim d) { return !d.constant(); }))
    return emitError("the filter's shape must be known");
  if (auto channels = x.dims.back().constant();
      channels && *channels != filter.dims.back().constant())
    return emitError() << "the input has " << *channels << " channels but the filter "
                       << *filter.dims.back().constant();
  for (auto [i, w] : llvm::enumerate(forwardWindows(shapes))) {
    auto expected = w.output ? w.output.constant() : std::nullopt, given = x.dims[i + 1].constant();
    if (expected && given && *expected != *given)
      return emitError() << "a result of this size needs " << *expected << " elements in dimension "
                         << i + 1 << " of the input, not " << *given;
  }
  SmallVector<Dim, 4> dims = {x.dims[0]};
  dims.append(*sizes);
  dims.push_back(filter.dims[rank - 2]);
  return shapes.setResult(*this, 0, *to, dims);
}
