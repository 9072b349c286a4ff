// What a compiled model costs: memory by section, the arena's peak, work by op.
#ifndef INGOT_COMPILER_REPORT_H
#define INGOT_COMPILER_REPORT_H

#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ingot {

struct Report {
  /// A section of the object that takes flash (code, constants, tables).
  struct Section {
    std::string name;
    uint64_t bytes = 0;
  };
  /// A tensor that is alive at the arena's peak.
  struct ArenaTensor {
    std::string node; ///< as in the source model
    uint64_t offset = 0, bytes = 0;
  };
  /// All ops of one kind.
  struct OpCost {
    std::string op;
    uint64_t count = 0;
    uint64_t macs = 0;  ///< multiply-accumulates
    uint64_t bytes = 0; ///< read and written
  };

  std::string name, target;
  std::string quantization; ///< "int8", ...; empty: as the model is
  /// Convolutions and matrix products, and those of them that multiply integers.
  uint64_t products = 0, integerProducts = 0;
  std::vector<Section> flash;
  uint64_t arenaBytes = 0; ///< the part known at compile time
  std::vector<ArenaTensor> arenaPeak;
  /// Tensors whose size only a call tells, by their bytes for dimensions of 1:
  /// what they need comes on top.
  std::vector<ArenaTensor> arenaGrowing;
  uint64_t stateBytes = 0;
  uint64_t stackBytes = 0; ///< of the generated functions' deepest chain of calls
  std::vector<OpCost> ops;
  std::vector<std::string> symbols; ///< undefined ones: what the linker must find

  uint64_t flashBytes() const;
  uint64_t macs() const;
};

/// A table for people.
void print(const Report &report, llvm::raw_ostream &os);

/// One object with the members of the struct in snake_case.
llvm::json::Value toJSON(const Report &report);

/// The report that toJSON() made a text of; nothing if it is none.
std::optional<Report> parseReport(llvm::StringRef text);

} // namespace ingot

#endif // INGOT_COMPILER_REPORT_H
