#include "compiler/frontends/tflite/Tensor.h"
#include "compiler/frontends/tflite/Expand.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

#include <cmath>
#include <cstring>
#include <numeric>

using namespace ingot::tflite;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// Indexed by TensorType.
static constexpr uint8_t kBits[] = {32,  16, 32, 8, 64, 0,  8, 16, 64, 8, 64,
                                    128, 64, 0,  0, 32, 16, 4, 16, 2,  4};

unsigned ingot::tflite::elementBits(TensorType type) { return kBits[int(type)]; }

static bool isKnown(TensorType type) { return int(type) >= 0 && int(type) < int(std::size(kBits)); }

Error Buffers::takeElements(uint64_t count) {
  taken += count;
  if (taken > file.size())
    return createStringError("its vectors hold more elements than the file has bytes");
  return Error::success();
}

Error Buffers::takeExpanded(uint64_t bytes) {
  constexpr uint64_t kFloor = 64 << 20, kRatio = 16;
  expandedBytes += bytes;
  if (expandedBytes > kFloor + kRatio * file.size())
    return createStringError("packed and sparse constants are too large for the file");
  return Error::success();
}

Expected<ArrayRef<char>> Buffers::bytes(uint32_t index) const {
  if (!model.buffers() || index >= model.buffers()->size())
    return createStringError("buffer %u does not exist", index);
  const schema::Buffer &buffer = *model.buffers()->Get(index);
  // Converters write offset 1 as a placeholder, later ones overwrite it.
  if (buffer.offset() > 1) {
    if (buffer.offset() > file.size() || buffer.size() > file.size() - buffer.offset())
      return createStringError("buffer %u lies outside the file (is it complete?)", index);
    return ArrayRef<char>(file.data() + buffer.offset(), buffer.size());
  }
  if (!buffer.data())
    return ArrayRef<char>();
  return ArrayRef<char>(reinterpret_cast<const char *>(buffer.data()->data()),
                        buffer.data()->size());
}

static Expected<std::vector<StringRef>> decodeStrings(ArrayRef<char> bytes) {
  auto word = [&](uint64_t i) -> uint64_t {
    return llvm::support::endian::read32le(bytes.data() + 4 * i);
  };
  uint64_t words = bytes.size() / 4;
  uint64_t count = words > 0 ? word(0) : 0;
  if (words == 0 || count + 2 > words)
    return createStringError("the strings do not fit into their buffer");
  std::vector<StringRef> strings;
  for (uint64_t i = 1; i <= count; ++i) {
    uint64_t begin = word(i), end = word(i + 1);
    if (begin > end || end > bytes.size())
      return createStringError("a string lies outside its buffer");
    strings.emplace_back(bytes.data() + begin, end - begin);
  }
  return strings;
}

Expected<ArrayRef<StringRef>> Buffers::strings(uint32_t index) {
  auto &cached = decoded[index];
  if (!cached) {
    Expected<ArrayRef<char>> data = bytes(index);
    if (!data)
      return data.takeError();
    Expected<std::vector<StringRef>> strings = decodeStrings(*data);
    if (!strings)
      return strings.takeError();
    cached = std::make_unique<std::vector<StringRef>>(std::move(*strings));
  }
  return ArrayRef<StringRef>(*cached);
}

/// The signature of a shape says which dimensions are open.
static Error setShape(Tensor &tensor, const schema::Tensor &def) {
  const auto *shape = def.shape(), *signature = def.shape_signature();
  size_t rank = shape ? shape->size() : 0;
  if (rank > kMaxRank)
    return createStringError("more than %u dimensions", kMaxRank);
  bool open = signature && signature->size() > 0;
  if (open && signature->size() != rank)
    return createStringError("its shape and shape signature have different ranks");
  int64_t count = 1;
  for (size_t i = 0; i < rank; ++i) {
    int64_t dim = shape->Get(i);
    if (dim < 0)
      return createStringError("dimension %zu is negative", i);
    count = std::min(count * dim, kMaxElements + 1);
    int64_t wanted = open ? signature->Get(i) : dim;
    if (wanted < -1 || (wanted >= 0 && wanted != dim))
      return createStringError("dimension %zu contradicts the shape signature", i);
    tensor.shape.push_back(wanted);
  }
  if (count > kMaxElements)
    return createStringError("more than 2^31 elements");
  tensor.ranked = rank > 0 || def.has_rank() || !open;
  return Error::success();
}

/// Of a shape that setShape() has checked.
static int64_t countElements(const schema::Tensor &def) {
  if (!def.shape() || def.shape()->size() == 0)
    return 1;
  if (llvm::is_contained(*def.shape(), 0))
    return 0;
  return std::accumulate(def.shape()->begin(), def.shape()->end(), int64_t(1),
                         std::multiplies<int64_t>());
}

static Error setStrings(Tensor &tensor, const schema::Tensor &def, int64_t count,
                        Buffers &buffers) {
  Expected<ArrayRef<StringRef>> strings = buffers.strings(def.buffer());
  if (!strings)
    return strings.takeError();
  if (int64_t(strings->size()) != count)
    return createStringError("holds %zu strings where its shape needs %lld", strings->size(),
                             static_cast<long long>(count));
  tensor.strings = *strings;
  return Error::success();
}

/// Integers below 8 bits as such with 8.
static Error setPackedData(Tensor &tensor, unsigned bits, int64_t count, Buffers &buffers) {
  if (Error error = buffers.takeExpanded(count))
    return error;
  bool isSigned = tensor.type != TensorType::UINT4;
  tensor.data = buffers.keep(unpackedIntegers(tensor.data, bits, isSigned, count));
  tensor.type = isSigned ? TensorType::INT8 : TensorType::UINT8;
  return Error::success();
}

/// Zeros, and the values where the metadata says.
static Error setSparseData(Tensor &tensor, const schema::SparsityParameters &sparsity,
                           int64_t count, Buffers &buffers) {
  unsigned bits = elementBits(tensor.type), bytes = bits / 8;
  if (bits < 8 || bits > 64)
    return createStringError("is sparse and of type %s, which is not supported",
                             schema::EnumNameTensorType(tensor.type));
  if (tensor.data.size() % bytes != 0)
    return createStringError("holds %zu bytes, which is no number of values", tensor.data.size());
  if (Error error = buffers.takeExpanded(uint64_t(count) * bytes))
    return error;
  auto places = sparsePlaces(sparsity, tensor.shape, tensor.data.size() / bytes);
  if (!places)
    return places.takeError();
  std::vector<char> dense(uint64_t(count) * bytes, 0);
  for (auto [i, place] : llvm::enumerate(*places))
    std::memcpy(&dense[place * bytes], &tensor.data[i * bytes], bytes);
  tensor.data = buffers.keep(std::move(dense));
  return Error::success();
}

static Error setData(Tensor &tensor, const schema::Tensor &def, Buffers &buffers) {
  Expected<ArrayRef<char>> data = buffers.bytes(def.buffer());
  if (!data)
    return data.takeError();
  int64_t count = countElements(def);
  tensor.constant = !data->empty();
  if (data->empty())
    return Error::success();
  if (def.shape())
    tensor.shape.assign(def.shape()->begin(), def.shape()->end());
  if (tensor.type == TensorType::STRING)
    return setStrings(tensor, def, count, buffers);
  unsigned bits = elementBits(tensor.type);
  if (bits == 0)
    return createStringError("a constant of type %s has no plain value",
                             schema::EnumNameTensorType(tensor.type));
  tensor.data = *data;
  if (def.sparsity())
    return setSparseData(tensor, *def.sparsity(), count, buffers);
  int64_t need = (count * bits + 7) / 8;
  if (int64_t(data->size()) != need)
    return createStringError("holds %zu bytes where its shape needs %lld", data->size(),
                             static_cast<long long>(need));
  return bits < 8 ? setPackedData(tensor, bits, count, buffers) : Error::success();
}

static Error setQuantization(Tensor &tensor, const schema::Tensor &def, Buffers &buffers) {
  const schema::QuantizationParameters *q = def.quantization();
  if (!q || !q->scale() || q->scale()->size() == 0)
    return Error::success();
  size_t scales = q->scale()->size(), zeros = q->zero_point() ? q->zero_point()->size() : 0;
  if (Error error = buffers.takeElements(scales + zeros))
    return error;
  if (scales != zeros)
    return createStringError("has %zu scales but %zu zero points", scales, zeros);
  if (llvm::any_of(*q->scale(), [](float scale) { return !std::isfinite(scale) || scale < 0; }))
    return createStringError("a scale is negative or not finite");
  int64_t axis = q->quantized_dimension();
  if (scales > 1 && (axis < 0 || axis >= int64_t(tensor.shape.size())))
    return createStringError("quantized dimension %lld does not exist",
                             static_cast<long long>(axis));
  if (scales > 1 && tensor.shape[axis] != int64_t(scales))
    return createStringError("has %zu scales for a dimension of %lld", scales,
                             static_cast<long long>(tensor.shape[axis]));
  tensor.quantization = q;
  return Error::success();
}

Expected<Tensor> ingot::tflite::readTensor(const schema::Tensor &def, Buffers &buffers) {
  Tensor tensor;
  if (def.name())
    tensor.name = StringRef(def.name()->data(), def.name()->size());
  if (!isKnown(def.type()))
    return createStringError("type number %d is not known", int(def.type()));
  if (def.external_buffer() != 0)
    return createStringError("its value is in another file, which is not supported");
  tensor.type = def.type();
  tensor.variable = def.is_variable();
  if (Error error = setShape(tensor, def))
    return std::move(error);
  if (Error error = setData(tensor, def, buffers))
    return std::move(error);
  if (Error error = setQuantization(tensor, def, buffers))
    return std::move(error);
  if (tensor.variable && tensor.constant)
    return createStringError("is a variable and a constant at once");
  return tensor;
}
