// ingot-npz-dump FILE...: prints every array as "KEY: type [shape] = elements".
#include "runtime/exe/npy.h"
#include "tools/ingot/Npz.h"
#include "tools/ingot/PrintArray.h"

#include "llvm/Support/raw_ostream.h"

using namespace ingot;

static void print(llvm::StringRef key, const ingot_array &array) {
  char type[32], shape[512];
  ingot_npy_type_name(&array, type, sizeof type);
  ingot_print_shape(shape, sizeof shape, array.rank, array.dims);
  llvm::outs() << key << ": " << type << ' ' << shape << " =";
  for (size_t i = 0, count = elementCount(array); i < count; ++i)
    llvm::outs() << ' ' << elementText(array, i);
  llvm::outs() << '\n';
}

static llvm::Error dump(llvm::StringRef path) {
  if (path.ends_with(".npy")) {
    auto array = readNpy(path);
    if (!array)
      return array.takeError();
    print(path, **array);
    return llvm::Error::success();
  }
  auto reader = NpzReader::open(path);
  if (!reader)
    return reader.takeError();
  for (const std::string &key : reader->keys()) {
    auto array = reader->load(key);
    if (!array)
      return array.takeError();
    print(key, ***array);
  }
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  for (int i = 1; i < argc; ++i)
    if (llvm::Error error = dump(argv[i])) {
      llvm::errs() << "ingot-npz-dump: " << llvm::toString(std::move(error)) << '\n';
      return 1;
    }
  return 0;
}
