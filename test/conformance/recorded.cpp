// The recorded cases of every family at -O0 and -O3. One that is refused or
// wrong fails the test unless recorded/known.txt names its op with a reason.
#include "test/conformance/RecordedFamily.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"

#include <catch2/catch.hpp>

using namespace ingot;
using namespace ingot::test;

/// Lines "FAMILY/OP: reason"; '#' begins a comment. A reason that begins with
/// "crashes" keeps the case from being compiled, as it would end the test; one
/// that begins with "wrong" excuses a wrong result, any other a refusal only.
static std::map<std::string, std::string> readKnown() {
  std::map<std::string, std::string> known;
  auto buffer = llvm::MemoryBuffer::getFile(INGOT_RECORDED_DIR "/known.txt");
  REQUIRE(buffer);
  for (llvm::StringRef line : llvm::split((*buffer)->getBuffer(), '\n')) {
    auto [name, reason] = line.split('#').first.split(": ");
    if (!reason.trim().empty())
      known[name.trim().str()] = reason.trim().str();
  }
  return known;
}

static std::set<std::string> crashing(const std::map<std::string, std::string> &known,
                                      const std::string &family) {
  std::set<std::string> ops;
  for (const auto &[name, reason] : known)
    if (llvm::StringRef(name).starts_with(family + "/") &&
        llvm::StringRef(reason).starts_with("crashes"))
      ops.insert(name.substr(family.size() + 1));
  return ops;
}

static bool isExcused(const Outcome &outcome, const std::string *reason) {
  if (outcome.kind == Outcome::Right)
    return true;
  return reason &&
         (outcome.kind == Outcome::Refused || llvm::StringRef(*reason).starts_with("wrong"));
}

static void checkFamily(const std::string &family, OptLevel level) {
  auto known = readKnown();
  auto recorded = RecordedFamily::open(family);
  REQUIRE(bool(recorded));
  auto outcomes = recorded->run(level, crashing(known, family));
  if (!outcomes)
    FAIL(llvm::toString(outcomes.takeError()));
  size_t counts[3] = {};
  for (const auto &[name, outcome] : *outcomes) {
    const RecordedCase &row = recorded->cases().at(name);
    ++counts[outcome.kind];
    auto entry = known.find(family + "/" + row.op);
    const std::string *reason = entry == known.end() ? nullptr : &entry->second;
    if (outcome.kind == Outcome::Right && reason)
      WARN("known.txt can lose " << entry->first);
    INFO(family << "/" << row.op << " " << row.note << "\n" << outcome.detail);
    if (!isExcused(outcome, reason))
      FAIL_CHECK((outcome.kind == Outcome::Wrong ? "wrong: " : "refused: ") << name);
  }
  CHECK(outcomes->size() == recorded->cases().size());
  WARN(family << ": right " << counts[0] << ", wrong " << counts[1] << ", refused " << counts[2]);
}

#define RECORDED(family)                                                                           \
  TEST_CASE("recorded " family " at -O0") { checkFamily(family, OptLevel::O0); }                   \
  TEST_CASE("recorded " family " at -O3") { checkFamily(family, OptLevel::O3); }

RECORDED("control")
RECORDED("conv")
RECORDED("elementwise")
RECORDED("gather")
RECORDED("image")
RECORDED("linalg")
RECORDED("matmul")
RECORDED("normalize")
RECORDED("pool")
RECORDED("quantize")
RECORDED("recurrent")
RECORDED("reduce")
RECORDED("shape")
RECORDED("signal")
RECORDED("stateless")
RECORDED("versions")
