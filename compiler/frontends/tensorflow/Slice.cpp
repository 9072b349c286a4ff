#include "compiler/frontends/tensorflow/Slice.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace ingot::tensorflow;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Expected;
using llvm::StringRef;

int64_t Slice::elementCount() const {
  int64_t count = 1;
  for (int64_t dim : length)
    count *= dim;
  return count;
}

bool Slice::overlaps(const Slice &other) const {
  if (elementCount() == 0 || other.elementCount() == 0)
    return false;
  return llvm::all_of(llvm::seq(start.size()), [&](size_t d) {
    return start[d] < other.start[d] + other.length[d] && other.start[d] < start[d] + length[d];
  });
}

Slice ingot::tensorflow::wholeSlice(ArrayRef<int64_t> shape) {
  return {Dims(shape.size(), 0), Dims(shape)};
}

static bool within(int64_t start, int64_t length, int64_t dim) {
  return start >= 0 && length >= 0 && start <= dim && length <= dim - start;
}

Expected<Slice> ingot::tensorflow::decodeSlice(const proto::TensorSliceProto &proto,
                                               ArrayRef<int64_t> shape) {
  if (size_t(proto.extent_size()) != shape.size())
    return createStringError("a slice has another rank than its tensor");
  Slice slice = wholeSlice(shape);
  for (const auto &[d, extent] : llvm::enumerate(proto.extent())) {
    if (!extent.has_length())
      continue;
    slice.start[d] = extent.start();
    slice.length[d] = extent.length();
    if (!within(extent.start(), extent.length(), shape[d]))
      return createStringError("a slice lies outside its tensor");
  }
  return slice;
}

Expected<ShapeAndSlice> ingot::tensorflow::parseShapeAndSlice(StringRef text) {
  auto malformed = [&] {
    return createStringError("'" + text.str() + "' is not a shape and slice");
  };
  ShapeAndSlice result;
  llvm::SmallVector<StringRef, 8> words, extents;
  text.split(words, ' ');
  words.pop_back_val().split(extents, ':');
  for (StringRef word : words)
    if (word.getAsInteger(10, result.shape.emplace_back()) || result.shape.back() < 0)
      return malformed();
  if (extents.size() != words.size())
    return malformed();
  result.slice = wholeSlice(result.shape);
  for (const auto &[d, extent] : llvm::enumerate(extents)) {
    if (extent == "-")
      continue;
    auto [start, length] = extent.split(',');
    if (start.getAsInteger(10, result.slice.start[d]) ||
        length.getAsInteger(10, result.slice.length[d]) ||
        !within(result.slice.start[d], result.slice.length[d], result.shape[d]))
      return malformed();
  }
  return result;
}

/// "Ordered code": byte strings that sort as the values that they encode.
/// Unsigned: the count of significant bytes, then these, most significant first.
static void putUnsigned(std::string &key, uint64_t value) {
  unsigned bytes = (llvm::bit_width(value) + 7) / 8;
  key.push_back(char(bytes));
  while (bytes-- > 0)
    key.push_back(char(value >> (8 * bytes)));
}

static void putString(std::string &key, StringRef text) {
  for (char c : text) {
    key.push_back(c);
    if (c == '\0')
      key.push_back('\xff');
    if (c == '\xff')
      key.push_back('\0');
  }
  key.append("\0\1", 2);
}

/// Signed: two's complement in as few bytes as hold it beside a header of as
/// many leading bits as there are bytes, which is complemented for negatives.
static void putSigned(std::string &key, int64_t value) {
  unsigned bytes = llvm::bit_width(uint64_t(value < 0 ? ~value : value)) / 7 + 1;
  char buffer[10] = {char(value < 0 ? -1 : 0), char(value < 0 ? -1 : 0)};
  llvm::support::endian::write64be(buffer + 2, uint64_t(value));
  char *begin = buffer + sizeof(buffer) - bytes;
  begin[0] ^= char(bytes >= 8 ? 0xff : 0xff00 >> bytes);
  if (bytes > 8)
    begin[1] ^= char(bytes == 9 ? 0x80 : 0xc0);
  key.append(begin, bytes);
}

std::string ingot::tensorflow::sliceKey(StringRef name, const proto::TensorSliceProto &slice) {
  std::string key;
  putUnsigned(key, 0);
  putString(key, name);
  putUnsigned(key, uint64_t(slice.extent_size()));
  for (const auto &extent : slice.extent()) {
    putSigned(key, extent.has_length() ? extent.start() : 0);
    putSigned(key, extent.has_length() ? extent.length() : -1);
  }
  return key;
}

/// Offset of an element of the tensor within a slice, in elements.
static int64_t offsetIn(const Slice &slice, ArrayRef<int64_t> element) {
  int64_t offset = 0;
  for (size_t d = 0; d < element.size(); ++d)
    offset = offset * slice.length[d] + (element[d] - slice.start[d]);
  return offset;
}

void ingot::tensorflow::copyCommon(ArrayRef<char> source, const Slice &from,
                                   llvm::MutableArrayRef<char> target, const Slice &to,
                                   unsigned elementBytes) {
  size_t rank = from.start.size();
  Dims begin, end;
  for (size_t d = 0; d < rank; ++d) {
    begin.push_back(std::max(from.start[d], to.start[d]));
    end.push_back(std::min(from.start[d] + from.length[d], to.start[d] + to.length[d]));
    if (begin[d] >= end[d])
      return;
  }
  int64_t row = rank == 0 ? 1 : end.back() - begin.back();
  for (Dims at = begin;;) {
    memcpy(target.data() + offsetIn(to, at) * elementBytes,
           source.data() + offsetIn(from, at) * elementBytes, size_t(row) * elementBytes);
    size_t d = rank < 2 ? 0 : rank - 1;
    while (d > 0 && ++at[d - 1] == end[d - 1]) {
      at[d - 1] = begin[d - 1];
      --d;
    }
    if (d == 0)
      return;
  }
}
