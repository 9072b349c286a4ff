#include "exe/npy.h"

#include <catch2/catch.hpp>

#include <cstring>
#include <string>
#include <vector>

namespace {
struct Loaded {
  ingot_array array{};
  ingot_failure failure{};
  bool ok; // after what its initialiser fills
  explicit Loaded(const std::string &bytes)
      : ok(ingot_npy_load(bytes.data(), bytes.size(), &array, &failure)) {}
  ~Loaded() { ingot_array_free(&array); }
  std::string error() const { return ok ? "" : failure.text; }
};
} // namespace

static std::string npy(const std::string &header, const std::string &data, int version = 1) {
  std::string bytes = "\x93NUMPY";
  bytes += char(version);
  bytes += '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i)
    bytes += char(header.size() >> 8 * i & 0xff);
  return bytes + header + data;
}

static std::string dict(const std::string &type, const std::string &shape,
                        const std::string &fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

TEST_CASE("arrays of every version and shape load") {
  for (int version : {1, 2, 3}) {
    Loaded loaded(npy(dict("<i2", "(2, 3)"), std::string("\1\0\2\0\3\0\4\0\5\0\6\0", 12), version));
    REQUIRE(loaded.ok);
    CHECK(loaded.array.kind == 'i');
    CHECK(loaded.array.item == 2);
    REQUIRE(loaded.array.rank == 2);
    CHECK(loaded.array.dims[1] == 3);
    CHECK(static_cast<int16_t *>(loaded.array.data)[4] == 5);
  }
  CHECK(Loaded(npy(dict("|u1", "()"), "a")).ok);
  CHECK(Loaded(npy(dict("|u1", "(1,)"), "a")).ok);
  CHECK(Loaded(npy(dict("|u1", "(1L, 2L)"), "ab")).ok);
  CHECK(Loaded(npy(dict("<f8", "(5, 0)"), "")).ok);
  CHECK(Loaded(npy("{\"shape\":(2,),\"fortran_order\":False,\"descr\":\"|S3\"}", "abcdef")).ok);
}

TEST_CASE("Fortran order becomes row-major") {
  // [[1, 2, 3], [4, 5, 6]] in columns.
  Loaded loaded(npy(dict("|u1", "(2, 3)", "True"), "\1\4\2\5\3\6"));
  REQUIRE(loaded.ok);
  CHECK(std::memcmp(loaded.array.data, "\1\2\3\4\5\6", 6) == 0);
}

TEST_CASE("what is not supported says so") {
  CHECK_THAT(Loaded(npy(dict(">f4", "(1,)"), "1234")).error(), Catch::Contains("big-endian"));
  CHECK_THAT(Loaded(npy(dict("|O", "(1,)"), "1")).error(), Catch::Contains("objects"));
  CHECK_THAT(Loaded(npy(dict("<U3", "(1,)"), "1")).error(), Catch::Contains("unicode"));
  CHECK_THAT(Loaded(npy(dict("<M8[ns]", "(1,)"), "1")).error(), Catch::Contains("<M8[ns]"));
  CHECK_THAT(Loaded(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1234"))
                 .error(),
             Catch::Contains("structured"));
  CHECK_THAT(Loaded(npy(dict("|u1", "(1,)"), "1", 4)).error(), Catch::Contains("version 4"));
}

TEST_CASE("contradictions are refused") {
  for (const char *shape :
       {"(2,)", "(9223372036854775807, 9223372036854775807)", "(0, 4611686018427387904, 8)",
        "(99999999999999999999,)", "(-1,)", "(", "3", "(1 2)", "(,)", ""})
    CHECK_FALSE(Loaded(npy(dict("<i8", shape), "12345678")).ok);
  std::string deep = "(";
  for (int i = 0; i < 65; ++i)
    deep += "1,";
  CHECK_THAT(Loaded(npy(dict("|u1", deep + ")"), "1")).error(), Catch::Contains("dimensions"));
  CHECK_FALSE(Loaded(npy(dict("|S0", "(4,)"), "")).ok);
  CHECK_FALSE(Loaded(npy(dict("|u1", "(1,)"), "12")).ok);
  CHECK_FALSE(Loaded(npy("{'descr': '|u1', 'shape': (1,)}", "1")).ok);
}

TEST_CASE("truncated and changed files never do harm") {
  const std::string whole = npy(dict("<f4", "(2, 3)", "True"), std::string(24, '\1'));
  for (size_t size = 0; size < whole.size(); ++size)
    CHECK_FALSE(Loaded(whole.substr(0, size)).ok);
  for (size_t i = 0; i < whole.size(); ++i)
    for (int value : {0, 1, 0x28, 0x39, 0x7f, 0xff}) {
      std::string changed = whole;
      changed[i] = char(value);
      Loaded loaded(changed); // the sanitizers watch; some changes are harmless
      CHECK((loaded.ok || !loaded.error().empty()));
    }
}

TEST_CASE("a written header reads back") {
  for (int rank : {0, 1, 2, int(INGOT_MAX_RANK)}) {
    ingot_array array{};
    array.kind = 'f';
    array.item = 4;
    array.rank = rank;
    for (int i = 0; i < rank; ++i)
      array.dims[i] = i % 3 ? 1 : INT64_C(1) << (i % 2);
    char header[INGOT_NPY_HEADER_MAX];
    size_t used = ingot_npy_header(&array, header), bytes = 0;
    REQUIRE(used <= sizeof header);
    CHECK(used % 64 == 0);
    REQUIRE(ingot_array_bytes(&array, &bytes));
    Loaded loaded(std::string(header, used) + std::string(bytes, 'x'));
    REQUIRE(loaded.ok);
    CHECK(loaded.array.rank == rank);
    CHECK(std::equal(array.dims, array.dims + rank, loaded.array.dims));
  }
}

TEST_CASE("the longest header fits") {
  ingot_array array{};
  array.kind = 'c';
  array.item = 16;
  array.rank = INGOT_MAX_RANK;
  std::fill_n(array.dims, INGOT_MAX_RANK, INT64_MAX);
  std::vector<char> header(INGOT_NPY_HEADER_MAX);
  CHECK(ingot_npy_header(&array, header.data()) <= header.size());
}
