#include "compiler/frontends/tflite/Expand.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

using namespace ingot::tflite;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;

std::vector<char> ingot::tflite::unpackedIntegers(ArrayRef<char> packed, unsigned bits,
                                                  bool isSigned, int64_t count) {
  std::vector<char> bytes(count);
  unsigned perByte = 8 / bits, mask = (1u << bits) - 1;
  for (int64_t i = 0; i < count; ++i) {
    unsigned value = uint8_t(packed[i / perByte]) >> (i % perByte * bits) & mask;
    bytes[i] = char(isSigned ? llvm::SignExtend32(value, bits) : int32_t(value));
  }
  return bytes;
}

namespace {
/// A level of a sparse tensor: the nodes of the one above have `extent` children each, or
/// those that the segments say. A child's index counts `stride` elements of the dense tensor.
struct Level {
  const schema::DimensionMetadata *def = nullptr;
  int64_t extent = 0, stride = 0;
  bool isSparse() const { return def->format() == schema::DimensionType::SPARSE_CSR; }
};
using Levels = llvm::SmallVector<Level, 8>;

/// Numbers of one of three widths.
class Indices {
public:
  Indices(schema::SparseIndexVector type, const void *table) : type(type), table(table) {}
  uint64_t size() const {
    return with([](const auto *values) -> int64_t { return values ? values->size() : 0; });
  }
  int64_t operator[](uint64_t i) const {
    return with([&](const auto *values) -> int64_t { return values->Get(i); });
  }

private:
  template <class Function> int64_t with(Function f) const {
    using Vector = schema::SparseIndexVector;
    if (table && type == Vector::Uint16Vector)
      return f(static_cast<const schema::Uint16Vector *>(table)->values());
    if (table && type == Vector::Uint8Vector)
      return f(static_cast<const schema::Uint8Vector *>(table)->values());
    bool isWide = table && type == Vector::Int32Vector;
    return f(isWide ? static_cast<const schema::Int32Vector *>(table)->values() : nullptr);
  }
  schema::SparseIndexVector type;
  const void *table;
};
} // namespace

static Indices segmentsOf(const Level &level) {
  return {level.def->array_segments_type(), level.def->array_segments()};
}
static Indices indicesOf(const Level &level) {
  return {level.def->array_indices_type(), level.def->array_indices()};
}

static ArrayRef<int32_t> view(const flatbuffers::Vector<int32_t> *vector) {
  return vector ? ArrayRef(vector->data(), vector->size()) : ArrayRef<int32_t>();
}

/// Extents and strides of the dimensions, cut into blocks where the map says so, and of the
/// blocks behind them.
static Expected<Levels> dimensionsOf(const schema::SparsityParameters &sparsity,
                                     ArrayRef<int64_t> shape) {
  ArrayRef<int32_t> map = view(sparsity.block_map());
  size_t rank = shape.size(), count = rank + map.size();
  if (!sparsity.dim_metadata() || sparsity.dim_metadata()->size() != count)
    return createStringError("its sparsity has not one level for each dimension and block");
  Levels all(count);
  int64_t stride = 1;
  for (size_t d = rank; d-- > 0; stride *= shape[d])
    all[d] = {nullptr, shape[d], stride};
  for (auto [i, dim] : llvm::enumerate(map)) {
    const schema::DimensionMetadata *def = sparsity.dim_metadata()->Get(rank + i);
    int64_t size = def->dense_size();
    bool isFine = dim >= 0 && size_t(dim) < rank && (i == 0 || map[i - 1] < dim) && size > 0 &&
                  def->format() == schema::DimensionType::DENSE && shape[dim] % size == 0;
    if (!isFine)
      return createStringError("block %zu of its sparsity does not fit the shape", i);
    all[rank + i] = {nullptr, size, all[dim].stride};
    all[dim].extent /= size;
    all[dim].stride *= size;
  }
  return all;
}

/// The same in the order in which the values lie: dimensions in any, then blocks in theirs.
static Expected<Levels> levelsOf(const schema::SparsityParameters &sparsity,
                                 ArrayRef<int64_t> shape) {
  Expected<Levels> dimensions = dimensionsOf(sparsity, shape);
  if (!dimensions)
    return dimensions.takeError();
  ArrayRef<int32_t> order = view(sparsity.traversal_order());
  llvm::SmallVector<bool, 8> isSeen(dimensions->size(), false);
  Levels levels;
  for (auto [i, dim] : llvm::enumerate(order)) {
    bool isDimension = i < shape.size();
    bool exists = dim >= 0 && size_t(dim) < dimensions->size() && !isSeen[dim] &&
                  (isDimension ? size_t(dim) < shape.size() : size_t(dim) == i);
    if (!exists)
      return createStringError("the traversal order of its sparsity is no order of its levels");
    isSeen[dim] = true;
    levels.push_back((*dimensions)[dim]);
    levels.back().def = sparsity.dim_metadata()->Get(i);
  }
  if (levels.size() != dimensions->size())
    return createStringError("the traversal order of its sparsity is no order of its levels");
  return levels;
}

/// The children that a level's segments and indices give `parents` nodes.
static Expected<uint64_t> countSparse(const Level &level, uint64_t parents) {
  Indices segments = segmentsOf(level), indices = indicesOf(level);
  if (segments.size() != parents + 1 || segments[0] != 0)
    return createStringError("a level of its sparsity has %llu segments, not %llu",
                             (unsigned long long)segments.size(), (unsigned long long)parents + 1);
  for (uint64_t i = 0; i < parents; ++i)
    if (segments[i] > segments[i + 1])
      return createStringError("the segments of its sparsity do not ascend");
  if (uint64_t(segments[parents]) != indices.size())
    return createStringError("a level of its sparsity has %llu indices, not %lld",
                             (unsigned long long)indices.size(), (long long)segments[parents]);
  for (uint64_t i = 0; i < indices.size(); ++i)
    if (indices[i] < 0 || indices[i] >= level.extent)
      return createStringError("an index of its sparsity is out of range");
  return indices.size();
}

/// Nothing is made before it is known that all levels end in as many nodes as there are
/// values: so a dense level below none of them can be large.
static Error checkLevels(ArrayRef<Level> levels, uint64_t values) {
  uint64_t count = 1;
  for (const Level &level : levels) {
    if (level.isSparse()) {
      Expected<uint64_t> children = countSparse(level, count);
      if (!children)
        return children.takeError();
      count = *children;
    } else {
      if (level.def->dense_size() != level.extent)
        return createStringError("a dense level of its sparsity has %d entries, not %lld",
                                 level.def->dense_size(), (long long)level.extent);
      count *= level.extent; // of a tensor whose elements are counted in 32 bits
    }
  }
  if (count != values)
    return createStringError("holds %llu values where its sparsity has %llu",
                             (unsigned long long)values, (unsigned long long)count);
  return Error::success();
}

static std::vector<uint64_t> childrenOf(const Level &level, ArrayRef<uint64_t> parents) {
  std::vector<uint64_t> places;
  if (!level.isSparse()) {
    places.reserve(parents.size() * level.extent);
    for (uint64_t parent : parents)
      for (int64_t i = 0; i < level.extent; ++i)
        places.push_back(parent + i * level.stride);
    return places;
  }
  Indices segments = segmentsOf(level), indices = indicesOf(level);
  places.reserve(indices.size());
  for (auto [p, parent] : llvm::enumerate(parents))
    for (int64_t i = segments[p]; i < segments[p + 1]; ++i)
      places.push_back(parent + indices[i] * level.stride);
  return places;
}

Expected<std::vector<uint64_t>>
ingot::tflite::sparsePlaces(const schema::SparsityParameters &sparsity, ArrayRef<int64_t> shape,
                            uint64_t values) {
  Expected<Levels> levels = levelsOf(sparsity, shape);
  if (!levels)
    return levels.takeError();
  if (Error error = checkLevels(*levels, values))
    return std::move(error);
  std::vector<uint64_t> places = {0};
  for (const Level &level : *levels)
    places = childrenOf(level, places);
  return places;
}
