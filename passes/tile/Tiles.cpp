#include "passes/tile/Tiles.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace ingot;

TargetFacts TargetFacts::of(Operation *op) {
  TargetFacts facts;
  auto module = isa<ModuleOp>(op) ? cast<ModuleOp>(op) : op->getParentOfType<ModuleOp>();
  auto attr = module->getAttrOfType<DictionaryAttr>(kAttribute);
  if (!attr)
    return facts;
  if (auto v = attr.getAs<IntegerAttr>("vector_bytes"))
    facts.vectorBytes = v.getInt();
  if (auto v = attr.getAs<IntegerAttr>("registers"))
    facts.registers = v.getInt();
  if (auto v = attr.getAs<BoolAttr>("masks"))
    facts.masks = v.getValue();
  if (auto v = attr.getAs<BoolAttr>("rounds"))
    facts.rounds = v.getValue();
  if (auto v = attr.getAs<BoolAttr>("converts_f16"))
    facts.convertsF16 = v.getValue();
  if (auto v = attr.getAs<StringAttr>("dot"))
    facts.dot = v.getValue();
  return facts;
}

DictionaryAttr TargetFacts::attribute(MLIRContext *context) const {
  Builder b(context);
  return b.getDictionaryAttr({b.getNamedAttr("converts_f16", b.getBoolAttr(convertsF16)),
                              b.getNamedAttr("dot", b.getStringAttr(dot)),
                              b.getNamedAttr("masks", b.getBoolAttr(masks)),
                              b.getNamedAttr("registers", b.getI64IntegerAttr(registers)),
                              b.getNamedAttr("rounds", b.getBoolAttr(rounds)),
                              b.getNamedAttr("vector_bytes", b.getI64IntegerAttr(vectorBytes))});
}

static int64_t rows(const TargetFacts &facts, int64_t vectors) {
  int64_t accumulators = facts.registers >= 32 ? 24 : facts.vectorBytes > 16 ? 12 : 8;
  return std::min<int64_t>(accumulators / vectors, 14);
}

static int64_t lanes(const TargetFacts &facts, int64_t elementBytes) {
  return std::max<int64_t>(1, facts.vectorBytes / elementBytes);
}

RegisterTile ingot::chooseTile(const TargetFacts &facts, int64_t elementBytes, int64_t columns,
                               int64_t depth) {
  // Fewer rows at once: with a power of two as their distance they all fall into one set
  // of L1, which has 8 ways. The panel, read again for every tile, must stay in L2.
  constexpr int64_t mostPanelBytes = 800 << 10;
  bool isWide = facts.vectorBytes >= 64 && depth > 0 && depth <= mostPanelBytes / 256 &&
                columns % (256 / elementBytes) == 0;
  RegisterTile tile;
  tile.lanes = lanes(facts, elementBytes);
  int64_t most = isWide ? 4 : 2;
  int64_t needed = ShapedType::isDynamic(columns)
                       ? most
                       : std::max<int64_t>(1, llvm::divideCeil(columns, tile.lanes));
  tile.vectors = std::min(most, needed);
  tile.rows = rows(facts, tile.vectors);
  return tile;
}

RegisterTile ingot::tileOfPanel(const TargetFacts &facts, int64_t elementBytes, int64_t panel) {
  int64_t vectorLanes = lanes(facts, elementBytes), vectors = panel / vectorLanes;
  return {vectorLanes, vectors, rows(facts, vectors)};
}
