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

/// The part of the edge that is a list of the node's elements, whose shape is input
/// `shapeInput`.
static Edge listPart(Node &n, const Edge &edge, std::optional<size_t> shapeInput) {
  if (!edge.list || edge.list->alternatives.empty())
    return edge;
  DataType element = n.attrs.getType("element_dtype");
  Value shape = shapeInput ? n.in(*shapeInput) : Value();
  std::optional<int64_t> rank;
  if (shape && n.rank(shape) == 1)
    rank = n.b.shapes.dims(shape)[0].constant();
  auto fits = [&](const Edge &part) {
    if (part.list->isOptional || part.list->ofHandles != (element == DataType::Variant))
      return false;
    return part.list->ofHandles ||
           (n.element(part.value) == elementType(n.b.getContext(), element) &&
            (!rank || n.rank(part.value) == *rank + 1));
  };
  SmallVector<Edge> parts = partsOf(n, edge);
  auto *found = llvm::find_if(parts, fits);
  return found == parts.end() ? edge : *found;
}

/// Input 0 as a stack, of which only the end is read.
static Edge stackOf(Node &n, std::optional<size_t> shapeInput) {
  Edge edge = n.size() > 0 ? listPart(n, settled(n.inputs[0]), shapeInput) : Edge();
  if (edge.list && !n.inputs[0].list->alternatives.empty() && !edge.list->isOptional)
    return edge;
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

SmallVector<Edge> tensorflow::partsOf(Node &n, const Edge &edge) {
  SmallVector<Edge> parts;
  auto add = [&](const Edge &e) {
    List bare = *e.list;
    bare.alternatives.clear();
    if (e.value)
      parts.push_back(Edge(e.value, n.importer.newList(std::move(bare))));
  };
  add(edge);
  llvm::for_each(edge.list->alternatives, add);
  return parts;
}

Edge tensorflow::joined(Node &n, ArrayRef<Edge> parts) {
  List list = *parts.front().list;
  llvm::append_range(list.alternatives, parts.drop_front());
  return Edge(parts.front().value, n.importer.newList(std::move(list)));
}

static bool areAlike(const List &a, const List &b) {
  if (a.isOptional != b.isOptional || a.ofHandles != b.ofHandles)
    return false;
  return !a.item || !b.item || areAlike(*a.item, *b.item);
}

bool tensorflow::areAlike(Node &n, const Edge &a, const Edge &b) {
  return ::areAlike(*a.list, *b.list) && n.rank(a.value) == n.rank(b.value) &&
         n.element(a.value) == n.element(b.value);
}

/// An Optional of a handle.
static Edge optionalOf(Node &n, const Edge &handle) {
  List optional;
  optional.isOptional = optional.ofHandles = true;
  optional.item = kindOf(n, *handle.list);
  return handleLike(n, optional, handle.value);
}

/// OptionalFromValue, of one component.
static LogicalResult buildOptional(Node &n) {
  if (n.size() != 1)
    return n.fail("an Optional of several tensors cannot be compiled yet");
  Edge value = settled(n.inputs[0]);
  if (!value.list) {
    List optional;
    optional.isOptional = true;
    if ((value.value = n.in(0)))
      n.outputs.push_back(handleLike(n, optional, value.value));
    return success(bool(value.value));
  }
  SmallVector<Edge> parts;
  for (const Edge &part : partsOf(n, value))
    parts.push_back(optionalOf(n, part));
  n.outputs.push_back(parts.empty() ? optionalOf(n, value) : joined(n, parts));
  return success();
}

static LogicalResult buildOptionalNone(Node &n) {
  List optional;
  optional.isOptional = true;
  n.outputs.push_back(handleLike(n, optional, Value()));
  return success();
}

/// Whether the Optional holds a tensor of the type and rank that the node reads.
static bool holds(Node &n, const Edge &optional, DataType type, const Shape &shape) {
  bool hasRank = !shape.ranked || n.rank(optional.value) == int64_t(shape.dims.size());
  return !optional.list->ofHandles && hasRank &&
         n.element(optional.value) == elementType(n.b.getContext(), type);
}

/// What a handle in an Optional is: it may be one of several, as the Optional.
static Edge handleIn(Node &n, const Edge &optional) {
  SmallVector<Edge> handles;
  for (const Edge &part : partsOf(n, optional))
    if (part.list->ofHandles && part.list->item) {
      handles.push_back(handleLike(n, *part.list->item, part.value));
      handles.back().list->isPadded |= part.list->isPadded;
    }
  return handles.empty() ? handleLike(n, *optional.list->item, Value()) : joined(n, handles);
}

/// Which of the branches that save values in Optionals was taken, is known to those who
/// read them: one without a value is never read.
static LogicalResult buildOptionalValue(Node &n) {
  Edge edge = n.size() > 0 ? settled(n.inputs[0]) : Edge();
  std::vector<DataType> types = n.attrs.getTypes("output_types");
  std::vector<Shape> shapes = n.attrs.getShapes("output_shapes");
  if (!edge.list || !edge.list->isOptional) {
    // One of several handles that an Optional held: that which is an Optional itself.
    auto parts = edge.list ? partsOf(n, edge) : SmallVector<Edge>();
    auto *found = llvm::find_if(parts, [](const Edge &e) { return e.list->isOptional; });
    if (found == parts.end())
      return n.fail("input 0 is not an Optional");
    edge = joined(n, ArrayRef(found, parts.end()));
  }
  if (types.size() != 1 || shapes.size() != 1)
    return n.fail("an Optional of several tensors cannot be compiled yet");
  if (types[0] == DataType::Variant) {
    auto holdsHandle = [](const Edge &e) { return e.list->ofHandles && e.list->item; };
    SmallVector<Edge> parts = partsOf(n, edge);
    auto *found = llvm::find_if(parts, holdsHandle);
    if (found == parts.end() && !holdsHandle(edge))
      return n.fail("reads an Optional that has no value");
    return n.outputs.push_back(handleIn(n, edge)), success();
  }
  for (const Edge &part : partsOf(n, edge))
    if (holds(n, part, types[0], shapes[0]))
      return n.out(part.value);
  return n.fail("reads an Optional that has no value");
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
