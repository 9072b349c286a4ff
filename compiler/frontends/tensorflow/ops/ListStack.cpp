#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/List.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Lists as stacks, and what is kept on them: tensors, and the lists and Optionals that
// gradients of loops within loops and of branches within loops save.

/// Without elements; the first push tells the shape of those whose shape is open.
static LogicalResult buildEmpty(Node &n) {
  List list;
  list.ofHandles = n.attrs.getType("element_dtype") == DataType::Variant;
  if (!list.ofHandles) {
    list.element = n.type("element_dtype");
    if (failed(readShape(n, 0, list)))
      return failure();
  }
  list.length = n.b.shapes.constant(0);
  n.outputs.push_back(makeList(n, std::move(list)));
  return success(bool(n.outputs.back()));
}

/// Input 0 as a stack, of which only the end is read.
static Edge stackOf(Node &n, std::optional<size_t> shapeInput) {
  Edge edge = n.size() > 0 ? settled(n.inputs[0]) : Edge();
  bool isStack = edge.list && (edge.list->isPadded || edge.list->ofHandles);
  return isStack && !edge.list->isOptional ? edge : listOf(n, shapeInput);
}

//===--- Lists and Optionals as elements ----------------------------------===//

/// What is known of all lists that one list holds: nothing that is of one of them alone.
static const List *kindOf(Node &n, const List &list) {
  List kind;
  kind.element = list.element;
  kind.isOptional = list.isOptional;
  kind.ofHandles = list.ofHandles;
  kind.item = list.item;
  kind.padsItems = list.padsItems;
  kind.isPadded = list.isPadded;
  return n.importer.newList(std::move(kind));
}

Edge tensorflow::handleLike(Node &n, const List &kind, Value tensor) {
  List list = kind;
  list.tensor = tensor;
  list.length = n.b.shapes.constant(0);
  list.block = n.b.getBlock();
  if (tensor && !list.isOptional)
    list.length = n.b.shapes.dims(tensor)[0];
  return Edge(tensor, n.importer.newList(std::move(list)));
}

/// How many of an element's first dimensions are lengths of lists.
static int64_t depthOf(const List &list) {
  int64_t inner = list.ofHandles && list.item ? depthOf(*list.item) : 0;
  return list.isOptional ? inner : inner + 1;
}

/// A list that holds handles like `item`, whose lists are as long as the longest one so
/// far; of those whose length is not known where the list is made, none yet.
static Value materializeHandles(Node &n, List &list, const Edge &item) {
  SmallVector<Dim, 4> dims(n.b.shapes.dims(item.value));
  for (int64_t d = 0; d < depthOf(*item.list); ++d)
    if (!isVisible(n.b.shapes.table, dims[d], list.block))
      dims[d] = n.b.shapes.constant(0);
  list.element = n.element(item.value);
  return materialize(n, list, dims);
}

/// x with zeros in front of dimension `axis`, `length` long.
static Value paddedFront(Node &n, Value x, int64_t axis, Dim length) {
  SmallVector<Dim, 4> dims(n.b.shapes.dims(x));
  dims[axis] = n.b.shapes.table.sub(length, dims[axis]);
  if (dims[axis].is(0))
    return x;
  Value zeros = n.emit<BroadcastToOp>({n.scalar(x, 0), dimVector(n.b, n.loc, dims)});
  return zeros ? n.b.concat(n.loc, {zeros, x}, axis) : zeros;
}

/// The stack [N, lengths.., E..] with an item [lengths.., E..]: the shorter lists have
/// zeros in front.
static Value pushItem(Node &n, List &list, Value stack, const Edge &item) {
  Value one = item.value;
  for (int64_t d = 0; d < depthOf(*item.list) && stack && one; ++d) {
    Dim own = n.b.shapes.dims(stack)[d + 1], other = n.b.shapes.dims(one)[d];
    if (own == other)
      continue;
    Dim length = n.b.shapes.table.max(own, other);
    list.padsItems = true;
    stack = paddedFront(n, stack, d + 1, length);
    one = paddedFront(n, one, d, length);
  }
  return stack && one ? n.b.concat(n.loc, {stack, n.b.expandDims(n.loc, one, {0})}) : Value();
}

/// What nothing was ever written to is nothing that is ever read.
static LogicalResult pushHandle(Node &n, Edge stack, Edge item) {
  List &list = *stack.list;
  if (!list.ofHandles)
    return n.fail("a list is pushed to a list of tensors");
  if (!item.list->alternatives.empty())
    return n.fail("saves what branches save as values of several types");
  list.item = kindOf(n, *item.list);
  if (!item.value && !stack.value)
    return n.outputs.push_back(stack), success();
  if (!item.value)
    return n.fail("a list without elements is pushed to one of lists that have some");
  if (!stack.value && !(stack.value = materializeHandles(n, list, item)))
    return failure();
  return outList(n, pushItem(n, list, stack.value, item), &list);
}

/// A list or an Optional with the tensor of the last element.
static Edge poppedHandle(Node &n, const List &list, Value tensor) {
  Edge handle = handleLike(n, list.item ? *list.item : List(), tensor);
  handle.list->isPadded |= list.padsItems;
  handle.list->padsItems |= list.padsItems && handle.list->ofHandles;
  return handle;
}

//===--- Rows -------------------------------------------------------------===//

static LogicalResult buildPushBack(Node &n) {
  Edge edge = stackOf(n, std::nullopt);
  Edge given = n.size() > 1 ? settled(n.inputs[1]) : Edge();
  if (edge && given.list)
    return pushHandle(n, edge, given);
  Value item = n.in(1);
  if (!edge || !item || !tensorFor(n, edge, item))
    return failure();
  Value one = n.b.expandDims(n.loc, item, {0});
  return outList(n, n.b.concat(n.loc, {edge.value, one}), edge.list);
}

static LogicalResult buildPopBack(Node &n) {
  Edge edge = stackOf(n, 1);
  if (!edge)
    return failure();
  if (edge.list->ofHandles && !edge.value) {
    n.outputs = {edge, poppedHandle(n, *edge.list, Value())};
    return success();
  }
  Value length = lengthOf(n, edge.value, n.b.getI32Type());
  Value last = n.emit<SubOp>({length, n.scalar(length, 1)});
  Value item = n.emit<ListGetOp>({edge.value, last}); // none in an empty list: a status
  if (!item || failed(outList(n, resized(n, edge.value, last), edge.list)))
    return failure();
  if (!edge.list->ofHandles)
    return n.out(item);
  n.outputs.push_back(poppedHandle(n, *edge.list, item));
  return success();
}

static LogicalResult buildResize(Node &n) {
  Edge edge = listOf(n, std::nullopt);
  Value count = n.in(1);
  if (!edge || !count)
    return failure();
  if (!edge.value)
    return n.fail("the shape of the list's elements is not known yet");
  return outList(n, resized(n, edge.value, count), edge.list);
}

//===--- Optionals --------------------------------------------------------===//

/// OptionalFromValue, of one component.
static LogicalResult buildOptional(Node &n) {
  if (n.size() != 1)
    return n.fail("an Optional of several tensors cannot be compiled yet");
  List optional;
  optional.isOptional = true;
  Edge value = settled(n.inputs[0]);
  if (value.list) {
    if (!value.list->alternatives.empty())
      return n.fail("saves what branches save as values of several types");
    optional.ofHandles = true;
    optional.item = kindOf(n, *value.list);
  } else if (!(value.value = n.in(0))) {
    return failure();
  }
  n.outputs.push_back(handleLike(n, optional, value.value));
  return success();
}

static LogicalResult buildOptionalNone(Node &n) {
  List optional;
  optional.isOptional = true;
  n.outputs.push_back(handleLike(n, optional, Value()));
  return success();
}

/// Whether the Optional holds what the node reads.
static bool holds(Node &n, const Edge &optional, DataType type, const Shape &shape) {
  if (type == DataType::Variant || optional.list->ofHandles || !optional.value)
    return type == DataType::Variant && optional.list->ofHandles;
  bool hasRank = !shape.ranked || n.rank(optional.value) == int64_t(shape.dims.size());
  return hasRank && n.element(optional.value) == elementType(n.b.getContext(), type);
}

/// That of the Optional's alternatives which holds what the node reads.
static Edge chosenAlternative(Node &n, const Edge &optional) {
  std::vector<DataType> types = n.attrs.getTypes("output_types");
  std::vector<Shape> shapes = n.attrs.getShapes("output_shapes");
  if (types.size() != 1 || shapes.size() != 1)
    return optional;
  for (const Edge &other : optional.list->alternatives)
    if (!holds(n, optional, types[0], shapes[0]) && holds(n, other, types[0], shapes[0]))
      return other;
  return optional;
}

/// Which of the branches that save values in Optionals was taken, is known to those who
/// read them: one without a value is never read.
static LogicalResult buildOptionalValue(Node &n) {
  Edge edge = n.size() > 0 ? settled(n.inputs[0]) : Edge();
  if (!edge.list || !edge.list->isOptional)
    return n.fail("input 0 is not an Optional");
  edge = chosenAlternative(n, edge);
  if (edge.list->ofHandles && edge.list->item) {
    n.outputs.push_back(handleLike(n, *edge.list->item, edge.value));
    n.outputs.back().list->isPadded |= edge.list->isPadded;
    return success();
  }
  return edge.value ? n.out(edge.value) : n.fail("reads an Optional that has no value");
}

void tensorflow::addListStackRows(RowTable &t) {
  auto add = [&](StringRef op, Build build, StringRef note = "") { t[op] = {build, "list", note}; };
  add("EmptyTensorList", buildEmpty, "elements of one shape");
  add("TensorListPushBack", buildPushBack);
  static constexpr StringLiteral popPorts[] = {"output_handle", "tensor"};
  t["TensorListPopBack"] = {buildPopBack, "list", "", popPorts};
  add("TensorListResize", buildResize);
  add("OptionalFromValue", buildOptional, "of one tensor");
  add("OptionalNone", buildOptionalNone);
  add("OptionalGetValue", buildOptionalValue, "of one tensor");
}
