// The recorded cases of one family (see record.py) and what becomes of them.
#ifndef INGOT_TEST_CONFORMANCE_RECORDEDFAMILY_H
#define INGOT_TEST_CONFORMANCE_RECORDEDFAMILY_H

#include "compiler/Options.h"
#include "test/conformance/Agreement.h"
#include "tools/ingot/Call.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ingot::test {

/// One signature: an op with its shapes and types, called several times.
struct RecordedCase {
  std::string op, note;
  Rule rule = Rule::Move;
  std::vector<bool> fails; ///< for each call, whether TensorFlow refuses it
};

struct Outcome {
  enum Kind { Right, Wrong, Refused } kind = Right;
  std::string detail;
};

class RecordedFamily {
public:
  /// Reads the folder `name` of the recorded families.
  static llvm::Expected<RecordedFamily> open(llvm::StringRef name);

  const std::map<std::string, RecordedCase> &cases() const { return table; }

  /// Compiles and runs all cases but those of the ops in `skipped`, which count
  /// as refused: signature > outcome.
  llvm::Expected<std::map<std::string, Outcome>> run(OptLevel level,
                                                     const std::set<std::string> &skipped) const;

private:
  explicit RecordedFamily(NpzReader golden) : golden(std::move(golden)) {}
  Options options(OptLevel level, std::vector<std::string> signatures) const;
  llvm::Error findRefused(OptLevel level, std::map<std::string, Outcome> &outcomes) const;
  void runAll(OptLevel level, const std::vector<std::string> &names,
              std::map<std::string, Outcome> &outcomes) const;
  llvm::Error runLibrary(const Library &library, const std::vector<std::string> &names,
                         std::map<std::string, Outcome> &outcomes) const;
  llvm::Error runCall(const ingot_signature &signature, const std::string &prefix, Rule rule,
                      Session &session) const;
  llvm::Error compareOutput(const std::string &prefix, const Call &call, int32_t index,
                            Rule rule) const;

  std::string model;
  NpzReader golden;
  std::map<std::string, RecordedCase> table;
};

} // namespace ingot::test

#endif // INGOT_TEST_CONFORMANCE_RECORDEDFAMILY_H
