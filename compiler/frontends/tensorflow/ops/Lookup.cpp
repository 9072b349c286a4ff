#include "compiler/frontends/tensorflow/ops/Lookup.h"
#include "compiler/frontends/DimBuilder.h"
#include "compiler/frontends/tensorflow/Importer.h"
#include "llvm/Support/Endian.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::tensorflow;

// Hash tables of numbers that stay as the file has them: the keys are sorted as the model is
// read, and found by bisection, the same steps for every key.

/// Element i of integers of 32 or 64 bits.
static int64_t keyAt(const Tensor &keys, int64_t i) {
  const char *at = keys.bytes.data() + (keys.splat ? 0 : i * elementBytes(keys.dtype));
  return keys.dtype == DataType::Int64 ? llvm::support::endian::read64le(at)
                                       : int32_t(llvm::support::endian::read32le(at));
}

namespace {
/// Sorts the entries of a table.
struct Entries {
  const TableContents &contents;
  int64_t rowBytes; ///< of one value
  bool isMutable;   ///< later entries replace earlier ones of the same key
  std::vector<int64_t> order;

  int64_t key(int64_t entry) const { return keyAt(contents.keys, entry); }
  ArrayRef<char> value(int64_t entry) const {
    ArrayRef<char> bytes = contents.values.bytes;
    return contents.values.splat ? bytes : bytes.slice(entry * rowBytes, rowBytes);
  }
  /// False if two values are given for one key.
  bool sort();
  void fillUp() { order.resize(llvm::PowerOf2Ceil(order.size()), order.back()); }
};
} // namespace

bool Entries::sort() {
  order.resize(contents.keys.elementCount());
  std::iota(order.begin(), order.end(), 0);
  llvm::stable_sort(order, [&](int64_t a, int64_t b) { return key(a) < key(b); });
  std::vector<int64_t> unique;
  for (int64_t entry : order) {
    bool isNew = unique.empty() || key(unique.back()) != key(entry);
    if (isNew)
      unique.push_back(entry);
    else if (isMutable)
      unique.back() = entry;
    else if (value(unique.back()) != value(entry))
      return false;
  }
  order = std::move(unique);
  return true;
}

/// Constants that the entries make, in their order.
static void setElements(Node &n, LookupTable &table, const Entries &entries) {
  auto keys = std::make_shared<std::vector<char>>(), values = std::make_shared<std::vector<char>>();
  unsigned width = elementBytes(entries.contents.keys.dtype);
  for (int64_t entry : entries.order) {
    char key[8];
    llvm::support::endian::write64le(key, entries.key(entry));
    keys->insert(keys->end(), key, key + width);
    ArrayRef<char> value = entries.value(entry);
    int64_t copies = entries.contents.values.splat ? entries.rowBytes / value.size() : 1;
    for (int64_t copy = 0; copy < copies; ++copy)
      values->insert(values->end(), value.begin(), value.end());
  }
  int64_t rows = entries.order.size();
  SmallVector<int64_t> shape = {rows};
  table.keys = n.b.elements(RankedTensorType::get(shape, table.key), *keys, false, keys);
  shape.append(table.valueShape);
  table.values = n.b.elements(RankedTensorType::get(shape, table.value), *values, false, values);
}

/// Null after an error at the node.
static std::unique_ptr<LookupTable> makeTable(Node &n, bool isMutable, Shape valueShape) {
  auto table = std::make_unique<LookupTable>();
  DataType key = n.attrs.getType("key_dtype"), value = n.attrs.getType("value_dtype");
  auto refuse = [&](const Twine &reason, const Twine &hint = "") {
    (void)n.fail(reason, hint);
    return nullptr;
  };
  if (key != DataType::Int32 && key != DataType::Int64)
    return refuse("tables with keys of type " + name(key) + " cannot be compiled yet");
  if (!(table->value = elementType(n.b.getContext(), value)))
    return refuse("tables with values of type " + name(value) + " cannot be compiled yet");
  table->key = elementType(n.b.getContext(), key);
  const TableContents *contents = n.importer.model.tableContents(n.index);
  if (!contents && !isMutable)
    return refuse("the table's contents are no constants of the file");
  if (!valueShape.ranked || llvm::any_of(valueShape.dims, [](int64_t d) { return d < 1; }))
    return refuse("the shape of the table's values must be known, and not be empty");
  table->valueShape.assign(valueShape.dims.begin(), valueShape.dims.end());
  if (!contents)
    return table;
  const Tensor &keys = contents->keys, &values = contents->values;
  SmallVector<int64_t> expected(keys.shape.begin(), keys.shape.end());
  expected.append(valueShape.dims.begin(), valueShape.dims.end());
  if (keys.dtype != key || values.dtype != value || ArrayRef(values.shape) != ArrayRef(expected))
    return refuse("the table's contents do not have its types, or not a value for each key");
  Entries entries{*contents, elementBytes(value), isMutable, {}};
  for (int64_t extent : valueShape.dims)
    entries.rowBytes *= extent;
  if (!entries.sort())
    return refuse("a key has two different values");
  table->size = entries.order.size();
  if (table->size > 0) {
    entries.fillUp();
    setElements(n, *table, entries);
  }
  return table;
}

template <bool isMutable, bool isOfTensors> static LogicalResult buildTable(Node &n) {
  if (n.body != &n.importer.model.graph())
    return n.fail("tables that functions make cannot be compiled yet");
  Shape scalar;
  scalar.ranked = true;
  Shape value = isOfTensors ? n.attrs.getShape("value_shape", scalar) : scalar;
  Edge edge;
  edge.table = n.importer.table(n.index, [&] { return makeTable(n, isMutable, value); });
  n.outputs = {edge};
  return success(edge.table);
}

static const LookupTable *tableOf(Node &n) {
  if (n.size() > 0 && n.inputs[0].table)
    return n.inputs[0].table;
  (void)n.fail("input 0 is no hash table of the model");
  return nullptr;
}

/// The position of the last of the ascending keys that is not greater, or 0.
static Value bisect(Node &n, const LookupTable &table, Value sorted, Value keys) {
  Type i64 = n.b.getI64Type();
  Value at = n.b.splat(n.loc, {}, i64, 0);
  for (int64_t step = table.keys.getNumElements() / 2; step > 0; step /= 2) {
    Value next = n.emit<AddOp>({at, n.b.splat(n.loc, {}, i64, double(step))});
    Value key = n.emit<GatherOp>({sorted, next}, {{"axis", n.b.getI64IntegerAttr(0)}});
    at = n.emit<SelectOp>({n.emit<LessEqualOp>({key, keys}), next, at});
  }
  return at;
}

/// The default is one value for all keys or one for each.
static LogicalResult checkDefault(Node &n, const LookupTable &table, Value keys, Value missing) {
  int64_t valueRank = table.valueShape.size(), own = n.rank(missing) - valueRank;
  bool isFull = own == n.rank(keys);
  if (own != 0 && !isFull)
    return n.fail("the default must be one value, or one for each key");
  for (int64_t d = 0; d < own; ++d)
    if (failed(n.requireSame(missing, d, keys, d, "the default must be one value for each key")))
      return failure();
  for (auto [d, extent] : llvm::enumerate(table.valueShape))
    if (failed(n.requireSame(n.b.shapes.dims(missing)[own + d], n.b.shapes.constant(extent),
                             "the default is not shaped as the table's values")))
      return failure();
  return success();
}

static LogicalResult buildFind(Node &n) {
  const LookupTable *table = tableOf(n);
  Value keys = table ? n.in(1) : Value(), missing = keys ? n.in(2) : Value();
  if (!missing)
    return failure();
  if (n.element(keys) != table->key || n.element(missing) != table->value)
    return n.fail("keys and default must have the types of the table");
  if (failed(checkDefault(n, *table, keys, missing)))
    return failure();
  SmallVector<Dim, 4> dims(n.b.shapes.dims(keys));
  for (int64_t extent : table->valueShape)
    dims.push_back(n.b.shapes.constant(extent));
  Value shape = dimVector(n.b, n.loc, dims);
  if (table->size == 0)
    return n.out(n.emit<BroadcastToOp>({missing, shape}));
  Value sorted = n.b.constant(n.loc, table->keys), values = n.b.constant(n.loc, table->values);
  Value at = bisect(n, *table, sorted, keys);
  auto rowOf = [&](Value of) {
    return n.emit<GatherOp>({of, at}, {{"axis", n.b.getI64IntegerAttr(0)}});
  };
  Value isThere = n.emit<EqualOp>({rowOf(sorted), keys});
  int64_t rank = n.rank(keys);
  auto behind = llvm::to_vector(llvm::seq<int64_t>(rank, rank + table->valueShape.size()));
  Value mask = isThere ? n.b.expandDims(n.loc, isThere, behind) : Value();
  return n.out(n.emit<SelectOp>({mask, rowOf(values), missing}));
}

static LogicalResult buildSize(Node &n) {
  const LookupTable *table = tableOf(n);
  if (!table)
    return failure();
  return n.out(n.b.reshape(n.loc, n.b.integers(n.loc, {table->size}), {}));
}

static LogicalResult buildChange(Node &n) {
  return n.fail("signatures that change a hash table cannot be compiled yet",
                "choose others with --signature");
}

void tensorflow::addLookupRows(RowTable &t) {
  auto add = [&](StringRef op, Build build) { t[op] = {build, "table", ""}; };
  for (std::string version : {"", "V2"}) {
    t["HashTable" + version] = {buildTable<false, false>, "table", "of numbers"};
    StringRef note = "of numbers; no signature may change it";
    t["MutableHashTable" + version] = {buildTable<true, false>, "table", note};
    t["MutableHashTableOfTensors" + version] = {buildTable<true, true>, "table", note};
    add("LookupTableFind" + version, buildFind);
    add("LookupTableSize" + version, buildSize);
    for (std::string op : {"LookupTableInsert", "LookupTableImport"})
      t[op + version] = {buildChange, "table", "refused"};
  }
  t["LookupTableRemoveV2"] = {buildChange, "table", "refused"};
}
