#include "exe/npz.h"

#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>

namespace {
/// A path that is removed at the end.
struct TemporaryPath {
  std::string path;
  TemporaryPath() {
    char name[] = "/tmp/ingot-npz-XXXXXX";
    int descriptor = mkstemp(name);
    REQUIRE(descriptor >= 0);
    close(descriptor);
    path = name;
  }
  ~TemporaryPath() { std::remove(path.c_str()); }
};
} // namespace

static ingot_array bytesArray(int64_t count, const char *data) {
  ingot_array array{};
  array.kind = 'u';
  array.item = 1;
  array.rank = 1;
  array.dims[0] = count;
  array.data = const_cast<char *>(data);
  return array;
}

static std::string archive() {
  TemporaryPath file;
  ingot_failure failure;
  ingot_npz_writer *writer = ingot_npz_create(file.path.c_str(), &failure);
  REQUIRE(writer);
  ingot_array a = bytesArray(3, "abc"), none = bytesArray(0, nullptr);
  REQUIRE(ingot_npz_add(writer, "a", &a, &failure));
  REQUIRE(ingot_npz_add(writer, "", &none, &failure));
  REQUIRE(ingot_npz_finish(writer, &failure));
  ingot_bytes bytes;
  REQUIRE(ingot_read_file(file.path.c_str(), &bytes, &failure));
  std::string text(reinterpret_cast<char *>(bytes.data), bytes.size);
  std::free(bytes.data);
  return text;
}

static int load(std::string text, const char *key, std::string *data = nullptr) {
  ingot_bytes bytes{reinterpret_cast<unsigned char *>(text.data()), text.size()};
  ingot_array array;
  ingot_failure failure{};
  int found = ingot_npz_load(&bytes, key, &array, &failure);
  if (found < 0)
    CHECK(*failure.text);
  if (found <= 0)
    return found;
  if (data && array.data)
    data->assign(static_cast<char *>(array.data), size_t(array.dims[0]));
  ingot_array_free(&array);
  return 1;
}

TEST_CASE("crc32 is that of zip") {
  CHECK(ingot_crc32(0, "123456789", 9) == 0xcbf43926);
  CHECK(ingot_crc32(ingot_crc32(0, "1234", 4), "56789", 5) == 0xcbf43926);
}

TEST_CASE("a written archive reads back and is the same every time") {
  std::string text = archive(), data;
  CHECK(load(text, "a", &data) == 1);
  CHECK(data == "abc");
  CHECK(load(text, "") == 1);
  CHECK(load(text, "b") == 0);
  CHECK(load(text, "a.npy") == 0);
  CHECK(text == archive());
}

TEST_CASE("a comment may follow the archive") {
  std::string text = archive();
  text[text.size() - 2] = 5;
  CHECK(load(text + "hello", "a") == 1);
  CHECK(load(text + "hell", "a") == -1);
}

TEST_CASE("truncated and changed archives never do harm") {
  const std::string whole = archive();
  for (size_t size = 0; size < whole.size(); ++size)
    CHECK(load(whole.substr(0, size), "a") == -1);
  for (size_t i = 0; i < whole.size(); ++i)
    for (int value : {0, 1, 0x7f, 0xff}) {
      std::string changed = whole, data;
      changed[i] = char(value);
      int found = load(changed, "a", &data);
      if (found == 1) // what the checksum covers is as it was
        CHECK(data == "abc");
    }
}

TEST_CASE("an abandoned archive leaves nothing, and what was there stays") {
  TemporaryPath file;
  std::string fresh = file.path + "-fresh";
  ingot_failure failure;
  ingot_npz_abandon(ingot_npz_create(fresh.c_str(), &failure));
  CHECK(access(fresh.c_str(), F_OK) != 0);
  CHECK_FALSE(ingot_npz_create("/nonexistent/folder/x.npz", &failure));
  CHECK(std::strstr(failure.text, "cannot write"));
}

TEST_CASE("only regular files are read") {
  ingot_bytes bytes;
  ingot_failure failure;
  CHECK_FALSE(ingot_read_file("/dev/zero", &bytes, &failure));
  CHECK_FALSE(ingot_read_file("/tmp", &bytes, &failure));
  CHECK_FALSE(ingot_read_file("/nonexistent", &bytes, &failure));
}
