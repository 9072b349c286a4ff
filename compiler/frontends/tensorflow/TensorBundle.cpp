#include "compiler/frontends/tensorflow/TensorBundle.h"

#include "compiler/frontends/File.h"
#include "compiler/frontends/Varint.h"
#include "compiler/frontends/tensorflow/Crc32c.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace ingot;
using namespace ingot::tensorflow;
using llvm::ArrayRef;
using llvm::createStringError;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

std::string TensorBundle::dataFile(int32_t id) const {
  std::string name;
  llvm::raw_string_ostream(name) << prefix << llvm::format(".data-%05d-of-%05d", id, shardCount);
  return name;
}

Error TensorBundle::setHeader() {
  auto it = entries.find("");
  proto::BundleHeaderProto header;
  if (it == entries.end() || !header.ParseFromString(it->second))
    return createStringError("the index has no header");
  if (header.endianness() != 0)
    return createStringError("big-endian checkpoints are not supported");
  if (header.num_shards() < 0)
    return createStringError("the number of data files is negative");
  shardCount = header.num_shards();
  return Error::success();
}

Expected<TensorBundle> TensorBundle::create(StringRef prefix, TableEntries entries,
                                            ArrayRef<Shard> shards) {
  TensorBundle bundle;
  bundle.prefix = prefix.str();
  bundle.entries = std::move(entries);
  if (Error error = bundle.setHeader())
    return inFile(bundle.prefix + ".index", std::move(error));
  for (const auto &[id, shard] : llvm::enumerate(shards))
    bundle.addShard(int32_t(id), shard);
  return bundle;
}

Expected<TensorBundle> TensorBundle::open(StringRef prefix) {
  std::string index = prefix.str() + ".index";
  auto buffer = openFile(index);
  if (!buffer)
    return buffer.takeError();
  Expected<TableEntries> entries = readTable((*buffer)->getBuffer());
  if (!entries)
    return inFile(index, entries.takeError());
  return create(prefix, std::move(*entries));
}

void TensorBundle::addShard(int32_t id, Shard shard) {
  auto bytes = int64_t(shard->getBufferSize());
  readBudget += bytes;
  assembleBudget += bytes;
  extractBudget += bytes;
  shards[id] = std::move(shard);
}

Expected<TensorBundle::Shard> TensorBundle::shard(int32_t id) {
  if (id < 0 || id >= shardCount)
    return createStringError("data file %d of %d does not exist", id, shardCount);
  auto known = shards.find(id);
  if (known != shards.end())
    return known->second;
  auto buffer = openFile(dataFile(id));
  if (!buffer)
    return buffer.takeError();
  addShard(id, std::move(*buffer));
  return shards[id];
}

Error TensorBundle::take(int64_t &budget, int64_t bytes) {
  budget -= bytes;
  if (budget < 0)
    return createStringError("entries overlap: they ask for more bytes than the data files hold");
  return Error::success();
}

Expected<proto::BundleEntryProto> TensorBundle::entry(StringRef key) const {
  auto it = entries.find(key);
  if (key.empty() || it == entries.end())
    return createStringError("no entry");
  proto::BundleEntryProto entry;
  if (!entry.ParseFromString(it->second))
    return createStringError("malformed entry");
  return entry;
}

/// The lengths (varints), their checksum, all bytes. The checksums count each
/// length as a 32-bit number, or as a 64-bit one if it needs that.
Error TensorBundle::setStrings(Tensor &tensor, StringRef bytes, uint32_t crc) const {
  int64_t count = tensor.elementCount();
  if (count > int64_t(bytes.size())) // each length takes a byte at least
    return createStringError("%lld strings do not fit into %zu bytes",
                             static_cast<long long>(count), bytes.size());
  std::vector<uint64_t> lengths;
  uint32_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    std::optional<uint64_t> length = takeVarint(bytes);
    if (!length)
      return createStringError("the length of a string is cut off");
    StringRef raw(reinterpret_cast<const char *>(&*length), *length <= UINT32_MAX ? 4 : 8);
    sum = crc32c(raw, sum);
    lengths.push_back(*length);
  }
  if (bytes.size() < 4 || llvm::support::endian::read32le(bytes.data()) != maskCrc(sum))
    return createStringError("the checksum of the string lengths is wrong");
  if (maskCrc(crc32c(bytes, sum)) != crc)
    return createStringError("the checksum is wrong");
  bytes = bytes.drop_front(4);
  for (uint64_t length : lengths) {
    if (length > bytes.size())
      return createStringError("a string is cut off");
    tensor.strings.push_back(bytes.take_front(length));
    bytes = bytes.drop_front(length);
  }
  return bytes.empty() ? Error::success() : createStringError("bytes follow the last string");
}

/// Puts a tensor together from the slices under keys of their own.
Expected<Tensor> TensorBundle::assemble(StringRef key, const proto::BundleEntryProto &entry,
                                        Tensor tensor) {
  if (entry.slices_size() > kMaxSlices)
    return createStringError("more than 1024 slices");
  unsigned size = elementBytes(tensor.dtype);
  if (size == 0)
    return createStringError("slices of dtype %s are not supported", name(tensor.dtype).data());
  std::vector<std::pair<Slice, Tensor>> parts;
  int64_t count = 0;
  for (const auto &proto : entry.slices()) {
    Expected<Slice> slice = decodeSlice(proto, tensor.shape);
    if (!slice)
      return slice.takeError();
    if (llvm::any_of(parts, [&](const auto &part) { return part.first.overlaps(*slice); }))
      return createStringError("two slices overlap");
    Expected<proto::BundleEntryProto> partEntry = this->entry(sliceKey(key, proto));
    if (!partEntry)
      return createStringError("slice without an entry: " + llvm::toString(partEntry.takeError()));
    if (partEntry->slices_size() > 0)
      return createStringError("a slice has slices");
    Expected<Tensor> part = readCached(key, sliceKey(key, proto), *partEntry);
    if (!part)
      return part.takeError();
    if (part->dtype != tensor.dtype || part->shape != slice->length)
      return createStringError("a slice has another dtype or shape than its entry");
    count += slice->elementCount();
    parts.emplace_back(std::move(*slice), std::move(*part));
  }
  if (count != tensor.elementCount())
    return createStringError("the slices do not cover the tensor");
  if (Error error = take(assembleBudget, count * size))
    return std::move(error);
  auto bytes = std::make_shared<std::vector<char>>(size_t(count) * size);
  for (const auto &[slice, part] : parts)
    copyCommon(part.bytes, slice, *bytes, wholeSlice(tensor.shape), size);
  tensor.bytes = *bytes;
  tensor.owner = bytes;
  return tensor;
}

Expected<Tensor> TensorBundle::decode(StringRef key, const proto::BundleEntryProto &entry) {
  Tensor tensor;
  tensor.dtype = toDataType(entry.dtype());
  if (elementBytes(tensor.dtype) == 0 && tensor.dtype != DataType::String)
    return createStringError("dtype number %d is not supported", entry.dtype());
  if (entry.shape().unknown_rank() || entry.shape().dim_size() > int(kMaxRank))
    return createStringError("no rank, or more than %u dimensions", kMaxRank);
  for (const auto &dim : entry.shape().dim())
    tensor.shape.push_back(dim.size());
  Expected<int64_t> count = countElements(tensor.dtype, tensor.shape);
  if (!count)
    return count.takeError();
  if (entry.slices_size() > 0)
    return assemble(key, entry, std::move(tensor));
  Expected<Shard> data = shard(entry.shard_id());
  if (!data)
    return data.takeError();
  StringRef file = (*data)->getBuffer();
  if (entry.offset() < 0 || entry.size() < 0 || uint64_t(entry.offset()) > file.size() ||
      uint64_t(entry.size()) > file.size() - uint64_t(entry.offset()))
    return createStringError("its data lies outside " + dataFile(entry.shard_id()) +
                             " (is the file complete?)");
  if (Error error = take(readBudget, entry.size()))
    return std::move(error);
  StringRef bytes = file.substr(size_t(entry.offset()), size_t(entry.size()));
  tensor.owner = *data;
  if (tensor.dtype == DataType::String) {
    if (Error error = setStrings(tensor, bytes, entry.crc32c()))
      return std::move(error);
    return tensor;
  }
  if (entry.size() != *count * int64_t(elementBytes(tensor.dtype)))
    return createStringError("its size does not fit its shape");
  if (maskCrc(crc32c(bytes)) != entry.crc32c())
    return createStringError("the checksum of its data is wrong");
  tensor.bytes = ArrayRef<char>(bytes.data(), bytes.size());
  if (tensor.dtype == DataType::Bool)
    if (Error error = checkBooleans(tensor.bytes))
      return std::move(error);
  return tensor;
}

Error TensorBundle::inTensor(StringRef key, Error error) const {
  return inFile(prefix + ".index", createStringError("tensor '" + key.str() +
                                                     "': " + llvm::toString(std::move(error))));
}

Expected<Tensor> TensorBundle::readCached(StringRef name, StringRef key,
                                          const proto::BundleEntryProto &entry) {
  auto cached = cache.find(key);
  if (cached != cache.end())
    return cached->second;
  Expected<Tensor> tensor = decode(name, entry);
  if (tensor)
    cache[key] = *tensor;
  return tensor;
}

Expected<Tensor> TensorBundle::read(StringRef key) {
  Expected<proto::BundleEntryProto> found = entry(key);
  Expected<Tensor> tensor = found ? readCached(key, key, *found) : found.takeError();
  if (!tensor)
    return inTensor(key, tensor.takeError());
  return tensor;
}

/// A slice that is stored as such needs no copy.
Expected<std::optional<Tensor>> TensorBundle::readStored(StringRef key, const Slice &wanted,
                                                         ArrayRef<int64_t> shape) {
  Expected<proto::BundleEntryProto> found = entry(key);
  if (!found)
    return found.takeError();
  if (found->slices_size() > kMaxSlices)
    return createStringError("more than 1024 slices");
  for (const auto &proto : found->slices()) {
    Expected<Slice> slice = decodeSlice(proto, shape);
    if (!slice)
      return slice.takeError();
    if (*slice != wanted)
      continue;
    std::string partKey = sliceKey(key, proto);
    Expected<proto::BundleEntryProto> partEntry = entry(partKey);
    if (!partEntry)
      return partEntry.takeError();
    Expected<Tensor> part = readCached(key, partKey, *partEntry);
    if (part && part->shape != wanted.length)
      return createStringError("a slice has another shape than its entry");
    return part;
  }
  return std::nullopt;
}

/// Copies a part out of a tensor that is stored whole or in other slices.
Expected<Tensor> TensorBundle::extract(Tensor whole, const ShapeAndSlice &wanted) {
  unsigned size = elementBytes(whole.dtype);
  if (wanted.shape != whole.shape || size == 0)
    return createStringError("another shape or dtype than the slice wanted from it");
  if (wanted.slice == wholeSlice(whole.shape))
    return whole;
  int64_t count = wanted.slice.elementCount();
  if (Error error = take(extractBudget, count * size))
    return std::move(error);
  auto bytes = std::make_shared<std::vector<char>>(size_t(count) * size);
  copyCommon(whole.bytes, wholeSlice(whole.shape), *bytes, wanted.slice, size);
  whole.shape = wanted.slice.length;
  whole.bytes = *bytes;
  whole.owner = bytes;
  return whole;
}

Expected<Tensor> TensorBundle::read(StringRef key, StringRef shapeAndSlice) {
  if (shapeAndSlice.empty())
    return read(key);
  Expected<ShapeAndSlice> wanted = parseShapeAndSlice(shapeAndSlice);
  if (!wanted)
    return inTensor(key, wanted.takeError());
  auto stored = readStored(key, wanted->slice, wanted->shape);
  if (!stored)
    return inTensor(key, stored.takeError());
  if (*stored)
    return std::move(**stored);
  Expected<Tensor> whole = read(key);
  if (!whole)
    return whole;
  Expected<Tensor> part = extract(std::move(*whole), *wanted);
  if (!part)
    return inTensor(key, part.takeError());
  return part;
}
