#include "dialects/ingot/Ingot.h"
#include "dialects/rt/Rt.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "passes/Passes.h"
#include "passes/memory/EntryFunction.h"

namespace ingot {
#define GEN_PASS_DEF_SPLITENTRIES
#include "passes/Passes.h.inc"
} // namespace ingot

using namespace mlir;
using namespace ingot;

/// Made again where it is used rather than handed on: a constant or a view.
static bool isRepeated(Operation &op) {
  return op.hasTrait<OpTrait::ConstantLike>() || isa<memref::GetGlobalOp>(op) ||
         (isa<ViewLikeOpInterface>(op) && isPure(&op));
}

/// Memory on the stack of the entry, which outlives the pieces.
static bool isStack(Operation &op) { return isa<memref::AllocaOp, LLVM::AllocaOp>(op); }

static bool isOfKnownSize(Operation *op) {
  return llvm::all_of(op->getOperands(), [](Value size) {
    Operation *maker = size.getDefiningOp();
    return maker && maker->hasTrait<OpTrait::ConstantLike>();
  });
}

/// To the begin of the block.
static void hoist(Operation *op) {
  op->moveBefore(&op->getBlock()->front());
  OpBuilder b(op);
  for (OpOperand &size : op->getOpOperands())
    size.set(b.clone(*size.get().getDefiningOp())->getResult(0));
}

namespace {
/// A row of ops of an entry, what they take from before them and what is taken
/// from them behind it.
struct Piece {
  llvm::SetVector<Operation *> ops; ///< with those that are repeated here
  llvm::SetVector<Value> inputs, outputs;
};

/// The function of a signature, in pieces.
class SplitEntry {
public:
  SplitEntry(func::FuncOp entry, SymbolTable &symbols)
      : entry(entry), block(entry.front()), symbols(symbols) {}

  void run(unsigned maxOps, unsigned pieceOps) {
    SmallVector<Operation *> ops, stack;
    for (Operation &op : block.without_terminator())
      if (!isRepeated(op))
        (isStack(op) ? stack : ops).push_back(&op);
    if (ops.size() <= maxOps || !llvm::all_of(stack, isOfKnownSize))
      return;
    llvm::for_each(stack, hoist);
    for (size_t first = 0; first < ops.size(); first += pieceOps)
      addPiece(ArrayRef(ops).slice(first, std::min<size_t>(pieceOps, ops.size() - first)));
    Piece rest;
    add(block.getTerminator(), rest, pieces.size());
    for (Piece &piece : pieces)
      outline(piece);
    place(rest, block.getTerminator(), results);
    eraseUnused();
  }

private:
  void addPiece(ArrayRef<Operation *> ops) {
    unsigned number = pieces.size();
    Piece &piece = pieces.emplace_back();
    for (Operation *op : ops) {
      pieceOf[op] = number;
      add(op, piece, number);
    }
  }

  void add(Operation *op, Piece &piece, unsigned number) {
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        take(piece, number, operand);
    });
    piece.ops.insert(op);
  }

  /// Follows an operand through what is repeated, with a stack: chains of views may be
  /// long.
  void take(Piece &piece, unsigned number, Value taken) {
    SmallVector<std::pair<Value, bool>> stack = {{taken, false}};
    while (!stack.empty()) {
      auto [value, isBehind] = stack.pop_back_val();
      if (value.getParentBlock() != &block)
        continue; // made within the piece
      Operation *op = value.getDefiningOp();
      if (isBehind) {
        piece.ops.insert(op);
      } else if (op && isRepeated(*op)) {
        if (piece.ops.contains(op))
          continue;
        stack.push_back({value, true});
        for (Value operand : op->getOperands())
          stack.push_back({operand, false});
      } else if (!op || isStack(*op)) {
        piece.inputs.insert(value);
      } else if (unsigned maker = pieceOf.at(op); maker != number) {
        piece.inputs.insert(value);
        pieces[maker].outputs.insert(value);
      }
    }
  }

  void outline(Piece &piece) {
    piece.inputs.remove(entry.getArgument(kContextArgument));
    OpBuilder b(piece.ops.back()->getBlock(), std::next(piece.ops.back()->getIterator()));
    SmallVector<Value> operands = {entry.getArgument(kContextArgument)};
    for (Value input : piece.inputs)
      operands.push_back(results.lookupOrDefault(input));
    func::FuncOp function = createFunction(piece, operands);
    auto call = func::CallOp::create(b, piece.ops.back()->getLoc(), function, operands);
    rt::LeaveOp::create(b, call.getLoc(), call.getResult(0));
    results.map(piece.outputs.getArrayRef(), call.getResults().drop_front());
    fill(function, piece);
  }

  /// Of the context and the inputs, to a status and the outputs.
  func::FuncOp createFunction(const Piece &piece, ValueRange operands) {
    OpBuilder b(entry.getContext());
    SmallVector<Type> types = {b.getI32Type()};
    for (Value output : piece.outputs)
      types.push_back(output.getType());
    auto function =
        func::FuncOp::create(b, piece.ops.front()->getLoc(), (entry.getName() + ".part").str(),
                             b.getFunctionType(operands.getTypes(), types));
    function.setPrivate();
    function->setAttr("llvm.linkage",
                      LLVM::LinkageAttr::get(b.getContext(), LLVM::Linkage::Internal));
    function->setAttr("passthrough", b.getStrArrayAttr({"noinline", "nounwind"}));
    symbols.insert(function, Block::iterator(entry));
    return function;
  }

  void fill(func::FuncOp function, Piece &piece) {
    Block *body = function.addEntryBlock();
    IRMapping inside;
    inside.map(entry.getArgument(kContextArgument), body->getArgument(0));
    inside.map(piece.inputs.getArrayRef(), body->getArguments().drop_front());
    OpBuilder b = OpBuilder::atBlockBegin(body);
    SmallVector<Value> returned = {
        arith::ConstantOp::create(b, function.getLoc(), b.getI32IntegerAttr(0))};
    llvm::append_range(returned, piece.outputs);
    auto end = func::ReturnOp::create(b, function.getLoc(), returned);
    place(piece, end, inside);
  }

  /// The ops of a piece in front of `end`: what is repeated as a copy.
  static void place(const Piece &piece, Operation *end, IRMapping &values) {
    OpBuilder b(end);
    for (Operation *op : piece.ops) {
      if (isRepeated(*op)) {
        b.clone(*op, values);
        continue;
      }
      if (op != end)
        op->moveBefore(end);
      redirect(op, values);
    }
  }

  static void redirect(Operation *op, const IRMapping &values) {
    op->walk([&](Operation *inner) {
      for (OpOperand &operand : inner->getOpOperands())
        operand.set(values.lookupOrDefault(operand.get()));
    });
  }

  /// What the pieces made again for themselves.
  void eraseUnused() {
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (isRepeated(op) && op.use_empty())
        op.erase();
  }

  func::FuncOp entry;
  Block &block;
  SymbolTable &symbols;
  SmallVector<Piece> pieces;
  llvm::DenseMap<Operation *, unsigned> pieceOf;
  IRMapping results; ///< of a value that a piece makes: the result of its call
};

struct SplitEntries : ingot::impl::SplitEntriesBase<SplitEntries> {
  using SplitEntriesBase::SplitEntriesBase;

  void runOnOperation() override {
    SymbolTable symbols(getOperation());
    for (auto function : llvm::to_vector(getOperation().getOps<func::FuncOp>()))
      if (function->hasAttr(IngotDialect::kSignatureAttr))
        SplitEntry(function, symbols).run(maxOps, pieceOps);
  }
};
} // namespace
