#include "passes/tile/IntegerDot.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace ingot;

using Values = Emitter::Values;

IntegerDot::IntegerDot(Emitter &e, const DotLayout &layout)
    : layout(layout), e(e), isUnsigned(e.op->hasAttr("unsigned")) {}

Value IntegerDot::extended(Type type, Value value, bool isUnsigned) {
  if (isUnsigned)
    return arith::ExtUIOp::create(e.b, e.loc, type, value);
  return arith::ExtSIOp::create(e.b, e.loc, type, value);
}

//===--- Weights ----------------------------------------------------------===//

Value IntegerDot::start(const Emitter::Panel &panel, int64_t v) {
  if (!layout.flips)
    return e.zeroVector();
  Value row = vector::LoadOp::create(
      e.b, e.loc, bytes(e.tile.lanes * layout.group), e.op.getW(),
      ValueRange{panel.index, e.index(0), e.index(v * e.tile.lanes * layout.group)});
  return bitcast(e.vectorType(), row);
}

Value IntegerDot::weights(const Emitter::Panel &panel, Value row, int64_t v) {
  int64_t count = e.tile.lanes * layout.group;
  Value w = vector::LoadOp::create(e.b, e.loc, bytes(count), e.op.getW(),
                                   ValueRange{panel.index, row, e.index(v * count)});
  if (layout.group == 4)
    return w;
  Type wide = layout.group == 2 ? e.b.getI16Type() : e.b.getI32Type();
  return extended(VectorType::get({count}, wide), w, false);
}

//===--- Input ------------------------------------------------------------===//

/// Of 16 bits each for pairs, of 32 bits for single bytes.
VectorType IntegerDot::factorType() {
  unsigned width = layout.group == 4 ? 8 : layout.group == 2 ? 16 : 32;
  return VectorType::get({e.tile.lanes * layout.group}, e.b.getIntegerType(width));
}

/// Of vectors of the sums' type.
Value IntegerDot::flipped(Value words) {
  if (!layout.flips)
    return words;
  auto topBits = DenseElementsAttr::get(e.vectorType(), int32_t(0x80808080u));
  return arith::XOrIOp::create(e.b, e.loc, words, arith::ConstantOp::create(e.b, e.loc, topBits));
}

/// From vector<group x i8>.
Value IntegerDot::factorOf(Value word) {
  Type i32 = e.b.getI32Type();
  if (layout.group < 4)
    word =
        extended(VectorType::get({layout.group}, factorType().getElementType()), word, isUnsigned);
  Value scalar = vector::ExtractOp::create(e.b, e.loc, bitcast(VectorType::get({1}, i32), word), 0);
  Value all = flipped(e.broadcast(scalar));
  return layout.group == 1 ? all : bitcast(factorType(), all);
}

Value IntegerDot::factor(Value input, ValueRange at) {
  return factorOf(vector::LoadOp::create(e.b, e.loc, bytes(layout.group), input, at));
}

Value IntegerDot::factor(ArrayRef<Value> values) {
  Value word = arith::ConstantOp::create(e.b, e.loc, e.b.getZeroAttr(bytes(layout.group)));
  for (auto [i, value] : llvm::enumerate(values))
    word = vector::InsertOp::create(e.b, e.loc, value, word, i);
  return factorOf(word);
}

/// `step` elements of a, as many of b, the next ones of a...
Value IntegerDot::interleaved(Value a, Value b, int64_t step) {
  int64_t count = cast<VectorType>(a.getType()).getNumElements();
  SmallVector<int64_t> from;
  for (int64_t i = 0; i < count; i += step)
    for (int64_t start : {i, count + i})
      for (int64_t j = 0; j < step; ++j)
        from.push_back(start + j);
  return vector::ShuffleOp::create(e.b, e.loc, a, b, from);
}

Value IntegerDot::laneFactor(ArrayRef<Value> vectors) {
  Values all(vectors);
  all.resize(layout.group, all.back()); // weights of 0
  if (layout.group == 4) {
    Value bytes = interleaved(interleaved(all[0], all[1], 1), interleaved(all[2], all[3], 1), 2);
    return layout.flips ? bitcast(bytes.getType(), flipped(bitcast(e.vectorType(), bytes))) : bytes;
  }
  Value bytes = layout.group == 2 ? interleaved(all[0], all[1], 1) : all[0];
  return extended(factorType(), bytes, isUnsigned);
}

Value IntegerDot::byte(int64_t value) {
  APInt bits(8, value, /*isSigned=*/true, /*implicitTrunc=*/true);
  return arith::ConstantOp::create(e.b, e.loc, e.b.getIntegerAttr(e.b.getI8Type(), bits));
}

Value IntegerDot::constantFactor(int64_t value) {
  int64_t bits = (layout.flips ? value ^ 0x80 : value) & 0xFF;
  unsigned width = factorType().getElementTypeBitWidth();
  bool isSigned = width == 8 || !isUnsigned;
  APInt number = isSigned ? APInt(8, bits).sext(std::max(width, 8u)) : APInt(8, bits).zext(width);
  return arith::ConstantOp::create(e.b, e.loc, DenseElementsAttr::get(factorType(), number));
}

//===--- Sums -------------------------------------------------------------===//

Value IntegerDot::call(StringRef intrinsic, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(e.b, e.loc, e.vectorType(), e.b.getStringAttr(intrinsic),
                                       operands)
      .getResults();
}

Value IntegerDot::add(Value sum, Value x, Value w) {
  bool is512 = e.facts.vectorBytes == 64, is256 = e.facts.vectorBytes == 32;
  if (e.facts.dot == "vpdpbusd")
    return call(is512   ? "llvm.x86.avx512.vpdpbusd.512"
                : is256 ? "llvm.x86.avx512.vpdpbusd.256"
                        : "llvm.x86.avx512.vpdpbusd.128",
                {sum, x, w});
  if (e.facts.dot == "sdot")
    return call("llvm.aarch64.neon.sdot.v4i32.v16i8", {sum, x, w});
  Value product;
  if (e.facts.dot == "pmaddwd")
    product = call(is512   ? "llvm.x86.avx512.pmaddw.d.512"
                   : is256 ? "llvm.x86.avx2.pmadd.wd"
                           : "llvm.x86.sse2.pmadd.wd",
                   {x, w});
  else
    product = arith::MulIOp::create(e.b, e.loc, x, w);
  return arith::AddIOp::create(e.b, e.loc, sum, product);
}
