#include "compiler/frontends/tensorflow/Tensor.h"

#include "compiler/frontends/Varint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/Support/CheckedArithmetic.h"
#include "llvm/Support/Endian.h"

#include <optional>
#include <type_traits>

using namespace ingot::tensorflow;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

static_assert(llvm::endianness::native == llvm::endianness::little,
              "values are handed on as they are stored");

int64_t Tensor::elementCount() const {
  int64_t count = 1;
  for (int64_t dim : shape)
    count *= dim;
  return count;
}

bool Shape::admits(ArrayRef<int64_t> extents) const {
  if (!ranked)
    return true;
  return dims.size() == extents.size() && llvm::all_of(llvm::zip(dims, extents), [](auto pair) {
           auto [want, have] = pair;
           return want < 0 || want == have;
         });
}

Expected<int64_t> ingot::tensorflow::countElements(DataType dtype, ArrayRef<int64_t> shape) {
  if (llvm::any_of(shape, [](int64_t dim) { return dim < 0; }))
    return createStringError("a dimension is negative");
  if (llvm::is_contained(shape, 0))
    return 0;
  int64_t count = 1;
  for (int64_t dim : shape) {
    auto product = llvm::checkedMul(count, dim);
    if (!product || *product > kMaxElements)
      return createStringError("more than 2^31 elements");
    count = *product;
  }
  if (count * int64_t(elementBytes(dtype)) > kMaxConstantBytes)
    return createStringError("more than 2 GiB");
  return count;
}

Error ingot::tensorflow::checkBooleans(ArrayRef<char> bytes) {
  if (llvm::any_of(bytes, [](char byte) { return byte & ~1; }))
    return createStringError("a boolean is neither 0 nor 1");
  return Error::success();
}

Expected<Shape> ingot::tensorflow::decodeShape(const proto::TensorShapeProto &proto) {
  Shape shape;
  shape.ranked = !proto.unknown_rank();
  if (!shape.ranked)
    return shape;
  if (proto.dim_size() > int(kMaxRank))
    return createStringError("more than %u dimensions", kMaxRank);
  for (const auto &dim : proto.dim()) {
    if (dim.size() < -1)
      return createStringError("a negative dimension");
    shape.dims.push_back(dim.size());
  }
  return shape;
}

/// What the message holds against what the shape needs, in elements.
static Error wrongCount(int64_t have, int64_t need) {
  return createStringError("holds %lld values where its shape needs %lld",
                           static_cast<long long>(have), static_cast<long long>(need));
}

static Error checkPadding(int64_t bytes) {
  if (bytes > kMaxPaddedBytes)
    return createStringError("repeats its last value over more than 256 MiB");
  return Error::success();
}

static void own(Tensor &tensor, std::vector<char> &&bytes) {
  auto owner = std::make_shared<const std::vector<char>>(std::move(bytes));
  tensor.bytes = *owner;
  tensor.owner = owner;
}

/// `bytes` holds `have` elements of the tensor's dtype; the last one stands for
/// those that are missing, none at all for zeros.
static Error setElements(Tensor &tensor, ArrayRef<char> bytes, int64_t have, int64_t need) {
  if (have > need)
    return wrongCount(have, need);
  tensor.splat = have <= 1 && need > 0 && need != have;
  if (have == need || (tensor.splat && have == 1)) {
    tensor.bytes = bytes;
    return Error::success();
  }
  size_t size = elementBytes(tensor.dtype);
  if (tensor.splat) {
    own(tensor, std::vector<char>(size, 0));
    return Error::success();
  }
  if (Error error = checkPadding(need * int64_t(size)))
    return error;
  std::vector<char> padded(bytes.begin(), bytes.end());
  padded.reserve(size_t(need) * size);
  ArrayRef<char> last = bytes.take_back(size);
  for (int64_t i = have; i < need; ++i)
    padded.insert(padded.end(), last.begin(), last.end());
  own(tensor, std::move(padded));
  return Error::success();
}

/// Values whose stored form is their form in memory.
template <typename T> static Error setPlain(Tensor &tensor, const T &values, int64_t need) {
  using Value = std::remove_pointer_t<decltype(values.data())>;
  size_t bytes = size_t(values.size()) * sizeof(Value);
  unsigned size = elementBytes(tensor.dtype);
  if (bytes % size)
    return createStringError("a complex number lacks its imaginary part");
  ArrayRef<char> view(reinterpret_cast<const char *>(values.data()), bytes);
  return setElements(tensor, view, int64_t(bytes / size), need);
}

/// Values stored as 32-bit integers that are narrower in memory.
template <typename T, typename Values>
static Error setNarrowed(Tensor &tensor, const Values &values, int64_t need) {
  if (values.size() > need)
    return wrongCount(values.size(), need);
  std::vector<char> narrow(size_t(values.size()) * sizeof(T));
  for (int i : llvm::seq(0, values.size())) {
    T value = static_cast<T>(values.Get(i));
    memcpy(&narrow[size_t(i) * sizeof(T)], &value, sizeof(T));
  }
  auto owner = std::make_shared<const std::vector<char>>(std::move(narrow));
  Error error = setElements(tensor, *owner, values.size(), need);
  if (!tensor.owner)
    tensor.owner = owner;
  return error;
}

static Error setTyped(Tensor &tensor, const proto::TensorProto &proto, int64_t need) {
  switch (tensor.dtype) {
  case DataType::Float32:
    return setPlain(tensor, proto.float_val(), need);
  case DataType::Float64:
    return setPlain(tensor, proto.double_val(), need);
  case DataType::Complex64:
    return setPlain(tensor, proto.scomplex_val(), need);
  case DataType::Complex128:
    return setPlain(tensor, proto.dcomplex_val(), need);
  case DataType::Int64:
    return setPlain(tensor, proto.int64_val(), need);
  case DataType::UInt64:
    return setPlain(tensor, proto.uint64_val(), need);
  case DataType::UInt32:
    return setPlain(tensor, proto.uint32_val(), need);
  case DataType::Bool:
    return setPlain(tensor, proto.bool_val(), need);
  case DataType::Int32:
  case DataType::QInt32:
    return setPlain(tensor, proto.int_val(), need);
  case DataType::Float16:
  case DataType::BFloat16:
    return setNarrowed<uint16_t>(tensor, proto.half_val(), need);
  case DataType::UInt16:
  case DataType::Int16:
  case DataType::QInt16:
  case DataType::QUInt16:
    return setNarrowed<uint16_t>(tensor, proto.int_val(), need);
  case DataType::UInt8:
  case DataType::Int8:
  case DataType::QInt8:
  case DataType::QUInt8:
    return setNarrowed<uint8_t>(tensor, proto.int_val(), need);
  default:
    return createStringError("a constant of dtype %s is not supported", name(tensor.dtype).data());
  }
}

static Error setContent(Tensor &tensor, ArrayRef<char> content, int64_t need) {
  unsigned size = elementBytes(tensor.dtype);
  if (size == 0)
    return createStringError("a constant of dtype %s is not supported", name(tensor.dtype).data());
  if (int64_t(content.size()) != need * int64_t(size))
    return createStringError("holds %zu bytes where its shape needs %lld", content.size(),
                             static_cast<long long>(need * int64_t(size)));
  tensor.bytes = content;
  return tensor.dtype == DataType::Bool ? checkBooleans(content) : Error::success();
}

/// Strings as content: all lengths (varints), then all bytes.
static Error setStringContent(Tensor &tensor, StringRef content, int64_t need) {
  if (int64_t(content.size()) < need) // each length takes a byte at least
    return wrongCount(int64_t(content.size()), need);
  std::vector<uint64_t> lengths;
  for (int64_t i = 0; i < need; ++i) {
    std::optional<uint64_t> length = ingot::takeVarint(content);
    if (!length)
      return createStringError("the length of a string is cut off");
    lengths.push_back(*length);
  }
  for (uint64_t length : lengths) {
    if (length > content.size())
      return createStringError("a string is cut off");
    tensor.strings.push_back(content.take_front(length));
    content = content.drop_front(length);
  }
  return content.empty() ? Error::success() : createStringError("bytes follow the last string");
}

static Error setStrings(Tensor &tensor, const proto::TensorProto &proto, int64_t need) {
  if (proto.has_tensor_content() && !proto.tensor_content().empty())
    return setStringContent(tensor, proto.tensor_content(), need);
  int64_t have = proto.string_val_size();
  if (have > need)
    return wrongCount(have, need);
  tensor.strings.assign(proto.string_val().begin(), proto.string_val().end());
  if (have == need)
    return Error::success();
  tensor.splat = have <= 1;
  if (Error error = checkPadding(tensor.splat ? 0 : need * int64_t(sizeof(StringRef))))
    return error;
  if (have == 0)
    tensor.strings.emplace_back();
  else if (!tensor.splat)
    tensor.strings.resize(size_t(need), tensor.strings.back());
  return Error::success();
}

Expected<Tensor> ingot::tensorflow::decodeTensor(const proto::TensorProto &proto) {
  Tensor tensor;
  tensor.dtype = toDataType(proto.dtype());
  if (tensor.dtype == DataType::Invalid)
    return createStringError("dtype number %d is not known", proto.dtype());
  if (proto.tensor_shape().unknown_rank())
    return createStringError("a constant has no rank");
  if (proto.tensor_shape().dim_size() > int(kMaxRank))
    return createStringError("more than %u dimensions", kMaxRank);
  for (const auto &dim : proto.tensor_shape().dim())
    tensor.shape.push_back(dim.size());
  Expected<int64_t> need = countElements(tensor.dtype, tensor.shape);
  if (!need)
    return need.takeError();
  auto decode = [&]() -> Error {
    if (tensor.dtype == DataType::String)
      return setStrings(tensor, proto, *need);
    const std::string &content = proto.tensor_content();
    if (!content.empty())
      return setContent(tensor, ArrayRef<char>(content.data(), content.size()), *need);
    return setTyped(tensor, proto, *need);
  };
  if (Error error = decode())
    return std::move(error);
  return tensor;
}
