#include "compiler/frontends/tensorflow/ops/List.h"
#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

Edge tensorflow::settled(Edge edge) {
  if (edge.list && !edge.value)
    edge.value = edge.list->tensor;
  return edge;
}

//===--- Shapes of elements -----------------------------------------------===//

LogicalResult tensorflow::readShape(Node &n, size_t input, List &list) {
  Value value = n.in(input);
  if (!value)
    return failure();
  auto known = n.b.shapes.contents(value);
  if (!known)
    return n.fail("the shape of the list's elements must be a short vector");
  list.ranked = n.rank(value) == 1;
  if (!list.ranked)
    return success();
  for (Dim d : *known)
    list.shape.push_back(d.constant().value_or(0) < 0 ? Dim() : d);
  return success();
}

/// Dims that are unknown in `shape` as they are in `other`; null if they conflict.
static std::optional<SmallVector<Dim, 4>> merged(const List &list, ArrayRef<Dim> other) {
  SmallVector<Dim, 4> dims(other);
  if (!list.ranked)
    return dims;
  if (list.shape.size() != dims.size())
    return std::nullopt;
  for (auto [dim, own] : llvm::zip(dims, list.shape))
    if (own && (!dim || own.constant()))
      dim = own;
  return dims;
}

/// The op of the list's block that holds the insertion point; null if that is
/// the block itself.
static Operation *ancestorIn(Block *block, GraphBuilder &b) {
  if (b.getBlock() == block)
    return nullptr;
  return block->findAncestorOpInBlock(*b.getBlock()->getParentOp());
}

Value tensorflow::materialize(Node &n, List &list, ArrayRef<Dim> element) {
  auto dims = merged(list, element);
  if (!dims || llvm::is_contained(*dims, Dim()))
    return (void)n.fail("the elements of the list have no known shape, or different ones"), Value();
  dims->insert(dims->begin(), list.length);
  OpBuilder::InsertionGuard guard(n.b);
  if (Operation *around = ancestorIn(list.block, n.b))
    n.b.setInsertionPoint(around);
  for (Dim d : *dims)
    if (!isVisible(n.b.shapes.table, d, list.block)) {
      (void)n.fail("the shape of the list's elements is known only inside of the loop or branch "
                   "that writes them");
      return {};
    }
  Value zero = n.b.splat(n.loc, {}, list.element, 0);
  list.tensor = n.emit<BroadcastToOp>({zero, dimVector(n.b, n.loc, *dims)});
  return list.tensor;
}

Edge tensorflow::listOf(Node &n, std::optional<size_t> shapeInput) {
  Edge edge = n.size() > 0 ? settled(n.inputs[0]) : Edge();
  if (!edge.list || edge.list->isOptional)
    return (void)n.fail("input 0 is not a list"), Edge();
  if (edge.list->isPadded)
    return (void)n.fail("reads lists of different lengths, kept in one list, but from their ends"),
           Edge();
  if (edge.value || !shapeInput)
    return edge;
  List stated;
  if (failed(readShape(n, *shapeInput, stated)))
    return {};
  if (!stated.ranked && !edge.list->ranked)
    return (void)n.fail("the list's elements have no known shape: nothing is written to it"),
           Edge();
  SmallVector<Dim, 4> shape = stated.ranked ? stated.shape : edge.list->shape;
  edge.value = materialize(n, *edge.list, shape);
  return edge.value ? edge : Edge();
}

LogicalResult tensorflow::outList(Node &n, Value value, List *list) {
  n.outputs.push_back(Edge(value, list));
  return success(bool(value));
}

//===--- Making lists -----------------------------------------------------===//

Edge tensorflow::makeList(Node &n, List list) {
  list.block = n.b.getBlock();
  bool isKnown = list.ranked && !llvm::is_contained(list.shape, Dim());
  List *made = n.importer.newList(std::move(list));
  if (isKnown && !materialize(n, *made, made->shape))
    return {};
  return Edge(made->tensor, made);
}

LogicalResult tensorflow::setLength(Node &n, List &list, Value count) {
  auto length = count ? n.b.shapes.contents(count) : std::nullopt;
  if (!length || length->size() != 1)
    return n.fail("the number of elements must be an integer scalar");
  list.length = length->front();
  if (auto known = list.length.constant(); known && *known < 0)
    return n.fail("the number of elements is negative");
  return success();
}

static LogicalResult buildReserve(Node &n) {
  List list;
  list.element = n.type("element_dtype");
  if (failed(readShape(n, 0, list)) || failed(setLength(n, list, n.in(1))))
    return failure();
  n.outputs.push_back(makeList(n, std::move(list)));
  return success(bool(n.outputs.back()));
}

static LogicalResult buildFromTensor(Node &n) {
  Value tensor = n.in(0);
  if (!tensor)
    return failure();
  if (n.rank(tensor) == 0)
    return n.fail("a list cannot be made from a scalar");
  List list;
  list.element = n.b.shapes.elementType(tensor);
  list.length = n.b.shapes.dims(tensor)[0];
  list.tensor = tensor;
  list.block = n.b.getBlock();
  return outList(n, tensor, n.importer.newList(std::move(list)));
}

//===--- Lengths ---------------------------------------------------------===//

Value tensorflow::lengthOf(Node &n, Value tensor, Type type) {
  return n.b.cast(n.loc, n.b.squeeze(n.loc, n.b.extents(n.loc, tensor, 0, 1), 0), type);
}

Value tensorflow::resized(Node &n, Value tensor, Value count) {
  Type i64 = n.b.getI64Type();
  Value length = lengthOf(n, tensor, i64);
  count = n.b.cast(n.loc, count, i64);
  Value kept = n.emit<MinimumOp>({length, count});
  Value more = n.emit<MaximumOp>({n.emit<SubOp>({count, length}), n.b.splat(n.loc, {}, i64, 0)});
  if (!more)
    return {};
  Value cut = sliceAlong(n, tensor, 0, n.b.integers(n.loc, {0}), n.b.expandDims(n.loc, kept, {0}));
  Value rest = n.b.extents(n.loc, tensor, 1, n.rank(tensor));
  Value shape = n.b.concat(n.loc, {n.b.expandDims(n.loc, more, {0}), rest});
  return n.b.concat(n.loc, {cut, n.emit<BroadcastToOp>({n.scalar(tensor, 0), shape})});
}

//===--- Elements ---------------------------------------------------------===//

Value tensorflow::tensorFor(Node &n, Edge &edge, Value item) {
  if (!edge.value)
    edge.value = materialize(n, *edge.list, SmallVector<Dim, 4>(n.b.shapes.dims(item)));
  return edge.value;
}

Value tensorflow::listWith(Node &n, Value tensor, Value index, Value item, bool mayGrow) {
  if (mayGrow) {
    Value length = lengthOf(n, tensor, n.element(index));
    Value needed = n.emit<AddOp>({index, n.scalar(index, 1)});
    tensor = resized(n, tensor, n.emit<MaximumOp>({length, needed}));
  }
  return n.emit<ListSetOp>({tensor, index, item});
}

static LogicalResult buildSetItem(Node &n) {
  Edge edge = listOf(n, std::nullopt);
  Value index = n.in(1), item = n.in(2);
  if (!edge || !index || !item)
    return failure();
  if (!tensorFor(n, edge, item))
    return failure();
  bool mayGrow = n.attrs.getBool("resize_if_index_out_of_bounds", false);
  return outList(n, listWith(n, edge.value, index, item, mayGrow), edge.list);
}

static LogicalResult buildGetItem(Node &n) {
  Edge edge = listOf(n, 2);
  return edge ? n.out(n.emit<ListGetOp>({edge.value, n.in(1)})) : failure();
}

static LogicalResult buildGather(Node &n) {
  Edge edge = listOf(n, 2);
  return edge ? n.out(n.emit<GatherOp>({edge.value, n.in(1)}, {{"axis", n.b.getI64IntegerAttr(0)}}))
              : failure();
}

//===--- The whole list ---------------------------------------------------===//

/// TensorFlow stacks no list without elements whose shape the graph does not state.
static LogicalResult checkStack(Node &n, const Edge &edge) {
  List stated;
  if (failed(readShape(n, 1, stated)))
    return failure();
  auto states = [](const List &list, size_t d) {
    return list.ranked && d < list.shape.size() && list.shape[d];
  };
  bool isKnown = true;
  for (int64_t d = 0; d + 1 < n.rank(edge.value); ++d)
    isKnown &= states(stated, d) || states(*edge.list, d);
  Value length = n.b.squeeze(n.loc, n.b.extents(n.loc, edge.value, 0, 1), 0);
  return isKnown ? success()
                 : n.require(n.emit<GreaterOp>({length, n.scalar(length, 0)}),
                             "a list without elements, whose shape is not known, is stacked");
}

static LogicalResult buildStack(Node &n) {
  Edge edge = listOf(n, 1);
  if (!edge || failed(checkStack(n, edge)))
    return failure();
  int64_t count = n.attrs.getInt("num_elements", -1);
  auto length = n.b.shapes.dims(edge.value)[0].constant();
  if (count >= 0 && length && *length != count)
    return n.fail("the list has " + Twine(*length) + " elements, not " + Twine(count));
  return n.out(edge.value);
}

LogicalResult tensorflow::outConcatenated(Node &n, Value elements) {
  if (!elements)
    return failure();
  SmallVector<Dim, 4> dims(n.b.shapes.dims(elements));
  if (dims.size() < 2)
    return n.fail("elements to concatenate must have a dimension");
  DimTable &table = n.b.shapes.table;
  SmallVector<Dim, 4> joined(dims.begin() + 1, dims.end());
  joined[0] = table.mul(dims[0], dims[1]);
  if (!joined[0])
    return n.fail("the result is too large");
  Value rows = dimVector(n.b, n.loc, dims[1]), count = dimVector(n.b, n.loc, dims[0]);
  return n.out({n.emit<ReshapeOp>({elements, dimVector(n.b, n.loc, joined)}),
                n.emit<BroadcastToOp>({rows, count})});
}

static LogicalResult buildConcat(Node &n) {
  Edge edge = listOf(n, 1);
  return edge ? outConcatenated(n, edge.value) : failure();
}

static LogicalResult buildLength(Node &n) {
  Edge edge = listOf(n, std::nullopt);
  if (!edge)
    return failure();
  Dim length = edge.value ? n.b.shapes.dims(edge.value)[0] : edge.list->length;
  Value vector = n.b.cast(n.loc, dimVector(n.b, n.loc, length), n.b.getI32Type());
  return n.out(n.b.reshape(n.loc, vector, {}));
}

static LogicalResult buildElementShape(Node &n) {
  Edge edge = listOf(n, std::nullopt);
  if (!edge)
    return failure();
  if (!edge.value)
    return n.fail("the shape of the list's elements is not known yet");
  SmallVector<Dim, 4> dims(n.b.shapes.dims(edge.value));
  Value shape = dimVector(n.b, n.loc, ArrayRef(dims).drop_front());
  return n.out(n.b.cast(n.loc, shape, n.type("shape_type")));
}

//===--- Arithmetic -------------------------------------------------------===//

LogicalResult tensorflow::outZeros(Node &n) {
  Edge edge = settled(n.inputs[0]);
  if (edge.value)
    return outList(n, filledLike(n, edge.value, 0), edge.list);
  List empty = *edge.list;
  Edge made = makeList(n, std::move(empty));
  n.outputs.push_back(made);
  return success(bool(made));
}

LogicalResult tensorflow::outSum(Node &n) {
  Edge sum;
  for (const Edge &given : n.inputs) {
    Edge edge = settled(given);
    if (!edge.list)
      return edge ? n.fail("adds lists and tensors") : failure();
    if (edge.value && sum.value && !(edge.value = n.emit<AddOp>({sum.value, edge.value})))
      return failure();
    if (edge.value || !sum)
      sum = edge;
  }
  n.outputs.push_back(sum);
  return success();
}

//===--- Many elements at once --------------------------------------------===//

/// The highest index plus 1, an i64 scalar; 0 where there are no indices.
static Value behindLast(Node &n, Value indices) {
  if (!indices)
    return {};
  indices = n.b.reshape(n.loc, n.b.cast(n.loc, indices, n.b.getI64Type()), {-1});
  Value all = n.b.concat(n.loc, {indices, n.b.integers(n.loc, {-1})});
  Value last = n.emit<ReduceMaxOp>(all, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  return n.emit<AddOp>({last, n.b.splat(n.loc, {}, n.b.getI64Type(), 1)});
}

/// True if the constant indices are all within the list.
static bool areWithin(Node &n, Value tensor, Value indices) {
  auto known = n.b.shapes.constantContents(indices);
  auto length = n.b.shapes.dims(tensor)[0].constant();
  return known && length && llvm::all_of(*known, [&](int64_t i) { return i < *length; });
}

Value tensorflow::listWithAll(Node &n, Value tensor, Value indices, Value items, bool mayGrow) {
  if (!indices || !items)
    return {};
  if (n.rank(indices) != 1 || n.rank(items) < 1)
    return n.refuse("needs a vector of indices, and an element for each");
  if (!tensor)
    return {};
  if (mayGrow && !areWithin(n, tensor, indices)) {
    Value length = lengthOf(n, tensor, n.b.getI64Type());
    tensor = resized(n, tensor, n.emit<MaximumOp>({length, behindLast(n, indices)}));
  }
  return n.emit<ScatterNdOp>({tensor, n.b.expandDims(n.loc, indices, {1}), items},
                             {{"mode", n.b.getStringAttr("update")}});
}

/// TensorListScatter and V2: (elements, indices, shape of an element, count).
static LogicalResult buildScatter(Node &n) {
  Value items = n.in(0), indices = n.in(1);
  List list;
  if (!items || !indices || failed(readShape(n, 2, list)))
    return failure();
  if (n.rank(items) < 1)
    return n.fail("needs an element for each index");
  list.element = n.element(items);
  Value count = behindLast(n, indices);
  if (n.size() > 3) { // -1: as many as the indices need
    Value given = n.b.cast(n.loc, n.in(3), n.b.getI64Type());
    Value isOpen = given ? n.emit<LessOp>({given, n.scalar(given, 0)}) : Value();
    count = n.emit<SelectOp>({isOpen, count, given});
  }
  if (failed(setLength(n, list, count)))
    return failure();
  list.block = n.b.getBlock();
  List *made = n.importer.newList(std::move(list));
  SmallVector<Dim, 4> element(n.b.shapes.dims(items).drop_front());
  return outList(n, listWithAll(n, materialize(n, *made, element), indices, items, false), made);
}

/// (list, elements, indices): longer if the indices ask for it.
static LogicalResult buildScatterInto(Node &n) {
  Edge edge = listOf(n, std::nullopt);
  Value items = n.in(1), indices = n.in(2);
  if (!edge || !items || !indices)
    return failure();
  if (!edge.value && n.rank(items) > 0) {
    SmallVector<Dim, 4> element(n.b.shapes.dims(items).drop_front());
    edge.value = materialize(n, *edge.list, element);
  }
  return outList(n, listWithAll(n, edge.value, indices, items, true), edge.list);
}

Value tensorflow::splitRows(Node &n, Value tensor, Value lengths) {
  if (!tensor || !lengths)
    return {};
  if (n.rank(tensor) < 1 || n.rank(lengths) != 1)
    return n.refuse("needs a tensor of rows, and a vector of lengths");
  SmallVector<Dim, 4> dims(n.b.shapes.dims(tensor));
  DimTable &table = n.b.shapes.table;
  Dim count = n.b.shapes.dims(lengths)[0];
  Dim each = table.floorDiv(dims[0], table.max(count, table.constant(1)));
  Value wide = n.b.cast(n.loc, lengths, n.b.getI64Type());
  Value isSame = n.emit<EqualOp>({wide, dimVector(n.b, n.loc, each)});
  Value all = n.emit<ReduceAllOp>(isSame, {{"axes", n.b.getDenseI64ArrayAttr({0})}});
  if (failed(
          n.require(all, "splits into elements of different lengths, which one list cannot hold")))
    return {};
  SmallVector<Dim, 4> shape = {count, each};
  shape.append(dims.begin() + 1, dims.end());
  return n.emit<ReshapeOp>({tensor, dimVector(n.b, n.loc, shape)});
}

/// (tensor, shape of an element, lengths)
static LogicalResult buildSplit(Node &n) {
  Value elements = splitRows(n, n.in(0), n.in(2));
  List list;
  if (!elements || failed(readShape(n, 1, list)))
    return failure();
  list.element = n.element(elements);
  list.length = n.b.shapes.dims(elements)[0];
  list.tensor = elements;
  list.block = n.b.getBlock();
  return outList(n, elements, n.importer.newList(std::move(list)));
}

/// The elements of one list, then those of the other. One that nothing was written to
/// and that has no elements adds none.
static LogicalResult buildConcatLists(Node &n) {
  SmallVector<Edge, 2> sides;
  for (size_t i = 0; i < 2; ++i) {
    sides.push_back(i < n.size() ? settled(n.inputs[i]) : Edge());
    if (!sides[i].list)
      return n.fail("input " + Twine(i) + " is not a list");
  }
  for (int i = 0; i < 2; ++i) {
    Edge &own = sides[i], &other = sides[1 - i];
    if (own.value)
      continue;
    if (!other.value)
      return n.fail("joins lists of which nothing tells the shape of the elements");
    SmallVector<Dim, 4> element(n.b.shapes.dims(other.value).drop_front());
    own.value = materialize(n, *own.list, element);
    if (!own.value)
      return failure();
  }
  return outList(n, n.b.concat(n.loc, {sides[0].value, sides[1].value}), sides[0].list);
}

static LogicalResult buildPushBackBatch(Node &n) {
  return n.fail("pushes to several lists at once, which cannot be compiled yet",
                "push to each list by itself");
}

void tensorflow::addListRows(RowTable &t) {
  auto add = [&](StringRef op, Build build, StringRef note = "") { t[op] = {build, "list", note}; };
  add("TensorListReserve", buildReserve, "elements of one shape");
  add("TensorListFromTensor", buildFromTensor);
  add("TensorListSetItem", buildSetItem);
  add("TensorListGetItem", buildGetItem);
  add("TensorListGather", buildGather);
  add("TensorListStack", buildStack);
  add("TensorListLength", buildLength);
  add("TensorListElementShape", buildElementShape);
  static constexpr StringLiteral concatPorts[] = {"tensor", "lengths"};
  for (StringRef op : {"TensorListConcat", "TensorListConcatV2"})
    t[op] = {buildConcat, "list", "", concatPorts};
  add("TensorListScatter", buildScatter);
  add("TensorListScatterV2", buildScatter);
  add("TensorListScatterIntoExistingList", buildScatterInto);
  add("TensorListSplit", buildSplit, "elements of one length");
  add("TensorListConcatLists", buildConcatLists);
  add("TensorListPushBackBatch", buildPushBackBatch, "refused");
}
