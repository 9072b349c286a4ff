#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// TensorArrays of TensorFlow 1. The elements travel along the flow edges, as those
// of a list; the handle only says which array is meant.

/// The flow that is input i, with its list.
static Edge flowOf(Node &n, size_t i) {
  Edge edge = i < n.size() ? settled(n.inputs[i]) : Edge();
  if (!edge.list)
    return (void)n.fail("input " + Twine(i) + " is no flow of a TensorArray"), Edge();
  return edge;
}

/// The flow with the elements that were written; an error if there are none.
static Edge writtenFlow(Node &n, size_t i) {
  Edge edge = flowOf(n, i);
  if (edge && !edge.value)
    return (void)n.fail("reads a TensorArray of which no element is written"), Edge();
  return edge;
}

static LogicalResult outFlow(Node &n, Value value, List *list) {
  n.outputs.push_back(Edge(value, list));
  return success(bool(value));
}

static LogicalResult buildArray(Node &n) {
  List list;
  list.element = n.type("dtype");
  if (failed(setLength(n, list, n.in(0))))
    return failure();
  Shape shape = n.attrs.getShape("element_shape", Shape());
  list.ranked = shape.ranked;
  for (int64_t extent : shape.dims)
    list.shape.push_back(extent < 0 ? Dim() : n.b.shapes.constant(extent));
  list.mayGrow = n.attrs.getBool("dynamic_size", false);
  Edge flow = makeList(n, std::move(list));
  n.outputs = {Edge(Value(), flow.list), flow};
  return success(bool(flow));
}

/// (handle, index, value, flow)
static LogicalResult buildWrite(Node &n) {
  Edge flow = flowOf(n, 3);
  Value index = n.in(1), item = n.in(2);
  if (!flow || !index || !item || !tensorFor(n, flow, item))
    return failure();
  return outFlow(n, listWith(n, flow.value, index, item, flow.list->mayGrow), flow.list);
}

/// (handle, index, flow)
static LogicalResult buildRead(Node &n) {
  Edge flow = writtenFlow(n, 2);
  return flow ? n.out(n.emit<ListGetOp>({flow.value, n.in(1)})) : failure();
}

/// (handle, indices, flow)
static LogicalResult buildGather(Node &n) {
  Edge flow = writtenFlow(n, 2);
  if (!flow)
    return failure();
  return n.out(n.emit<GatherOp>({flow.value, n.in(1)}, {{"axis", n.b.getI64IntegerAttr(0)}}));
}

/// (handle, indices, values, flow)
static LogicalResult buildScatter(Node &n) {
  Edge flow = flowOf(n, 3);
  Value indices = n.in(1), values = n.in(2);
  if (!flow || !indices || !values)
    return failure();
  if (!flow.value && n.rank(values) > 0) {
    SmallVector<Dim, 4> element(n.b.shapes.dims(values).drop_front());
    flow.value = materialize(n, *flow.list, element);
  }
  return outFlow(n, listWithAll(n, flow.value, indices, values, flow.list->mayGrow), flow.list);
}

/// (handle, value, lengths, flow): writes the elements from the first on.
static LogicalResult buildSplit(Node &n) {
  Edge flow = flowOf(n, 3);
  Value elements = splitRows(n, n.in(1), n.in(2));
  if (!flow || !elements)
    return failure();
  Dim count = n.b.shapes.dims(elements)[0];
  if (!flow.list->mayGrow && count != flow.list->length) {
    Value same =
        n.emit<EqualOp>({dimVector(n.b, n.loc, count), dimVector(n.b, n.loc, flow.list->length)});
    if (!same || failed(n.require(n.b.reshape(n.loc, same, {}),
                                  "the array has not the size of the lengths")))
      return failure();
  }
  return outFlow(n, elements, flow.list);
}

/// (handle, flow)
static LogicalResult buildConcat(Node &n) {
  Edge flow = writtenFlow(n, 1);
  return flow ? outConcatenated(n, flow.value) : failure();
}

/// (handle, flow)
static LogicalResult buildSize(Node &n) {
  Edge flow = writtenFlow(n, 1);
  if (!flow)
    return failure();
  Value count = n.b.squeeze(n.loc, extent(n, flow.value, 0), 0);
  return n.out(n.b.cast(n.loc, count, n.b.getI32Type()));
}

static LogicalResult buildClose(Node &) { return success(); }

void tensorflow::addTensorArrayRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "list", ""}; };
  static constexpr llvm::StringLiteral ports[] = {"handle", "flow"};
  t["TensorArrayV3"] = {buildArray, "list", "elements of one shape", ports};
  add("TensorArrayWriteV3", buildWrite);
  add("TensorArrayReadV3", buildRead);
  add("TensorArrayGatherV3", buildGather);
  add("TensorArrayScatterV3", buildScatter);
  t["TensorArraySplitV3"] = {buildSplit, "list", "elements of one length"};
  static constexpr llvm::StringLiteral concatPorts[] = {"value", "lengths"};
  t["TensorArrayConcatV3"] = {buildConcat, "list", "", concatPorts};
  add("TensorArraySizeV3", buildSize);
  add("TensorArrayCloseV3", buildClose);
}
