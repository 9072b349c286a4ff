#include "passes/tile/BatchFacts.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace ingot;

static BatchFact rows(int axis, bool one) { return {BatchFact::Rows, one, axis}; }

/// A new tensor is the samples' if one of its sizes is.
BatchFact BatchFacts::sized(ArrayRef<OpFoldResult> sizes) const {
  BatchFact result = kSameFact;
  for (auto [axis, size] : llvm::enumerate(sizes)) {
    auto value = dyn_cast<Value>(size);
    BatchFact of = value ? fact(value) : kSameFact;
    if (of.isSame())
      continue;
    if (of.kind != BatchFact::Rows || !result.isSame())
      return kMixedFact;
    result = rows(axis, of.one);
  }
  return result;
}

BatchFact BatchFacts::sized(RankedTensorType type, ValueRange dynamicSizes) const {
  Builder b(type.getContext());
  return sized(getMixedValues(type.getShape(), dynamicSizes, b));
}

/// The group of a reassociation that has the dimension.
static unsigned groupOf(ArrayRef<ReassociationIndices> groups, int64_t dim) {
  return llvm::find_if(groups, [&](auto &g) { return llvm::is_contained(g, dim); }) -
         groups.begin();
}

/// Whether all dimensions of the group before this one are 1: anything else would split samples.
static bool leads(int64_t dim, ArrayRef<int64_t> group, ShapedType type) {
  return llvm::all_of(group.take_front(llvm::find(group, dim) - group.begin()),
                      [&](int64_t before) { return type.getDimSize(before) == 1; });
}

BatchFact BatchFacts::ofTensor(tensor::DimOp op) const {
  BatchFact source = fact(op.getSource());
  std::optional<int64_t> axis = op.getConstantIndex();
  if (source.isSame())
    return kSameFact;
  if (!axis || source.kind != BatchFact::Rows)
    return kMixedFact;
  return source.axis == *axis ? rows(0, source.one) : kSameFact;
}

BatchFact BatchFacts::ofTensor(rt::BroadcastOp op) const {
  BatchFact source = fact(op.getX());
  BatchFact result = sized(cast<RankedTensorType>(op.getResult().getType()), op.getSizes());
  return source.isSame() || source == result ? result : kMixedFact;
}

BatchFact BatchFacts::ofTensor(tensor::CollapseShapeOp op) const {
  BatchFact source = fact(op.getSrc());
  if (source.kind != BatchFact::Rows)
    return source;
  auto groups = op.getReassociationIndices();
  unsigned group = groupOf(groups, source.axis);
  bool isWhole = source.one && groups[group].back() == source.axis;
  return leads(source.axis, groups[group], op.getSrcType()) ? rows(group, isWhole) : kMixedFact;
}

BatchFact BatchFacts::ofTensor(tensor::ExpandShapeOp op) const {
  BatchFact source = fact(op.getSrc()), sizes = sized(op.getMixedOutputShape());
  if (source.kind != BatchFact::Rows)
    return sizes.isSame() ? source : kMixedFact;
  auto groups = op.getReassociationIndices();
  bool isSplit = sizes.kind == BatchFact::Rows &&
                 groupOf(groups, sizes.axis) == unsigned(source.axis) &&
                 leads(sizes.axis, groups[source.axis], op.getResultType());
  return isSplit ? sizes : kMixedFact;
}

/// Whether a slice takes all rows of the samples and nothing else along their dimension.
static bool takesWhole(OffsetSizeAndStrideOpInterface slice, BatchFact tensor, BatchFact sizes) {
  return tensor.kind == BatchFact::Rows && tensor.one && sizes == tensor &&
         isConstantIntValue(slice.getMixedOffsets()[tensor.axis], 0) &&
         isConstantIntValue(slice.getMixedStrides()[tensor.axis], 1);
}

/// Where a dimension is once those that a slice drops are gone.
static std::optional<int> keptAxis(int axis, const llvm::SmallBitVector &dropped) {
  if (dropped[axis])
    return std::nullopt;
  int kept = axis;
  for (int i = 0; i < axis; ++i)
    kept -= dropped[i];
  return kept;
}

bool BatchFacts::movesAlike(OffsetSizeAndStrideOpInterface slice) const {
  return areSame(slice.getOffsets()) && areSame(slice.getStrides());
}

BatchFact BatchFacts::ofTensor(tensor::ExtractSliceOp op) const {
  BatchFact source = fact(op.getSource()), sizes = sized(op.getMixedSizes());
  if (!movesAlike(op))
    return kMixedFact;
  if (source.isSame())
    return sizes.isSame() ? kSameFact : kMixedFact;
  if (!takesWhole(op, source, sizes))
    return kMixedFact;
  std::optional<int> axis = keptAxis(source.axis, op.getDroppedDims());
  return axis ? rows(*axis, true) : kMixedFact;
}

BatchFact BatchFacts::ofTensor(tensor::InsertSliceOp op) const {
  if (areSame(op->getOperands()))
    return kSameFact;
  BatchFact source = fact(op.getSource()), into = fact(op.getDest());
  bool isWhole = movesAlike(op) && takesWhole(op, into, sized(op.getMixedSizes())) &&
                 source.kind == BatchFact::Rows &&
                 keptAxis(into.axis, op.getDroppedDims()) == source.axis;
  return isWhole ? into : kMixedFact;
}

BatchFact BatchFacts::ofTensor(tensor::ConcatOp op) const {
  BatchFact result = fact(op->getOperand(0));
  for (Value operand : op->getOperands())
    result = joined(result, fact(operand));
  bool isAlong = result.kind == BatchFact::Rows && int64_t(op.getDim()) == result.axis;
  return isAlong ? kMixedFact : result;
}

BatchFact BatchFacts::ofTensor(tensor::PadOp op) const {
  BatchFact source = fact(op.getSource());
  Value filler = op.getConstantPaddingValue();
  if (!filler || !fact(filler).isSame() || !areSame(op.getLow()) || !areSame(op.getHigh()))
    return kMixedFact;
  if (source.isSame())
    return source;
  bool isWhole = source.kind == BatchFact::Rows &&
                 isConstantIntValue(op.getMixedLowPad()[source.axis], 0) &&
                 isConstantIntValue(op.getMixedHighPad()[source.axis], 0);
  return isWhole ? source : kMixedFact;
}

BatchFact BatchFacts::ofTensor(tensor::ExtractOp op) const {
  BatchFact source = fact(op.getTensor());
  return areSame(op->getOperands()) || source.kind == BatchFact::Any ? source : kMixedFact;
}

BatchFact BatchFacts::ofTensor(bufferization::AllocTensorOp op) const {
  return op.getCopy() ? fact(op.getCopy()) : sized(op.getType(), op.getDynamicSizes());
}

bool BatchFacts::visitTensor(Operation *op) {
  std::optional<BatchFact> fact =
      llvm::TypeSwitch<Operation *, std::optional<BatchFact>>(op)
          .Case<tensor::DimOp, rt::BroadcastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
                tensor::ExtractSliceOp, tensor::InsertSliceOp, tensor::ConcatOp, tensor::PadOp,
                tensor::ExtractOp, bufferization::AllocTensorOp>(
              [&](auto tensorOp) { return ofTensor(tensorOp); })
          .Case([&](tensor::EmptyOp empty) { return sized(empty.getMixedSizes()); })
          .Case([&](tensor::CastOp cast) { return this->fact(cast.getSource()); })
          .Default(std::nullopt);
  if (fact)
    setAll(op, *fact);
  return fact.has_value();
}
