#include "ingot/ingot.h"
#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/IR/IRMapping.h"
#include "passes/Passes.h"
#include "passes/memory/ArenaPlan.h"
#include "passes/memory/BumpRegion.h"
#include "passes/memory/EntryFunction.h"
#include "passes/memory/Lifetimes.h"
#include "passes/memory/SizeBounds.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/MathExtras.h"

namespace ingot {
#define GEN_PASS_DEF_PLANARENA
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
/// A buffer of the function and the part of it in which the buffer is alive.
struct Buffer {
  memref::AllocOp op;
  ArenaInterval live;
  int64_t unit = 0;       ///< bytes without the dynamic dimensions
  int64_t bytes = 0;      ///< of a buffer of known size, or the most that it may need
  bool isChecked = false; ///< only a bound is known before the call
};
} // namespace

namespace {
struct PlanArena : ingot::impl::PlanArenaBase<PlanArena> {
  void runOnOperation() override {
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(IngotDialect::kSignatureAttr) && failed(plan(function)))
        return signalPassFailure();
  }

  LogicalResult plan(func::FuncOp function) {
    resolveSizes(function);
    dropCarriedCopies(function);
    SmallVector<Buffer> fixed, sized, unsized;
    SizeBounds bounds;
    if (failed(collect(function, bounds, fixed, sized, unsized)))
      return failure();
    noteGrowing(function, sized, unsized);
    int64_t bytes = placeFixed(function, fixed);
    Value end = placeSized(function, bounds, sized, bytes);
    addSizeFunction(function, end);
    placeUnsized(function, unsized, end);
    return success();
  }

  /// Sizes of views are those that the view was made with.
  static void resolveSizes(func::FuncOp function) {
    function.walk([](memref::DimOp op) {
      auto d = op.getConstantIndex();
      SmallVector<OpFoldResult> sizes;
      if (auto cast = op.getSource().getDefiningOp<memref::ReinterpretCastOp>())
        sizes = cast.getMixedSizes();
      else if (auto expand = op.getSource().getDefiningOp<memref::ExpandShapeOp>())
        sizes = expand.getMixedOutputShape();
      if (!d || sizes.empty())
        return;
      OpBuilder b(op);
      op.replaceAllUsesWith(getValueOrCreateConstantIndexOp(b, op.getLoc(), sizes[*d]));
      op.erase();
    });
  }

  /// Buffers with their lifetimes.
  LogicalResult collect(func::FuncOp function, SizeBounds &bounds, SmallVectorImpl<Buffer> &fixed,
                        SmallVectorImpl<Buffer> &sized, SmallVectorImpl<Buffer> &unsized) {
    Lifetimes lifetimes(function);
    auto result = function.walk([&](memref::AllocOp op) {
      if (BumpRegion::isCarried(op)) {
        unsized.push_back({op, {}, staticBytes(op)});
        return WalkResult::advance();
      }
      auto live = lifetimes.of(op);
      if (failed(live))
        return WalkResult::interrupt();
      Buffer buffer{op, *live, staticBytes(op)};
      auto sizes = op.getDynamicSizes();
      buffer.isChecked = !llvm::all_of(sizes, [&](Value v) { return bounds.isExact(v); });
      bool known = llvm::all_of(sizes, [&](Value v) { return bounds.isBounded(v); });
      bool isFixed = setConstantBytes(buffer, bounds);
      (isFixed ? fixed : known ? sized : unsized).push_back(buffer);
      return WalkResult::advance();
    });
    return failure(result.wasInterrupted());
  }

  /// Size, or largest size, if it is the same for every call.
  static bool setConstantBytes(Buffer &buffer, SizeBounds &bounds) {
    buffer.bytes = buffer.unit;
    for (Value size : buffer.op.getDynamicSizes()) {
      auto bound = bounds.constant(size);
      auto product = bound && *bound >= 0 ? llvm::checkedMul(buffer.bytes, *bound) : std::nullopt;
      if (!product || *product > kMaxTensorBytes)
        return false;
      buffer.bytes = *product;
    }
    return true;
  }

  static Value arena(func::FuncOp function) { return function.getArgument(kArenaArgument); }

  /// `limit`: bytes that the buffer's place has.
  static void replaceByView(Buffer &buffer, Value arena, Value offset, Value limit) {
    OpBuilder b(buffer.op);
    Location loc = buffer.op.getLoc();
    if (buffer.isChecked) {
      Value bytes = bytesOf(b, buffer, buffer.op.getDynamicSizes());
      Value fits = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ule, bytes, limit);
      rt::CheckOp::create(b, loc, fits, int32_t(INGOT_BAD_SHAPE), "a size is out of range");
    }
    MemRefType type = buffer.op.getType();
    Value view = memref::ViewOp::create(b, loc, type, arena, offset, buffer.op.getDynamicSizes());
    buffer.op.replaceAllUsesWith(view);
    buffer.op.erase();
  }

  int64_t placeFixed(func::FuncOp function, MutableArrayRef<Buffer> buffers) {
    SmallVector<ArenaRequest> requests;
    for (Buffer &buffer : buffers)
      requests.push_back({buffer.live, buffer.bytes});
    ArenaPlan plan = planArena(requests);
    SmallVector<Attribute> peak = peakBuffers(buffers, requests, plan);
    for (auto [buffer, offset] : llvm::zip(buffers, plan.offsets)) {
      OpBuilder b(buffer.op);
      Location loc = buffer.op.getLoc();
      Value at = arith::ConstantIndexOp::create(b, loc, offset);
      int64_t bytes = llvm::alignTo(buffer.bytes, kArenaAlignment);
      Value limit = arith::ConstantIndexOp::create(b, loc, bytes);
      replaceByView(buffer, arena(function), at, limit);
    }
    Builder b(function.getContext());
    function->setAttr("ingot.arena_static", b.getI64IntegerAttr(plan.bytes));
    function->setAttr("ingot.arena_live", b.getI64IntegerAttr(largestLiveSum(requests)));
    function->setAttr("ingot.arena_peak", b.getArrayAttr(peak));
    return plan.bytes;
  }

  /// A buffer as the report tells it: its node, its place, its size.
  static Attribute describe(Buffer &buffer, int64_t offset, int64_t bytes) {
    Builder b(buffer.op.getContext());
    auto name = buffer.op.getLoc()->findInstanceOf<NameLoc>();
    return b.getDictionaryAttr(
        {b.getNamedAttr("node", b.getStringAttr(name ? name.getName().getValue() : "")),
         b.getNamedAttr("offset", b.getI64IntegerAttr(offset)),
         b.getNamedAttr("bytes", b.getI64IntegerAttr(bytes))});
  }

  /// The buffers whose size only a call tells, with their bytes for dimensions of 1.
  static void noteGrowing(func::FuncOp function, MutableArrayRef<Buffer> sized,
                          MutableArrayRef<Buffer> unsized) {
    SmallVector<Attribute> growing;
    for (MutableArrayRef<Buffer> buffers : {sized, unsized})
      for (Buffer &buffer : buffers)
        growing.push_back(describe(buffer, 0, buffer.unit));
    if (!growing.empty())
      function->setAttr("ingot.arena_growing",
                        Builder(function.getContext()).getArrayAttr(growing));
  }

  /// The buffers that are alive where most bytes are, for the report.
  static SmallVector<Attribute> peakBuffers(MutableArrayRef<Buffer> buffers,
                                            ArrayRef<ArenaRequest> requests,
                                            const ArenaPlan &plan) {
    SmallVector<Attribute> peak;
    int64_t position = peakPosition(requests);
    for (auto [i, buffer] : llvm::enumerate(buffers)) {
      if (buffer.live.first <= position && buffer.live.last >= position)
        peak.push_back(describe(buffer, plan.offsets[i], buffer.bytes));
    }
    return peak;
  }

  /// Rounds up to the alignment of buffers.
  static Value aligned(OpBuilder &b, Location loc, Value bytes) {
    Value mask = arith::ConstantIndexOp::create(b, loc, kArenaAlignment - 1);
    Value inverse = arith::ConstantIndexOp::create(b, loc, -kArenaAlignment);
    return arith::AndIOp::create(b, loc, arith::AddIOp::create(b, loc, bytes, mask), inverse);
  }

  static Value bytesOf(OpBuilder &b, Buffer &buffer, ValueRange sizes) {
    Location loc = buffer.op.getLoc();
    Value bytes = arith::ConstantIndexOp::create(b, loc, buffer.unit);
    for (Value size : sizes)
      bytes = arith::MulIOp::create(b, loc, bytes, size);
    return aligned(b, loc, bytes);
  }

  /// Slots shared by buffers whose lifetimes do not meet; a slot is as large as
  /// the largest of them. Returns the end of the last slot.
  Value placeSized(func::FuncOp function, SizeBounds &bounds, MutableArrayRef<Buffer> buffers,
                   int64_t base) {
    OpBuilder b = OpBuilder::atBlockBegin(&function.getBody().front());
    SmallVector<ArenaInterval> intervals;
    SmallVector<Value> sizes;
    for (Buffer &buffer : buffers) {
      SmallVector<Value> dims;
      for (Value size : buffer.op.getDynamicSizes())
        dims.push_back(bounds.emit(b, size));
      sizes.push_back(bytesOf(b, buffer, dims));
      intervals.push_back(buffer.live);
    }
    Location loc = function.getLoc();
    Value offset = arith::ConstantIndexOp::create(b, loc, base);
    for (ArrayRef<unsigned> slot : shareSlots(intervals)) {
      Value largest;
      for (unsigned i : slot)
        largest = largest ? arith::MaxUIOp::create(b, loc, largest, sizes[i]) : sizes[i];
      Value end = arith::AddIOp::create(b, loc, offset, largest);
      for (unsigned i : slot)
        replaceByView(buffers[i], arena(function), offset, sizes[i]);
      offset = end;
    }
    return offset;
  }

  /// Dynamic dimensions of arguments [first, last), in order.
  static SmallVector<std::pair<Value, unsigned>> dynamicDims(func::FuncOp function, unsigned first,
                                                             unsigned last) {
    SmallVector<std::pair<Value, unsigned>> dims;
    for (unsigned i = first; i < last; ++i) {
      Value arg = function.getArgument(i);
      for (auto [d, extent] : llvm::enumerate(cast<MemRefType>(arg.getType()).getShape()))
        if (ShapedType::isDynamic(extent))
          dims.push_back({arg, d});
    }
    return dims;
  }

  /// SIGNATURE__arena_bytes: `end` as a function of the dynamic dimensions of
  /// the inputs; those of outputs come from SIGNATURE__shapes.
  static void addSizeFunction(func::FuncOp function, Value end) {
    OpBuilder b(function);
    Location loc = function.getLoc();
    unsigned firstInput = kArenaArgument + 1,
             firstOutput = firstInput + function->getAttrOfType<ArrayAttr>("ingot.inputs").size();
    if (auto variables = function->getAttrOfType<ArrayAttr>("ingot.variables"))
      firstOutput += variables.size();
    auto inputs = dynamicDims(function, firstInput, firstOutput);
    auto outputs = dynamicDims(function, firstOutput, function.getNumArguments());
    auto type =
        b.getFunctionType(SmallVector<Type>(inputs.size(), b.getIndexType()), b.getIndexType());
    auto helper = func::FuncOp::create(b, loc, (function.getName() + "__arena_bytes").str(), type);
    helper.setPrivate();
    b.setInsertionPointToStart(helper.addEntryBlock());
    func::CallOp shapes;
    if (!outputs.empty())
      shapes = func::CallOp::create(b, loc, (function.getName() + "__shapes").str(),
                                    SmallVector<Type>(outputs.size(), b.getIndexType()),
                                    helper.getArguments());
    IRMapping map;
    std::function<Value(Value)> copy = [&](Value value) -> Value {
      if (Value mapped = map.lookupOrNull(value))
        return mapped;
      Operation *op = value.getDefiningOp();
      if (auto dim = dyn_cast<memref::DimOp>(op)) {
        std::pair<Value, unsigned> wanted(dim.getSource(), *dim.getConstantIndex());
        auto input = llvm::find(inputs, wanted);
        Value size = input != inputs.end()
                         ? Value(helper.getArgument(input - inputs.begin()))
                         : shapes.getResult(llvm::find(outputs, wanted) - outputs.begin());
        map.map(value, size);
        return size;
      }
      for (Value operand : op->getOperands())
        copy(operand);
      return b.clone(*op, map)->getResult(0);
    };
    func::ReturnOp::create(b, loc, copy(end));
  }

  /// The rest is taken from the end of the arena while the function runs.
  static void placeUnsized(func::FuncOp function, ArrayRef<Buffer> buffers, Value end) {
    if (buffers.empty())
      return;
    BumpRegion region(arena(function), end);
    for (const Buffer &buffer : buffers)
      region.place(buffer.op, buffer.unit);
    region.finish();
  }
};
} // namespace
