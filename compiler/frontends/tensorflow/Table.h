#ifndef INGOT_FRONTENDS_TENSORFLOW_TABLE_H
#define INGOT_FRONTENDS_TENSORFLOW_TABLE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <string>

namespace ingot::tensorflow {

using TableEntries = std::map<std::string, std::string, std::less<>>;

/// Limits of one table: keys share prefixes, so that a small file could ask for
/// much memory.
constexpr size_t kMaxKeyBytes = size_t(1) << 16;
constexpr size_t kMaxTableBytes = size_t(1) << 26;

/// All entries of a LevelDB table (leveldb/doc/table_format.md), the format of a
/// checkpoint's index: blocks are found through the footer and the index block,
/// their checksums are checked, Snappy compression is undone.
llvm::Expected<TableEntries> readTable(llvm::StringRef bytes);

} // namespace ingot::tensorflow

#endif
