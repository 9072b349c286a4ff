#include "compiler/frontends/tensorflow/Slice.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include <catch2/catch.hpp>

#include <numeric>

using namespace ingot;
using namespace ingot::tensorflow;

TEST_CASE("shape and slice of a restore op") {
  ShapeAndSlice parsed = llvm::cantFail(parseShapeAndSlice("10 4 2,5:-"));
  CHECK(parsed.shape == Dims{10, 4});
  CHECK(parsed.slice == Slice{{2, 0}, {5, 4}});
  CHECK(parsed.slice.elementCount() == 20);
  for (const char *bad : {"", "10", "10 4", "10 0,5:-", "10 4 0,5", "10 4 8,5:-", "10 4 -1,5:-",
                          "-1 4 0,0:-", "10 4 0,x:-", "10 4 9223372036854775807,2:-"})
    CHECK(test::errorOf(parseShapeAndSlice(bad)) ==
          "'" + std::string(bad) + "' is not a shape and slice");
}

TEST_CASE("slices of an index are checked against the shape") {
  proto::TensorSliceProto proto;
  proto.add_extent();
  auto &extent = *proto.add_extent();
  extent.set_start(1);
  extent.set_length(2);
  CHECK(llvm::cantFail(decodeSlice(proto, {5, 3})) == Slice{{0, 1}, {5, 2}});
  CHECK(test::errorOf(decodeSlice(proto, {5, 2})) == "a slice lies outside its tensor");
  CHECK(test::errorOf(decodeSlice(proto, {5})) == "a slice has another rank than its tensor");
  extent.set_start(INT64_MAX);
  CHECK(test::errorOf(decodeSlice(proto, {5, 3})) == "a slice lies outside its tensor");
}

TEST_CASE("slices overlap only where they share elements") {
  Slice a{{0, 0}, {2, 4}};
  CHECK(a.overlaps({{1, 3}, {5, 1}}));
  CHECK_FALSE(a.overlaps({{2, 0}, {2, 4}}));
  CHECK_FALSE(a.overlaps({{1, 1}, {1, 0}}));
}

TEST_CASE("keys of slices are ordered codes") {
  auto key = [](int64_t start, int64_t length) {
    proto::TensorSliceProto proto;
    auto &extent = *proto.add_extent();
    extent.set_start(start);
    extent.set_length(length);
    return sliceKey("w", proto);
  };
  auto bytes = [](std::initializer_list<int> list) {
    return std::string(list.begin(), list.end());
  };
  std::string head = bytes({0, 'w', 0, 1, 1, 1});
  CHECK(key(0, 63) == head + bytes({0x80, 0xbf}));
  CHECK(key(64, 8191) == head + bytes({0xc0, 0x40, 0xdf, 0xff}));
  CHECK(key(8192, 1 << 20) == head + bytes({0xe0, 0x20, 0, 0xf0, 0x10, 0, 0}));
  CHECK(key(0, INT64_MAX) ==
        head + bytes({0x80, 0xff, 0xc0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  proto::TensorSliceProto whole;
  whole.add_extent();
  CHECK(sliceKey("w", whole) == head + bytes({0x80, 0x7f}));
  CHECK(sliceKey(llvm::StringRef("\0\xff", 2), {}) == bytes({0, 0, 0xff, 0xff, 0, 0, 1, 0}));
}

TEST_CASE("common elements are copied, for every rank") {
  std::vector<int32_t> whole(60);
  std::iota(whole.begin(), whole.end(), 0);
  auto view = [](std::vector<int32_t> &v) {
    return llvm::MutableArrayRef<char>(reinterpret_cast<char *>(v.data()), v.size() * 4);
  };
  Slice all = wholeSlice({3, 4, 5}), part{{1, 2, 3}, {2, 1, 2}};
  std::vector<int32_t> cut(4, -1);
  copyCommon(view(whole), all, view(cut), part, 4);
  CHECK(cut == std::vector<int32_t>{33, 34, 53, 54});
  std::vector<int32_t> back(60, 0);
  copyCommon(view(cut), part, view(back), all, 4);
  CHECK(back[33] == 33);
  CHECK(back[54] == 54);
  CHECK(std::accumulate(back.begin(), back.end(), 0) == 33 + 34 + 53 + 54);
  std::vector<int32_t> scalar{7}, target{0};
  copyCommon(view(scalar), wholeSlice({}), view(target), wholeSlice({}), 4);
  CHECK(target[0] == 7);
  std::vector<int32_t> line{1, 2, 3}, middle{0};
  copyCommon(view(line), wholeSlice({3}), view(middle), {{1}, {1}}, 4);
  CHECK(middle[0] == 2);
  copyCommon(view(line), {{0}, {3}}, view(middle), {{5}, {1}}, 4); // nothing in common
  CHECK(middle[0] == 2);
}
