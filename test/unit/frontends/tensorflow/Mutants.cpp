#include "compiler/frontends/tensorflow/Reader.h"

#include "compiler/frontends/tensorflow/TensorBundle.h"

#include "test/unit/frontends/Support.h"
#include "test/unit/frontends/tensorflow/Build.h"

#include "llvm/Support/MemoryBuffer.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::tensorflow;

static constexpr int kMutants = 2'000;

/// Reads all that a model gives access to.
static size_t touch(const Model &model) {
  size_t sum = 0;
  for (uint32_t i = 0; i < model.graph().size(); ++i)
    for (const Source &source : model.graph().inputs(i))
      sum += source.node + source.index;
  for (const Variable &variable : model.variables())
    for (char byte : variable.value.bytes)
      sum += uint8_t(byte);
  return sum;
}

/// Reads mutants; errors must be single lines that name the file.
static int readMutants(const std::string &original, const std::string &directory) {
  std::mt19937 random(1);
  int refused = 0;
  for (int i = 0; i < kMutants; ++i) {
    std::string mutant = test::mutate(original, random);
    auto model = read(llvm::MemoryBufferRef(mutant, "mutant"), directory);
    if (model) {
      touch(**model);
      continue;
    }
    ++refused;
    std::string message = llvm::toString(model.takeError());
    REQUIRE(llvm::StringRef(message).starts_with("mutant: "));
    REQUIRE_FALSE(llvm::StringRef(message).contains('\n'));
  }
  return refused;
}

TEST_CASE("mutants of a SavedModel are read or refused") {
  for (const char *name : {"tf1_resource/model", "sharded/model"}) {
    std::string directory = test::fixture(name);
    int refused = readMutants(test::readBytes(directory + "/saved_model.pb"), directory);
    CHECK(refused > kMutants / 10);
    CHECK(refused < kMutants);
  }
}

TEST_CASE("mutants of a frozen graph are read or refused") {
  int refused = readMutants(test::readBytes(test::fixture("frozen_control_flow/model.pb")), "");
  CHECK(refused > kMutants / 10);
  CHECK(refused < kMutants);
}

TEST_CASE("mutants of a checkpoint are read or refused") {
  std::mt19937 random(2);
  std::string prefix = test::fixture("tf1_partitioned/model/variables/variables");
  std::string index = test::readBytes(prefix + ".index");
  TableEntries entries = llvm::cantFail(readTable(index));
  int refused = 0;
  for (int i = 0; i < kMutants; ++i) {
    // Changed behind the checksums of the index, else none would come through.
    TableEntries mutant = entries;
    auto victim = std::next(mutant.begin(), random() % mutant.size());
    victim->second = test::mutate(victim->second, random);
    auto bundle = TensorBundle::create(prefix, mutant);
    if (!bundle) {
      ++refused;
      llvm::consumeError(bundle.takeError());
      continue;
    }
    for (const auto &[key, value] : mutant)
      if (std::string error = test::errorOf(bundle->read(key)); !key.empty() && error != "") {
        ++refused;
        break;
      }
  }
  CHECK(refused > kMutants / 2);
}

TEST_CASE("a truncated SavedModel is refused") {
  std::string directory = test::fixture("tf1_resource/model");
  std::string original = test::readBytes(directory + "/saved_model.pb");
  for (size_t length = 0; length < original.size(); length += 7) {
    auto model =
        read(llvm::MemoryBufferRef(llvm::StringRef(original).take_front(length), "cut"), directory);
    CHECK_FALSE(bool(model));
    llvm::consumeError(model.takeError());
  }
}
