#ifndef INGOT_FRONTENDS_TENSORFLOW_TENSORBUNDLE_H
#define INGOT_FRONTENDS_TENSORFLOW_TENSORBUNDLE_H

#include "compiler/frontends/tensorflow/Slice.h"
#include "compiler/frontends/tensorflow/Table.h"
#include "compiler/frontends/tensorflow/Tensor.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

#include <optional>

namespace ingot::tensorflow {

/// Slices of one tensor in a checkpoint.
constexpr int kMaxSlices = 1024;

/// A checkpoint: PREFIX.index maps keys to places in PREFIX.data-K-of-N. Data
/// files are mapped when first needed, and each tensor's checksum is checked
/// when it is first read.
class TensorBundle {
public:
  using Shard = std::shared_ptr<llvm::MemoryBuffer>;

  static llvm::Expected<TensorBundle> open(llvm::StringRef prefix);
  /// The same for an index in memory; data files that are not in `shards` are
  /// opened.
  static llvm::Expected<TensorBundle> create(llvm::StringRef prefix, TableEntries entries,
                                             llvm::ArrayRef<Shard> shards = {});

  bool contains(llvm::StringRef key) const { return entries.find(key) != entries.end(); }

  /// The tensor under this key: a view of the mapped file (`owner` keeps the
  /// mapping alive), or a copy if it must be put together from slices. Errors name
  /// the file at fault.
  llvm::Expected<Tensor> read(llvm::StringRef key);

  /// The part of it that a restore op asks for; "" means all.
  llvm::Expected<Tensor> read(llvm::StringRef key, llvm::StringRef shapeAndSlice);

private:
  llvm::Error setHeader();
  llvm::Expected<proto::BundleEntryProto> entry(llvm::StringRef key) const;
  llvm::Expected<Shard> shard(int32_t id);
  void addShard(int32_t id, Shard shard);
  llvm::Expected<Tensor> decode(llvm::StringRef key, const proto::BundleEntryProto &entry);
  llvm::Error setStrings(Tensor &tensor, llvm::StringRef bytes, uint32_t crc) const;
  llvm::Expected<Tensor> assemble(llvm::StringRef key, const proto::BundleEntryProto &entry,
                                  Tensor tensor);
  static llvm::Error take(int64_t &budget, int64_t bytes);
  llvm::Expected<Tensor> readCached(llvm::StringRef name, llvm::StringRef key,
                                    const proto::BundleEntryProto &entry);
  llvm::Expected<std::optional<Tensor>> readStored(llvm::StringRef key, const Slice &wanted,
                                                   llvm::ArrayRef<int64_t> shape);
  llvm::Expected<Tensor> extract(Tensor whole, const ShapeAndSlice &wanted);
  llvm::Error inTensor(llvm::StringRef key, llvm::Error error) const;
  std::string dataFile(int32_t id) const;

  std::string prefix;
  TableEntries entries;
  int32_t shardCount = 0;
  llvm::DenseMap<int32_t, Shard> shards;
  llvm::StringMap<Tensor> cache;
  /// What may still be read, put together from slices, and cut out of tensors:
  /// each time no more than the data files hold, since entries and slices are
  /// disjoint, however often a hostile index names the same bytes.
  int64_t readBudget = 0, assembleBudget = 0, extractBudget = 0;
};

} // namespace ingot::tensorflow

#endif
