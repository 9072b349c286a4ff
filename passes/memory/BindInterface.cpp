#include "passes/Passes.h"
#include "passes/lower/Loop.h"
#include "llvm/ADT/SetVector.h"

namespace ingot {
#define GEN_PASS_DEF_BINDINTERFACE
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

static MemRefType bufferType(Type tensor) {
  auto type = cast<RankedTensorType>(tensor);
  return MemRefType::get(type.getShape(), type.getElementType());
}

/// New tensors whose memory `value` may be computed in.
static SmallVector<Value> memoryOf(Value value) {
  llvm::SetVector<Value> seen;
  SmallVector<Value> fresh;
  seen.insert(value);
  for (unsigned next = 0; next < seen.size(); ++next) {
    auto result = dyn_cast<OpResult>(seen[next]);
    SmallVector<Value> sources;
    if (result && isa<tensor::EmptyOp>(result.getOwner()))
      fresh.push_back(result);
    else if (result)
      addMemorySources(result, sources);
    // Only whole tensors are computed where the caller has an output, but in
    // whatever shape.
    bool isReshape =
        result &&
        isa<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp, tensor::ReshapeOp>(
            result.getOwner());
    for (Value source : isReshape ? ArrayRef(sources).take_front() : ArrayRef(sources))
      if (isReshape || source.getType() == result.getType())
        seen.insert(source);
  }
  return fresh;
}

/// Takes results aside that may be in memory which an output before them gets:
/// they must not be stored after it.
static void separateResults(func::ReturnOp ret) {
  OpBuilder b(ret);
  llvm::DenseMap<Value, Value> owners;
  for (OpOperand &output : ret->getOpOperands()) {
    bool isShared = false;
    for (Value memory : memoryOf(output.get()))
      isShared |= owners.try_emplace(memory, output.get()).first->second != output.get();
    if (isShared)
      output.set(bufferization::AllocTensorOp::create(
          b, output.get().getLoc(), cast<RankedTensorType>(output.get().getType()), ValueRange(),
          output.get()));
  }
}

namespace {
struct BindInterface : ingot::impl::BindInterfaceBase<BindInterface> {
  void runOnOperation() override {
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (function->hasAttr(IngotDialect::kSignatureAttr)) {
        bind(function);
        rename(function);
      }
  }

  /// Away from the names of the C library.
  void rename(func::FuncOp function) {
    std::string name = function.getName().str();
    if (auto shapes = getOperation().lookupSymbol<func::FuncOp>(name + "__shapes"))
      shapes.setName("ingot.entry." + name + "__shapes");
    function.setName("ingot.entry." + name);
  }

  static void bind(func::FuncOp function) {
    OpBuilder b(function.getContext());
    Block &entry = function.getBody().front();
    auto ret = cast<func::ReturnOp>(function.getBody().back().getTerminator());
    Location loc = function.getLoc();
    bindInputs(function, b);
    separateResults(ret);

    SmallVector<Value> results = {Value()};
    b.setInsertionPoint(ret);
    unsigned outputs = ret.getNumOperands();
    for (auto [i, value] : llvm::enumerate(ret.getOperands())) {
      MemRefType type = bufferType(value.getType());
      Location at = value.getLoc();
      if (function.getResultAttr(i, "ingot.from_data")) {
        results.push_back(
            bufferization::ToBufferOp::create(b, at, type, value, /*read_only=*/true));
        continue;
      }
      Value destination = entry.addArgument(type, at);
      auto store =
          bufferization::MaterializeInDestinationOp::create(b, at, Type(), value, destination);
      store.setRestrict(true);
      store.setWritable(true);
    }
    results[0] = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0));
    func::ReturnOp::create(b, loc, results);
    ret.erase();
    setInterface(function, entry, results, outputs);
  }

  /// Tensors become buffers, behind the context and the arena.
  static void bindInputs(func::FuncOp function, OpBuilder &b) {
    Block &entry = function.getBody().front();
    b.setInsertionPointToStart(&entry);
    for (BlockArgument arg : entry.getArguments()) {
      auto tensor = cast<RankedTensorType>(arg.getType());
      auto read = bufferization::ToTensorOp::create(b, arg.getLoc(), tensor, arg,
                                                    /*restrict=*/true, /*writable=*/false);
      arg.replaceAllUsesExcept(read.getResult(), read);
      arg.setType(bufferType(tensor));
    }
    Location loc = function.getLoc();
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    entry.insertArgument(0u, bytes, loc);
    entry.insertArgument(0u, LLVM::LLVMPointerType::get(b.getContext()), loc);
  }

  /// Names and types of inputs and outputs move to attributes of the function:
  /// `ingot.inputs` and `ingot.outputs`, one dictionary a tensor.
  static void setInterface(func::FuncOp function, Block &entry, ValueRange results,
                           unsigned outputs) {
    Builder b(function.getContext());
    auto described = [&](DictionaryAttr attrs, Type type) -> Attribute {
      NamedAttrList list(attrs);
      list.set("ingot.shape", b.getDenseI64ArrayAttr(cast<ShapedType>(type).getShape()));
      return list.getDictionary(b.getContext());
    };
    SmallVector<Attribute> in, out;
    auto old = function.getFunctionType();
    for (unsigned i = 0; i < old.getNumInputs(); ++i)
      in.push_back(described(function.getArgAttrDict(i), old.getInput(i)));
    for (unsigned i = 0; i < outputs; ++i)
      out.push_back(described(DictionaryAttr::get(b.getContext(), function.getResultAttrs(i)),
                              old.getResult(i)));
    function.removeArgAttrsAttr();
    function.removeResAttrsAttr();
    function->setAttr("ingot.inputs", b.getArrayAttr(in));
    function->setAttr("ingot.outputs", b.getArrayAttr(out));
    function.setType(b.getFunctionType(entry.getArgumentTypes(), results.getTypes()));
  }
};
} // namespace
