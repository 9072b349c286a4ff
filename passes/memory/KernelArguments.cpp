#include "passes/memory/KernelArguments.h"
#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/RegionUtils.h"
#include "passes/memory/EntryFunction.h"

using namespace mlir;
using namespace ingot;

/// The buffers that ops in `kernel` use other than by element. From the kernel's side: a
/// buffer may be used all over the caller.
static llvm::DenseSet<Value> usedWhole(Operation *kernel) {
  llvm::DenseSet<Value> buffers;
  kernel->walk([&](Operation *op) {
    if (!isa<memref::LoadOp, memref::StoreOp, rt::ContractOp>(op))
      buffers.insert(op->operand_begin(), op->operand_end());
  });
  return buffers;
}

KernelArguments::KernelArguments(OpBuilder &b, Operation *op, func::FuncOp caller)
    : kernel(op), arena(caller.getArgument(kArenaArgument)) {
  arguments.insert(caller.getArgument(kContextArgument));
  llvm::SetVector<Value> captured;
  getUsedValuesDefinedAbove(op->getRegions(), captured);
  captured.insert(op->operand_begin(), op->operand_end());
  llvm::DenseSet<Value> whole = usedWhole(op);
  for (Value value : captured) {
    if (matchPattern(value, m_Constant()))
      constants.insert(value);
    else if (auto buffer = dyn_cast<TypedValue<MemRefType>>(value))
      addBuffer(b, buffer, whole.contains(value));
    else
      add(value);
  }
}

unsigned KernelArguments::add(Value value) {
  arguments.insert(value);
  return llvm::find(arguments, value) - arguments.begin();
}

OpFoldResult KernelArguments::number(OpBuilder &b, int64_t known, Value dynamic) {
  if (!ShapedType::isDynamic(known))
    return b.getIndexAttr(known);
  if (std::optional<int64_t> constant = getConstantIntValue(dynamic))
    return b.getIndexAttr(*constant);
  add(dynamic);
  return dynamic;
}

/// Parts of one buffer that differ in their place only are the same to a kernel
/// that reads and writes elements.
static MemRefType withoutPlace(MemRefType type) {
  auto [strides, offset] = type.getStridesAndOffset();
  if (ShapedType::isDynamic(offset) || offset == 0)
    return type;
  auto layout = StridedLayoutAttr::get(type.getContext(), ShapedType::kDynamic, strides);
  return MemRefType::Builder(type).setLayout(layout);
}

void KernelArguments::addBuffer(OpBuilder &b, TypedValue<MemRefType> buffer, bool isWhole) {
  Location loc = buffer.getLoc();
  MemRefType type = isWhole ? buffer.getType() : withoutPlace(buffer.getType());
  auto parts = memref::ExtractStridedMetadataOp::create(b, loc, buffer);
  Layout layout;
  layout.type = type;
  layout.base = add(parts.getBaseBuffer());
  auto [strides, offset] = type.getStridesAndOffset();
  layout.offset.push_back(number(b, offset, parts.getOffset()));
  for (auto [d, extent] : llvm::enumerate(type.getShape())) {
    Value size = ShapedType::isDynamic(extent)
                     ? b.createOrFold<memref::DimOp>(loc, buffer, int64_t(d))
                     : Value();
    layout.sizes.push_back(number(b, extent, size));
  }
  // Strides of a whole buffer follow from its sizes.
  for (auto [d, stride] : llvm::enumerate(strides))
    if (!type.getLayout().isIdentity() || !ShapedType::isDynamic(stride))
      layout.strides.push_back(number(b, stride, parts.getStrides()[d]));
    else
      layout.strides.push_back({});
  buffers.insert({buffer, layout});
}

SmallVector<Type> KernelArguments::types() const {
  return llvm::map_to_vector(arguments, [](Value v) { return v.getType(); });
}

/// The arena's slice, constant or interface buffer that this is a part of; null
/// if it cannot be told.
static Value root(Value buffer) {
  while (Operation *op = buffer.getDefiningOp()) {
    if (isa<memref::ViewOp, memref::GetGlobalOp>(op))
      return buffer;
    auto view = dyn_cast<ViewLikeOpInterface>(op);
    if (!view)
      return {};
    buffer = view.getViewSource();
  }
  return isa<func::FuncOp>(buffer.getParentBlock()->getParentOp()) ? buffer : Value();
}

/// The buffers that ops in `kernel` may write, as they call them, and those of
/// which these are parts.
static llvm::DenseSet<Value> writtenIn(Operation *kernel) {
  llvm::DenseSet<Value> written;
  auto add = [&](Value buffer) {
    while (written.insert(buffer).second)
      if (auto view = buffer.getDefiningOp<ViewLikeOpInterface>())
        buffer = view.getViewSource();
  };
  kernel->walk([&](Operation *op) {
    auto effects = dyn_cast<MemoryEffectOpInterface>(op);
    bool isView = isa<ViewLikeOpInterface>(op) && op->getNumResults() == 1;
    for (Value operand : isView ? ValueRange() : op->getOperands())
      if (isa<BaseMemRefType>(operand.getType()) &&
          (!effects || effects.getEffectOnValue<MemoryEffects::Write>(operand)))
        add(operand);
  });
  return written;
}

SmallVector<bool> KernelArguments::disjoint() const {
  SmallVector<bool> result(arguments.size());
  bool knowsAll = true;
  llvm::DenseSet<Value> writes = writtenIn(kernel);
  llvm::MapVector<Value, std::pair<unsigned, bool>> roots; // arguments of it, written
  for (auto &[buffer, layout] : buffers) {
    Value at = root(buffer);
    knowsAll &= at && at != arena; // all of the arena: other buffers are in it
    auto &[count, written] = roots[at];
    ++count;
    written |= writes.contains(buffer);
  }
  if (knowsAll)
    for (auto &[buffer, layout] : buffers) {
      auto [count, written] = roots[root(buffer)];
      result[layout.base] = count == 1 || !written;
    }
  return result;
}

Value KernelArguments::rebuildBuffer(OpBuilder &b, Value buffer, const Layout &layout,
                                     ValueRange parameters) const {
  Location loc = buffer.getLoc();
  auto inside = [&](OpFoldResult number) -> OpFoldResult {
    Value value = dyn_cast<Value>(number);
    return value ? parameters[llvm::find(arguments, value) - arguments.begin()] : number;
  };
  auto sizes = llvm::map_to_vector(layout.sizes, inside);
  SmallVector<OpFoldResult> strides(layout.strides.size());
  OpFoldResult dense = b.getIndexAttr(1);
  for (size_t d = strides.size(); d-- > 0;) {
    strides[d] = layout.strides[d] ? inside(layout.strides[d]) : dense;
    if (d > 0 && !layout.strides[d - 1]) {
      Value inner = getValueOrCreateConstantIndexOp(b, loc, strides[d]);
      Value size = getValueOrCreateConstantIndexOp(b, loc, sizes[d]);
      dense = arith::MulIOp::create(b, loc, inner, size).getResult();
    }
  }
  return memref::ReinterpretCastOp::create(b, loc, layout.type, parameters[layout.base],
                                           inside(layout.offset[0]), sizes, strides);
}

void KernelArguments::rebuild(OpBuilder &b, Operation *op, ValueRange parameters) const {
  llvm::DenseMap<Value, Value> inside;
  for (Value constant : constants)
    inside[constant] = b.clone(*constant.getDefiningOp())->getResult(0);
  for (auto [outer, parameter] : llvm::zip(arguments, parameters))
    inside[outer] = parameter;
  for (auto &[buffer, layout] : buffers)
    inside[buffer] = rebuildBuffer(b, buffer, layout, parameters);
  // By operand, not by use: a constant has uses all over the caller.
  op->walk([&](Operation *inner) {
    for (OpOperand &operand : inner->getOpOperands())
      if (Value value = inside.lookup(operand.get()))
        operand.set(value);
  });
}
