#include "ingot/ingot.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "passes/Passes.h"
#include "passes/memory/EntryFunction.h"
#include "llvm/ADT/TypeSwitch.h"

namespace ingot {
#define GEN_PASS_DEF_LOWERHOST
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

namespace {
/// Indices of the members of struct ingot_host.
enum HostMember : int32_t { kFormat = 0, kPrint = 1, kTimestamp = 2 };

/// Structs of runtime/include/ingot/host.h as LLVM sees them.
struct HostTypes {
  explicit HostTypes(MLIRContext *context)
      : ptr(LLVM::LLVMPointerType::get(context)), i32(IntegerType::get(context, 32)),
        i64(IntegerType::get(context, 64)), f64(Float64Type::get(context)),
        none(LLVM::LLVMVoidType::get(context)) {
    auto literal = [&](ArrayRef<Type> members) {
      return LLVM::LLVMStructType::getLiteral(context, members);
    };
    this->context = contextType(context);
    host = literal({ptr, ptr, ptr});
    view = literal({ptr, ptr, ptr, i32, i32});
    format = literal({ptr, ptr, ptr, i64, i64, i32, i32, i32, i32});
  }
  Type ptr, i32, i64, f64, none;
  Type context, host, view, format;
};

/// Lowers the ops of one entry function.
class HostCalls {
public:
  HostCalls(func::FuncOp function, llvm::StringMap<std::string> &globals)
      : function(function), types(function.getContext()), b(function.getContext()),
        globals(globals) {}

  void lower(Operation *op);

private:
  void lower(rt::FormatSizeOp op);
  void lower(rt::FormatOp op);
  void lower(rt::PrintOp op);
  void lower(rt::FailOp op);
  void lower(rt::TimestampOp op);

  Value constant(Type type, int64_t value) {
    return arith::ConstantOp::create(b, loc, b.getIntegerAttr(type, value));
  }
  Value slot(Type type, Value base, ArrayRef<LLVM::GEPArg> path) {
    return LLVM::GEPOp::create(b, loc, types.ptr, type, base, path);
  }
  void store(Value value, Type type, Value base, ArrayRef<LLVM::GEPArg> path) {
    LLVM::StoreOp::create(b, loc, value, slot(type, base, path));
  }
  /// Memory of the function's frame.
  Value frame(Type element, int64_t count);
  /// Address of a constant with these bytes.
  Value global(StringRef bytes, uint64_t alignment);

  Value host();
  Value isNull(Value pointer);
  /// A call of the host's function.
  Value call(Value host, HostMember member, Type result, ArrayRef<Value> arguments);
  /// The result where there is a host, else `fallback`.
  Value callIfThere(Type result, Value fallback, llvm::function_ref<Value(Value host)> build);

  /// Address, sizes and strides of a buffer.
  struct Buffer {
    Value address;
    SmallVector<Value> sizes, strides;
  };
  Buffer buffer(Value memref);
  template <class OpT> Value format(OpT op);
  template <class OpT> Value formatted(OpT op, Value out, Value capacity, Value fallback);

  func::FuncOp function;
  HostTypes types;
  OpBuilder b;
  llvm::StringMap<std::string> &globals;
  Location loc = UnknownLoc::get(function.getContext());
};
} // namespace

Value HostCalls::frame(Type element, int64_t count) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(&function.getBody().front());
  return LLVM::AllocaOp::create(b, loc, types.ptr, element, constant(types.i64, count));
}

Value HostCalls::global(StringRef bytes, uint64_t alignment) {
  auto [it, isNew] = globals.try_emplace(bytes, "");
  if (isNew) {
    it->second = "ingot_host_text_" + std::to_string(globals.size());
    OpBuilder top = OpBuilder::atBlockBegin(function->getParentOfType<ModuleOp>().getBody());
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), bytes.size());
    LLVM::GlobalOp::create(top, loc, type, /*isConstant=*/true, LLVM::Linkage::Private, it->second,
                           b.getStringAttr(bytes), alignment);
  }
  return LLVM::AddressOfOp::create(b, loc, types.ptr, it->second);
}

Value HostCalls::host() {
  Value context = function.getArgument(kContextArgument);
  return LLVM::LoadOp::create(b, loc, types.ptr, slot(types.context, context, {0, kHost}));
}

Value HostCalls::isNull(Value pointer) {
  Value null = LLVM::ZeroOp::create(b, loc, types.ptr);
  return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, pointer, null);
}

Value HostCalls::call(Value host, HostMember member, Type result, ArrayRef<Value> arguments) {
  SmallVector<Value> operands = {
      LLVM::LoadOp::create(b, loc, types.ptr, slot(types.host, host, {0, member})), host};
  llvm::append_range(operands, arguments);
  auto type = LLVM::LLVMFunctionType::get(
      result, llvm::to_vector(ValueRange(operands).drop_front().getTypes()));
  auto call = LLVM::CallOp::create(b, loc, type, operands);
  return result == types.none ? Value() : call.getResult();
}

Value HostCalls::callIfThere(Type result, Value fallback, llvm::function_ref<Value(Value)> build) {
  Value pointer = host();
  SmallVector<Type> results;
  if (fallback)
    results.push_back(result);
  auto branch = scf::IfOp::create(b, loc, results, isNull(pointer), /*withElseRegion=*/true);
  auto fill = [&](Block *block, llvm::function_ref<Value()> value) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(block);
    Value given = value();
    if (fallback)
      scf::YieldOp::create(b, loc, given);
  };
  fill(branch.thenBlock(), [&] { return fallback; });
  fill(branch.elseBlock(), [&] { return build(pointer); });
  return fallback ? branch.getResult(0) : Value();
}

HostCalls::Buffer HostCalls::buffer(Value memref) {
  auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, memref);
  auto asInteger = [&](Value index) -> Value {
    return arith::IndexCastOp::create(b, loc, types.i64, index);
  };
  Buffer buffer;
  for (Value size : metadata.getSizes())
    buffer.sizes.push_back(asInteger(size));
  for (Value stride : metadata.getStrides())
    buffer.strides.push_back(asInteger(stride));
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  Value address = asInteger(memref::ExtractAlignedPointerAsIndexOp::create(b, loc, memref));
  Value offset = arith::MulIOp::create(b, loc, asInteger(metadata.getOffset()),
                                       constant(types.i64, elementBytes(element)));
  address = arith::AddIOp::create(b, loc, address, offset);
  buffer.address = LLVM::IntToPtrOp::create(b, loc, types.ptr, address);
  return buffer;
}

/// Puts a struct ingot_format into the frame.
template <class OpT> Value HostCalls::format(OpT op) {
  ValueRange values = op.getValues();
  int64_t count = values.size(), numbers = 0;
  for (Value value : values)
    numbers += 2 * cast<MemRefType>(value.getType()).getRank();
  Value format = frame(types.format, 1), views = frame(types.view, std::max<int64_t>(count, 1));
  Value sizes = frame(types.i64, std::max<int64_t>(numbers, 1));
  int32_t next = 0;
  auto append = [&](ArrayRef<Value> list) {
    Value start = slot(types.i64, sizes, {next});
    for (Value value : list)
      store(value, types.i64, sizes, {next++});
    return start;
  };
  for (auto [i, value, dtype] : llvm::enumerate(values, op.getDtypes())) {
    Buffer parts = buffer(value);
    int32_t at = int32_t(i);
    store(parts.address, types.view, views, {at, 0});
    store(append(parts.sizes), types.view, views, {at, 1});
    store(append(parts.strides), types.view, views, {at, 2});
    store(constant(types.i32, dtype), types.view, views, {at, 3});
    store(constant(types.i32, parts.sizes.size()), types.view, views, {at, 4});
  }
  ArrayRef<int64_t> ends = op.getEnds();
  StringRef bytes(reinterpret_cast<const char *>(ends.data()), ends.size() * sizeof(int64_t));
  std::string text = (op.getText() + StringRef("\0", 1)).str();
  Value members[] = {global(text, 1),
                     global(bytes, 8),
                     views,
                     constant(types.i64, count),
                     constant(types.i64, op.getSummarize()),
                     constant(types.i32, op.getStyle()),
                     constant(types.i32, int32_t(op.getPrecision())),
                     constant(types.i32, int32_t(op.getWidth())),
                     constant(types.i32, op.getFlag())};
  for (auto [i, member] : llvm::enumerate(members))
    store(member, types.format, format, {0, int32_t(i)});
  return format;
}

void HostCalls::lower(rt::FormatSizeOp op) {
  if (op.getRequired()) {
    Value there = arith::XOrIOp::create(b, loc, isNull(host()), constant(b.getI1Type(), 1));
    rt::CheckOp::create(b, loc, there, int32_t(INGOT_NO_HOOK), "text of numbers needs a host");
  }
  Value zero = constant(types.i64, 0);
  Value size = callIfThere(types.i64, zero, [&](Value host) {
    Value none = LLVM::ZeroOp::create(b, loc, types.ptr);
    return call(host, kFormat, types.i64, {format(op), none, zero});
  });
  op.replaceAllUsesWith(arith::IndexCastOp::create(b, loc, b.getIndexType(), size).getResult());
}

void HostCalls::lower(rt::FormatOp op) {
  Value zero = constant(types.i64, 0);
  callIfThere(types.i64, zero, [&](Value host) {
    Buffer out = buffer(op.getOut());
    return call(host, kFormat, types.i64, {format(op), out.address, out.sizes[0]});
  });
}

void HostCalls::lower(rt::PrintOp op) {
  callIfThere(types.none, {}, [&](Value host) {
    Buffer text = buffer(op.getText());
    return call(host, kPrint, types.none,
                {constant(types.i32, op.getStream()), text.address, text.sizes[0]});
  });
}

void HostCalls::lower(rt::FailOp op) {
  Buffer text = buffer(op.getText());
  Value isEmpty = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, text.sizes[0],
                                        constant(types.i64, 0));
  std::string message = (op.getMessage() + StringRef("\0", 1)).str();
  Value given = LLVM::SelectOp::create(b, loc, isEmpty, global(message, 1), text.address);
  store(given, types.context, function.getArgument(kContextArgument), {0, kErrorMessage});
  rt::CheckOp::create(b, loc, constant(b.getI1Type(), 0), op.getStatus(), "");
}

void HostCalls::lower(rt::TimestampOp op) {
  Value there = arith::XOrIOp::create(b, loc, isNull(host()), constant(b.getI1Type(), 1));
  rt::CheckOp::create(b, loc, there, int32_t(INGOT_NO_HOOK), "the time needs a host");
  op.replaceAllUsesWith(call(host(), kTimestamp, types.f64, {}));
}

void HostCalls::lower(Operation *op) {
  b.setInsertionPoint(op);
  loc = op->getLoc();
  llvm::TypeSwitch<Operation *, void>(op)
      .Case<rt::FormatSizeOp, rt::FormatOp, rt::PrintOp, rt::FailOp, rt::TimestampOp>(
          [&](auto op) { lower(op); });
  op->erase();
}

namespace {
struct LowerHost : ingot::impl::LowerHostBase<LowerHost> {
  void runOnOperation() override {
    llvm::StringMap<std::string> globals;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      SmallVector<Operation *> ops;
      function.walk([&](Operation *op) {
        if (isa<rt::FormatSizeOp, rt::FormatOp, rt::PrintOp, rt::FailOp, rt::TimestampOp>(op))
          ops.push_back(op);
      });
      HostCalls calls(function, globals);
      for (Operation *op : ops)
        calls.lower(op);
    }
  }
};
} // namespace
