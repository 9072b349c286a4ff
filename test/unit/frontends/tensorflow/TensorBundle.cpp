#include "compiler/frontends/tensorflow/TensorBundle.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

static constexpr int32_t kFloat = 1, kInt32 = 3, kBool = 10;

namespace {
/// A bundle on disk.
struct Files {
  test::TempDirectory directory;
  std::string prefix = directory.path("b");

  explicit Files(const test::BundleWriter &writer) {
    directory.write("b.index", writer.index());
    directory.write("b.data-00000-of-00001", writer.data());
  }
  llvm::Expected<TensorBundle> open() const { return TensorBundle::open(prefix); }
  /// The error of reading a tensor, without the file's name.
  std::string error(llvm::StringRef key, llvm::StringRef slice = "") const {
    auto bundle = open();
    if (!bundle)
      return llvm::toString(bundle.takeError());
    std::string text = test::errorOf(bundle->read(key, slice));
    std::string head = prefix + ".index: tensor '" + key.str() + "': ";
    return llvm::StringRef(text).starts_with(head) ? text.substr(head.size()) : text;
  }
};
} // namespace

static std::vector<int32_t> ints(const Tensor &tensor) {
  std::vector<int32_t> values(tensor.bytes.size() / 4);
  memcpy(values.data(), tensor.bytes.data(), values.size() * 4);
  return values;
}

static void setExtent(proto::TensorSliceProto &slice, int64_t start, int64_t length) {
  auto &extent = *slice.add_extent();
  extent.set_start(start);
  extent.set_length(length);
}

/// A tensor of shape [4] in two slices of two.
static test::BundleWriter sliced() {
  test::BundleWriter writer;
  auto &whole = writer.entries["w"];
  whole.set_dtype(kInt32);
  test::setShape(*whole.mutable_shape(), {4});
  for (int64_t start : {0, 2}) {
    auto &slice = *whole.add_slices();
    setExtent(slice, start, 2);
    writer.add(sliceKey("w", slice), kInt32, {2},
               test::raw<int32_t>({int32_t(start), int32_t(start + 1)}));
  }
  return writer;
}

TEST_CASE("tensors are views of the data file and outlive the bundle") {
  test::BundleWriter writer;
  writer.add("a", kFloat, {1}, test::raw<float>({1}));
  writer.add("b", kInt32, {2, 1}, test::raw<int32_t>({5, 6}));
  Tensor tensor;
  {
    Files files(writer);
    TensorBundle bundle = llvm::cantFail(files.open());
    CHECK(bundle.contains("a"));
    CHECK_FALSE(bundle.contains("c"));
    tensor = llvm::cantFail(bundle.read("b"));
    CHECK(llvm::cantFail(bundle.read("b")).bytes.data() == tensor.bytes.data());
  }
  CHECK(ints(tensor) == std::vector<int32_t>{5, 6});
  CHECK(tensor.shape == llvm::SmallVector<int64_t, 4>{2, 1});
}

TEST_CASE("strings of a bundle") {
  test::BundleWriter writer;
  writer.addStrings("s", {"one", "", std::string(300, 'x')});
  Files files(writer);
  TensorBundle bundle = llvm::cantFail(files.open());
  Tensor tensor = llvm::cantFail(bundle.read("s"));
  CHECK(tensor.strings == std::vector<llvm::StringRef>{"one", "", std::string(300, 'x')});
}

TEST_CASE("a damaged string tensor is refused") {
  test::BundleWriter writer;
  writer.addStrings("s", {"one", "two"});
  auto error = [&](auto change) {
    test::BundleWriter changed = writer;
    change(changed.entries["s"]);
    return Files(changed).error("s");
  };
  CHECK(error([](auto &e) { e.set_crc32c(0); }) == "the checksum is wrong");
  CHECK(error([](auto &e) { e.set_size(5); }) == "the checksum of the string lengths is wrong");
  CHECK(error([](auto &e) { e.mutable_shape()->mutable_dim(0)->set_size(1); }) ==
        "the checksum of the string lengths is wrong");
  CHECK(error([](auto &e) { e.mutable_shape()->mutable_dim(0)->set_size(1 << 30); }) ==
        "1073741824 strings do not fit into 12 bytes");
}

TEST_CASE("slices are put together, or handed out as they are") {
  Files files(sliced());
  TensorBundle bundle = llvm::cantFail(files.open());
  CHECK(ints(llvm::cantFail(bundle.read("w"))) == std::vector<int32_t>{0, 1, 2, 3});
  CHECK(ints(llvm::cantFail(bundle.read("w", "4 2,2"))) == std::vector<int32_t>{2, 3});
  CHECK(ints(llvm::cantFail(bundle.read("w", "4 1,2"))) == std::vector<int32_t>{1, 2});
  CHECK(ints(llvm::cantFail(bundle.read("w", "4 -"))) == std::vector<int32_t>{0, 1, 2, 3});
  CHECK(files.error("w", "5 -") == "another shape or dtype than the slice wanted from it");
  CHECK(files.error("w", "x") == "'x' is not a shape and slice");
}

TEST_CASE("a part of a whole tensor is cut out") {
  test::BundleWriter writer;
  writer.add("w", kInt32, {2, 3}, test::raw<int32_t>({1, 2, 3, 4, 5, 6}));
  Files files(writer);
  TensorBundle bundle = llvm::cantFail(files.open());
  Tensor part = llvm::cantFail(bundle.read("w", "2 3 -:1,2"));
  CHECK(ints(part) == std::vector<int32_t>{2, 3, 5, 6});
  CHECK(part.shape == llvm::SmallVector<int64_t, 4>{2, 2});
}

TEST_CASE("slices that do not make up the tensor are refused") {
  auto error = [](auto change) {
    test::BundleWriter writer = sliced();
    change(writer);
    return Files(writer).error("w");
  };
  CHECK(error([](auto &w) { w.entries["w"].mutable_slices()->RemoveLast(); }) ==
        "the slices do not cover the tensor");
  CHECK(error([](auto &w) { *w.entries["w"].add_slices() = w.entries["w"].slices(0); }) ==
        "two slices overlap");
  CHECK(error([](auto &w) { w.entries.erase(sliceKey("w", w.entries["w"].slices(1))); }) ==
        "slice without an entry: no entry");
  CHECK(error([](auto &w) {
          auto &part = w.entries[sliceKey("w", w.entries["w"].slices(1))];
          part.mutable_shape()->mutable_dim(0)->set_size(1);
          part.set_size(4);
          part.set_crc32c(0);
        }) == "the checksum of its data is wrong");
  CHECK(error([](auto &w) {
          auto &part = w.entries[sliceKey("w", w.entries["w"].slices(1))];
          *part.add_slices() = w.entries["w"].slices(1);
        }) == "a slice has slices");
  CHECK(error([](auto &w) {
          for (int i = 0; i < 1100; ++i)
            w.entries["w"].add_slices();
        }) == "more than 1024 slices");
}

TEST_CASE("hostile entries are refused") {
  test::BundleWriter writer;
  writer.add("a", kFloat, {2}, test::raw<float>({1, 2}));
  auto error = [&](auto change) {
    test::BundleWriter changed = writer;
    change(changed.entries["a"]);
    return Files(changed).error("a");
  };
  auto outside = [](const std::string &message) {
    return llvm::StringRef(message).starts_with("its data lies outside ");
  };
  CHECK(outside(error([](auto &e) { e.set_offset(1); })));
  CHECK(outside(error([](auto &e) { e.set_offset(-1); })));
  CHECK(outside(error([](auto &e) { e.set_offset(INT64_MAX); })));
  CHECK(outside(error([](auto &e) { e.set_size(INT64_MAX); })));
  CHECK(outside(error([](auto &e) { e.set_size(-8); })));
  CHECK(error([](auto &e) { e.set_size(4); }) == "its size does not fit its shape");
  CHECK(error([](auto &e) { e.set_crc32c(1); }) == "the checksum of its data is wrong");
  CHECK(error([](auto &e) { e.set_dtype(20); }) == "dtype number 20 is not supported");
  CHECK(error([](auto &e) { e.set_dtype(-1); }) == "dtype number -1 is not supported");
  CHECK(error([](auto &e) { e.set_shard_id(1); }) == "data file 1 of 1 does not exist");
  CHECK(error([](auto &e) { e.set_shard_id(-1); }) == "data file -1 of 1 does not exist");
  CHECK(error([](auto &e) { e.mutable_shape()->mutable_dim(0)->set_size(-2); }) ==
        "a dimension is negative");
  CHECK(error([](auto &e) { e.mutable_shape()->mutable_dim(0)->set_size(1LL << 62); }) ==
        "more than 2^31 elements");
  CHECK(Files(writer).error("none") == "no entry");
  CHECK(Files(writer).error("") == "no entry");
}

TEST_CASE("booleans of a bundle are 0 or 1") {
  test::BundleWriter writer;
  writer.add("a", kBool, {2}, std::string("\1\7", 2));
  CHECK(Files(writer).error("a") == "a boolean is neither 0 nor 1");
}

TEST_CASE("entries that share their bytes do not multiply them") {
  test::BundleWriter writer;
  auto &first = writer.add("a", kInt32, {256}, std::string(1024, 'x'));
  writer.entries["b"] = first;
  Files files(writer);
  TensorBundle bundle = llvm::cantFail(files.open());
  CHECK(test::errorOf(bundle.read("a")) == "");
  CHECK(llvm::StringRef(test::errorOf(bundle.read("b"))).contains("entries overlap"));
}

TEST_CASE("bundles that cannot be read are refused") {
  test::BundleWriter writer;
  writer.endianness = 1;
  CHECK(llvm::StringRef(test::errorOf(Files(writer).open()))
            .ends_with("big-endian checkpoints are not supported"));
  writer.endianness = 0;
  writer.shards = -1;
  CHECK(llvm::StringRef(test::errorOf(Files(writer).open()))
            .ends_with("the number of data files is negative"));
  test::TempDirectory directory;
  directory.write("e.index", test::writeTable({}));
  CHECK(test::errorOf(TensorBundle::open(directory.path("e"))) ==
        directory.path("e") + ".index: the index has no header");
  CHECK(test::errorOf(TensorBundle::open(directory.path("none"))) ==
        directory.path("none") + ".index: No such file or directory");
}

TEST_CASE("a data file that is missing is named") {
  test::BundleWriter writer;
  writer.shards = 2;
  writer.add("a", kFloat, {1}, test::raw<float>({1})).set_shard_id(1);
  Files files(writer);
  CHECK(files.error("a") == files.prefix + ".data-00001-of-00002: No such file or directory");
}
