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
static void separateResults(func::ReturnOp ret, unsigned outputs) {
  OpBuilder b(ret);
  llvm::DenseMap<Value, Value> owners;
  for (OpOperand &output : ret->getOpOperands().take_front(outputs)) {
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
    auto ret = cast<func::ReturnOp>(function.getBody().back().getTerminator());
    Location loc = function.getLoc();
    unsigned inputs = count(function.getNumArguments(), [&](unsigned i) {
      return !function.getArgAttr(i, IngotDialect::kVariableAttr);
    });
    unsigned outputs = count(function.getNumResults(), [&](unsigned i) {
      return !function.getResultAttr(i, IngotDialect::kVariableAttr);
    });
    llvm::DenseMap<Attribute, bufferization::ToTensorOp> variables = bindInputs(function, b);
    separateResults(ret, outputs);

    b.setInsertionPoint(ret);
    storeOutputs(function, ret, outputs, b);
    // Behind the outputs, which may be what the variables were before.
    SmallVector<std::pair<Value, Value>> changed = assignVariables(function, ret, variables, b);
    SmallVector<Value> results = {arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(0))};
    for (auto [i, value] : llvm::enumerate(ret.getOperands().take_front(outputs)))
      if (function.getResultAttr(i, "ingot.from_data"))
        results.push_back(bufferization::ToBufferOp::create(
            b, value.getLoc(), bufferType(value.getType()), value, /*read_only=*/true));
    for (auto [value, buffer] : changed)
      store(b, value, buffer);
    func::ReturnOp::create(b, loc, results);
    ret.erase();
    setInterface(function, results, inputs, outputs);
  }

  static unsigned count(unsigned end, llvm::function_ref<bool(unsigned)> holds) {
    return llvm::count_if(llvm::seq(end), holds);
  }

  static void store(OpBuilder &b, Value value, Value buffer) {
    auto store =
        bufferization::MaterializeInDestinationOp::create(b, value.getLoc(), Type(), value, buffer);
    store.setRestrict(true);
    store.setWritable(true);
  }

  /// Outputs are further arguments.
  static void storeOutputs(func::FuncOp function, func::ReturnOp ret, unsigned outputs,
                           OpBuilder &b) {
    for (auto [i, value] : llvm::enumerate(ret.getOperands().take_front(outputs)))
      if (!function.getResultAttr(i, "ingot.from_data"))
        store(b, value,
              function.getBody().front().addArgument(bufferType(value.getType()), value.getLoc()));
  }

  /// The new values, in the variables' own memory where no conflict forbids it,
  /// and the buffers where they must be in the end.
  static SmallVector<std::pair<Value, Value>>
  assignVariables(func::FuncOp function, func::ReturnOp ret,
                  const llvm::DenseMap<Attribute, bufferization::ToTensorOp> &variables,
                  OpBuilder &b) {
    SmallVector<std::pair<Value, Value>> changed;
    for (auto [i, value] : llvm::enumerate(ret.getOperands()))
      if (Attribute name = function.getResultAttr(i, IngotDialect::kVariableAttr)) {
        bufferization::ToTensorOp memory = variables.lookup(name);
        memory.setWritable(true);
        auto assigned = bufferization::MaterializeInDestinationOp::create(
            b, value.getLoc(), memory.getType(), value, memory);
        changed.push_back({assigned.getResult(), memory.getBuffer()});
      }
    return changed;
  }

  /// Tensors become buffers, behind the context and the arena. Returns the
  /// tensors of the variables.
  static llvm::DenseMap<Attribute, bufferization::ToTensorOp> bindInputs(func::FuncOp function,
                                                                         OpBuilder &b) {
    llvm::DenseMap<Attribute, bufferization::ToTensorOp> variables;
    Block &entry = function.getBody().front();
    b.setInsertionPointToStart(&entry);
    for (BlockArgument arg : entry.getArguments()) {
      auto tensor = cast<RankedTensorType>(arg.getType());
      auto read = bufferization::ToTensorOp::create(b, arg.getLoc(), tensor, arg,
                                                    /*restrict=*/true, /*writable=*/false);
      arg.replaceAllUsesExcept(read.getResult(), read);
      arg.setType(bufferType(tensor));
      if (Attribute name = function.getArgAttr(arg.getArgNumber(), IngotDialect::kVariableAttr))
        variables[name] = read;
    }
    Location loc = function.getLoc();
    auto bytes = MemRefType::get({ShapedType::kDynamic}, b.getI8Type());
    entry.insertArgument(0u, bytes, loc);
    entry.insertArgument(0u, LLVM::LLVMPointerType::get(b.getContext()), loc);
    return variables;
  }

  /// Names and types of inputs and outputs move to attributes of the function:
  /// `ingot.inputs` and `ingot.outputs`, one dictionary a tensor; `ingot.variables`
  /// are the symbols of the arguments between those of inputs and outputs.
  static void setInterface(func::FuncOp function, ValueRange results, unsigned inputs,
                           unsigned outputs) {
    Builder b(function.getContext());
    auto described = [&](DictionaryAttr attrs, Type type) -> Attribute {
      NamedAttrList list(attrs);
      list.set("ingot.shape", b.getDenseI64ArrayAttr(cast<ShapedType>(type).getShape()));
      return list.getDictionary(b.getContext());
    };
    SmallVector<Attribute> in, out, variables;
    auto old = function.getFunctionType();
    for (unsigned i = inputs; i < old.getNumInputs(); ++i)
      variables.push_back(function.getArgAttr(i, IngotDialect::kVariableAttr));
    for (unsigned i = 0; i < inputs; ++i)
      in.push_back(described(function.getArgAttrDict(i), old.getInput(i)));
    for (unsigned i = 0; i < outputs; ++i)
      out.push_back(described(DictionaryAttr::get(b.getContext(), function.getResultAttrs(i)),
                              old.getResult(i)));
    function.removeArgAttrsAttr();
    function.removeResAttrsAttr();
    function->setAttr("ingot.inputs", b.getArrayAttr(in));
    function->setAttr("ingot.outputs", b.getArrayAttr(out));
    function->setAttr("ingot.variables", b.getArrayAttr(variables));
    TypeRange arguments = function.getBody().front().getArgumentTypes();
    function.setType(b.getFunctionType(arguments, results.getTypes()));
  }
};
} // namespace
