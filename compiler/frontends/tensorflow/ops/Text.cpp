#include "compiler/frontends/tensorflow/ops/Text.h"
#include "compiler/frontends/compositions/Compositions.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "compiler/frontends/tensorflow/ops/Bitcast.h"
#include "compiler/frontends/tensorflow/ops/Loop.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

//===--- Strings ----------------------------------------------------------===//

Value tensorflow::textConstant(Node &n, StringRef text) {
  Type byte = n.b.getIntegerType(8, /*isSigned=*/false);
  auto type = RankedTensorType::get({int64_t(text.size())}, byte);
  return n.b.constant(n.loc, n.b.elements(type, {text.data(), text.size()}, false, nullptr));
}

Value tensorflow::textOf(Node &n, size_t i) {
  if (i < n.size() && n.inputs[i].isText)
    return n.inputs[i].value;
  return n.refuse(
      "input " + Twine(i) +
      (i < n.size() ? " is not one string, and others cannot be compiled yet" : " is missing"));
}

static LogicalResult outText(Node &n, Value text) {
  n.outputs = {Edge::text(text)};
  return success(bool(text));
}

LogicalResult TextBuilder::append(const Edge &edge) {
  if (edge.strings)
    return appendStrings(*edge.strings);
  if (edge.isText)
    return appendString(edge.value), success();
  if (!edge.isTensor())
    return n.fail("shows what is not a tensor");
  return appendTensor(edge.value), success();
}

void TextBuilder::appendGap(size_t rank, size_t dim) {
  size_t inner = rank - dim - 1;
  text += inner == 0 || style == INGOT_LEGACY
              ? " "
              : std::string(inner, '\n') + std::string(dim + 1, ' ');
}

/// As the host shows other tensors: the first and the last elements.
void TextBuilder::appendDimension(const Tensor &tensor, size_t dim, int64_t offset, int64_t limit) {
  if (dim == tensor.shape.size())
    return appendString(textConstant(n, tensor.strings[tensor.splat ? 0 : offset]));
  int64_t count = tensor.shape[dim], stride = 1;
  for (int64_t extent : ArrayRef(tensor.shape).drop_front(dim + 1))
    stride *= extent;
  text += "[";
  for (int64_t i = 0; i < count; ++i) {
    bool isSkipped = i >= limit && i < count - limit;
    if (isSkipped && i > limit)
      continue;
    if (i > 0)
      appendGap(tensor.shape.size(), dim);
    if (isSkipped)
      text += "...";
    else
      appendDimension(tensor, dim + 1, offset + i * stride, limit);
  }
  text += "]";
}

/// How many strings of a constant are shown at most: each is an operand of its own.
constexpr int64_t kMaxShownStrings = 1000;

LogicalResult TextBuilder::appendStrings(const proto::NodeDef &node) {
  Attributes attrs(node);
  Tensor tensor = attrs.getTensor("value");
  int64_t count = tensor.elementCount();
  int64_t limit = summarize < 0 || summarize > count ? count : summarize;
  int64_t shown = 1;
  for (int64_t extent : tensor.shape)
    shown *= std::min(extent, 2 * limit + 1);
  if (shown > kMaxShownStrings)
    return n.fail("shows more than " + Twine(kMaxShownStrings) + " strings");
  if (style != INGOT_LEGACY)
    return appendDimension(tensor, 0, 0, limit), success();
  if (tensor.shape.size() > 1 || tensor.strings.empty())
    return n.fail("shows a matrix of strings, which cannot be compiled yet");
  for (int64_t i = 0; i < limit; ++i) {
    text += i ? " " : "";
    appendString(textConstant(n, tensor.strings[tensor.splat ? 0 : i]));
  }
  text += count > limit ? "..." : "";
  return success();
}

Value TextBuilder::build() {
  if (values.empty())
    return textConstant(n, text);
  Builder &b = n.b;
  ends.push_back(text.size());
  return n.emit<FormatOp>(values, {{"text", b.getStringAttr(text)},
                                   {"ends", b.getDenseI64ArrayAttr(ends)},
                                   {"strings", b.getDenseI64ArrayAttr(strings)},
                                   {"style", b.getI32IntegerAttr(style)},
                                   {"summarize", b.getI64IntegerAttr(summarize)},
                                   {"precision", b.getI32IntegerAttr(precision)},
                                   {"width", b.getI32IntegerAttr(width)},
                                   {"flag", b.getI32IntegerAttr(flag)}});
}

//===--- Rows that make strings -------------------------------------------===//

static LogicalResult buildStringFormat(Node &n) {
  StringRef format = n.attrs.getString("template", "%s");
  StringRef placeholder = n.attrs.getString("placeholder", "%s");
  TextBuilder text(n, INGOT_SUMMARY, n.attrs.getInt("summarize", 3));
  if (placeholder.empty())
    return n.fail("the placeholder is empty");
  for (const Edge &edge : n.inputs) {
    auto [before, behind] = format.split(placeholder);
    if (before.size() == format.size())
      return n.fail("has more tensors than placeholders");
    text.append(before);
    if (failed(text.append(edge)))
      return failure();
    format = behind;
  }
  text.append(format);
  return outText(n, text.build());
}

static LogicalResult buildStringJoin(Node &n) {
  StringRef separator = n.attrs.getString("separator", "");
  TextBuilder text(n, INGOT_PLAIN);
  for (size_t i = 0; i < n.size(); ++i) {
    Value part = textOf(n, i);
    if (!part)
      return failure();
    text.append(i ? separator : "");
    text.appendString(part);
  }
  return outText(n, text.build());
}

/// a + b
static LogicalResult buildSum(Node &n) {
  Value a = textOf(n, 0), c = a ? textOf(n, 1) : Value();
  if (!c)
    return failure();
  TextBuilder text(n, INGOT_PLAIN);
  text.appendString(a);
  text.appendString(c);
  return outText(n, text.build());
}

static LogicalResult buildAsString(Node &n) {
  bool isScientific = n.attrs.getBool("scientific", false);
  bool isShortest = n.attrs.getBool("shortest", false);
  StringRef fill = n.attrs.getString("fill", "");
  Value x = n.in(0);
  if (!x)
    return failure();
  if (isScientific && isShortest)
    return n.fail("is both scientific and shortest");
  if (fill.size() > 1 || (fill.size() == 1 && !StringRef(" +-0").contains(fill[0])))
    return n.fail("the fill is not one of \" \", \"+\", \"-\", \"0\"");
  if (n.rank(x) != 0)
    return n.fail("makes several strings, which cannot be compiled yet");
  TextBuilder text(n, isScientific ? INGOT_SCIENTIFIC : isShortest ? INGOT_SHORTEST : INGOT_FIXED);
  constexpr int64_t most = 1 << 16;
  int64_t precision = n.attrs.getInt("precision", -1), width = n.attrs.getInt("width", -1);
  if (precision > most || width > most)
    return n.fail("asks for more than " + Twine(most) + " characters");
  text.precision = std::max<int64_t>(precision, -1);
  text.width = std::max<int64_t>(width, -1);
  text.flag = fill.empty() ? 0 : fill[0];
  if (failed(text.append(n.inputs[0])))
    return failure();
  return outText(n, text.build());
}

//===--- Rows that read strings -------------------------------------------===//

static LogicalResult buildStringLength(Node &n) {
  Value text = textOf(n, 0);
  if (!text)
    return failure();
  if (n.attrs.getString("unit", "BYTE") == "UTF8_CHAR") {
    // All bytes but those that go on with a character: 10xxxxxx.
    Value mask = n.scalar(text, 0xC0), goesOn = n.scalar(text, 0x80);
    Value starts = n.emit<NotEqualOp>({n.emit<AndOp>({text, mask}), goesOn});
    Value counted = n.b.cast(n.loc, starts, n.b.getI32Type());
    return n.out(n.emit<ReduceSumOp>(
        counted, {{"axes", n.b.getDenseI64ArrayAttr({0})}, {"keep_dims", n.b.getBoolAttr(false)}}));
  }
  Value length = n.b.reshape(n.loc, n.b.shapeOf(n.loc, text), {});
  return n.out(n.b.cast(n.loc, length, n.b.getI32Type()));
}

/// The bytes of a string as numbers of another type.
static LogicalResult buildDecodeRaw(Node &n) {
  Type to = n.type("out_type");
  Value bytes = textOf(n, 0);
  if (!bytes)
    return failure();
  if (to.isInteger(1))
    return n.out(n.emit<NotEqualOp>({bytes, n.scalar(bytes, 0)}));
  int64_t size = elementBytes(to), parts = isa<ComplexType>(to) ? 2 : 1;
  DimTable &table = n.b.shapes.table;
  Dim length = n.b.shapes.dims(bytes)[0], each = table.constant(size);
  if (failed(n.requireSame(table.mul(table.floorDiv(length, each), each), length,
                           "the bytes do not make whole numbers")))
    return failure();
  if (!n.attrs.getBool("little_endian", true))
    bytes = reversed(n, n.b.reshape(n.loc, bytes, {-1, parts, size / parts}), {2});
  SmallVector<int64_t, 2> shape = {-1};
  if (size > 1)
    shape.push_back(size);
  bytes = bytes ? n.b.reshape(n.loc, bytes, shape) : Value();
  return bytes ? n.out(emitBitcast(n, bytes, to)) : failure();
}

/// Whether two strings are the same, a boolean scalar.
static Value areEqual(Node &n) {
  Value a = textOf(n, 0), c = a ? textOf(n, 1) : Value();
  if (!c)
    return {};
  auto length = [&](Value v) { return n.b.reshape(n.loc, n.b.shapeOf(n.loc, v), {}); };
  Value isSize = n.emit<EqualOp>({length(a), length(c)});
  auto all = choose(
      n, isSize,
      [&]() -> FailureOr<Values> {
        Value zero = n.b.integers(n.loc, {0}), one = n.b.shapeOf(n.loc, a);
        Value other = slice(n, c, zero, one);
        Value same = n.emit<EqualOp>({a, other});
        Value all = n.emit<ReduceAllOp>(
            same, {{"axes", n.b.getDenseI64ArrayAttr({0})}, {"keep_dims", n.b.getBoolAttr(false)}});
        return all ? FailureOr<Values>(Values{all}) : FailureOr<Values>(failure());
      },
      [&]() -> FailureOr<Values> { return Values{n.b.splat(n.loc, {}, n.b.getI1Type(), 0)}; });
  return failed(all) ? Value() : (*all)[0];
}

static LogicalResult buildEqual(Node &n) { return n.out(areEqual(n)); }

static LogicalResult buildNotEqual(Node &n) {
  Value equal = areEqual(n);
  return equal ? n.out(n.emit<NotOp>(equal)) : failure();
}

//===--- Effects ----------------------------------------------------------===//

static LogicalResult print(Node &n, Value text, int32_t stream) {
  if (!text)
    return failure();
  PrintOp::create(n.b, n.loc, text, stream);
  return success();
}

static LogicalResult buildPrintV2(Node &n) {
  StringRef stream = n.attrs.getString("output_stream", "stderr");
  StringRef end = n.attrs.getString("end", "\n");
  Value text = textOf(n, 0);
  if (!text)
    return failure();
  if (stream.starts_with("file://"))
    return n.fail("prints to a file, which cannot be compiled yet");
  TextBuilder line(n, INGOT_PLAIN);
  line.appendString(text);
  line.append(end);
  return print(n, end.empty() ? text : line.build(), stream == "stdout" ? 1 : 2);
}

/// Counts its calls where it prints the first ones only.
static LogicalResult buildPrint(Node &n) {
  Value x = n.in(0);
  int64_t first = n.attrs.getInt("first_n", -1);
  TextBuilder text(n, INGOT_LEGACY, n.attrs.getInt("summarize", 3));
  if (!x)
    return failure();
  text.append(n.attrs.getString("message", ""));
  for (const Edge &edge : n.inputs.drop_front()) {
    text.append("[");
    if (failed(text.append(edge)))
      return failure();
    text.append("]");
  }
  text.append("\n");
  if (first < 0)
    return failed(print(n, text.build(), 2)) ? failure() : n.out(x);
  StateVariable calls{n.importer.generator(n), RankedTensorType::get({}, n.b.getI64Type())};
  Value count = ingot::readVariable(n, calls);
  Value isFirst = n.emit<LessOp>({count, n.scalar(count, double(first))});
  Value next = n.emit<AddOp>({count, n.scalar(count, 1)});
  if (!isFirst || !next || failed(ingot::assignVariable(n, calls, next)))
    return failure();
  auto printed = choose(
      n, isFirst,
      [&]() -> FailureOr<Values> {
        return failed(print(n, text.build(), 2)) ? FailureOr<Values>(failure()) : Values{};
      },
      [&]() -> FailureOr<Values> { return Values{}; });
  return failed(printed) ? failure() : n.out(x);
}

/// The data of an assertion if all of it is known now.
static std::optional<std::string> knownMessage(Node &n) {
  std::string message = "assertion failed:";
  for (const Edge &edge : n.inputs.drop_front()) {
    DenseElementsAttr bytes;
    if (!edge.isText || !matchPattern(edge.value, m_Constant(&bytes)))
      return std::nullopt;
    message += " [";
    for (APInt byte : bytes.getValues<APInt>())
      message += char(byte.getZExtValue());
    message += "]";
  }
  return message;
}

/// The data of an assertion as TensorFlow shows it, with a zero byte at its end.
static Value assertedText(Node &n) {
  TextBuilder text(n, INGOT_LEGACY, n.attrs.getInt("summarize", 3));
  text.append("assertion failed:");
  for (const Edge &edge : n.inputs.drop_front()) {
    text.append(" [");
    if (failed(text.append(edge)))
      return {};
    text.append("]");
  }
  text.append(StringRef("\0", 1));
  return text.build();
}

static LogicalResult buildAssert(Node &n) {
  Value input = n.in(0), condition = input ? conditionOf(n, input) : Value();
  if (!condition)
    return failure();
  DenseIntElementsAttr known;
  if (matchPattern(condition, m_Constant(&known)) && known.getValues<bool>()[0])
    return success();
  if (auto message = knownMessage(n)) {
    AssertOp::create(n.b, n.loc, condition, *message);
    return success();
  }
  auto nothing = [&]() -> FailureOr<Values> { return Values{}; };
  auto checked = choose(n, condition, nothing, [&]() -> FailureOr<Values> {
    Value text = assertedText(n), never = n.b.splat(n.loc, {}, n.b.getI1Type(), 0);
    if (!text)
      return failure();
    AssertOp::create(n.b, n.loc, never, n.b.getStringAttr("assertion failed"), text);
    return Values{};
  });
  return failure(failed(checked));
}

static LogicalResult buildTimestamp(Node &n) { return n.out(n.emit<TimestampOp>(ValueRange())); }

void tensorflow::addTextRows(RowTable &t) {
  constexpr StringRef scalars = "scalars";
  auto add = [&](StringRef op, Build build, StringRef note = "") { t[op] = {build, "text", note}; };
  add("StringFormat", buildStringFormat);
  add("StringJoin", buildStringJoin, scalars);
  add("AsString", buildAsString, scalars);
  add("StringLength", buildStringLength, scalars);
  add("DecodeRaw", buildDecodeRaw, scalars);
  add("PrintV2", buildPrintV2);
  add("Print", buildPrint);
  add("Assert", buildAssert);
  add("Timestamp", buildTimestamp);
  t["Add"].ofText = t["AddV2"].ofText = buildSum;
  t["Equal"].ofText = buildEqual;
  t["NotEqual"].ofText = buildNotEqual;
}
