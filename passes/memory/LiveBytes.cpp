#include "passes/memory/LiveBytes.h"
#include "passes/memory/BufferRegion.h"
#include "passes/memory/Lifetimes.h"

using namespace mlir;
using namespace ingot;

LiveBytes::LiveBytes(func::FuncOp function) {
  int64_t next = 0;
  function.walk<WalkOrder::PreOrder>([&](Operation *op) { positions[op] = {next, next++}; });
  function.walk([&](Operation *op) {
    if (op != function)
      positions[op->getParentOp()].include(positions[op].last);
  });
  bytes.resize(next + 1);
  function.walk([&](memref::AllocOp op) { add(lives[op] = intervalOf(op), staticBytes(op)); });
  most = *llvm::max_element(bytes);
}

/// As in the block of the buffer; to the block's end where it leaves the block.
ArenaInterval LiveBytes::intervalOf(memref::AllocOp op) const {
  Block *block = op->getBlock();
  ArenaInterval live = positions.lookup(op);
  SmallVector<Value> views = {op};
  while (!views.empty())
    for (Operation *user : views.pop_back_val().getUsers()) {
      Operation *at = block->findAncestorOpInBlock(*user);
      live.include(positions.lookup(at ? at : &block->back()).last);
      if (isView(user))
        views.append(user->result_begin(), user->result_end());
    }
  return live;
}

void LiveBytes::add(ArenaInterval live, int64_t count) {
  for (int64_t &at : llvm::MutableArrayRef(bytes).slice(live.first, live.last - live.first + 1))
    at += count;
}

bool LiveBytes::join(memref::AllocOp part, memref::AllocOp whole) {
  ArenaInterval before = lives.lookup(part);
  add(before, -staticBytes(part));
  if (!whole)
    return true;
  ArenaInterval &live = lives[whole], wider = live;
  wider.include(before.first);
  wider.include(before.last);
  add(live, -staticBytes(whole));
  add(wider, staticBytes(whole));
  auto span = llvm::ArrayRef(bytes).slice(wider.first, wider.last - wider.first + 1);
  if (*llvm::max_element(span) <= most) {
    live = wider;
    return true;
  }
  add(wider, -staticBytes(whole));
  add(live, staticBytes(whole));
  add(before, staticBytes(part));
  return false;
}
