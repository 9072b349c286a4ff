// Inputs for timing: random, the same in every run.
#ifndef INGOT_TOOLS_RANDOMSOURCE_H
#define INGOT_TOOLS_RANDOMSOURCE_H

#include "tools/ingot/Call.h"

#include <cstdint>

namespace ingot {

/// Floats in [0, 1), integers below the size of the table that they index (as far
/// as they can hold it), other integers and booleans 0 or 1. Dynamic dimensions come
/// from --input-shape, else they are 1. Arrays that `given` has go first.
class RandomSource : public Source {
public:
  RandomSource(Source &given, const ingot_signature &signature,
               const std::vector<InputShape> &shapes)
      : given(given), signature(signature), shapes(shapes) {}
  llvm::Expected<std::optional<Array>> load(llvm::StringRef key) override;
  std::string where() const override { return "--input-shape"; }

private:
  llvm::Error setShape(const ingot_tensor &tensor, ingot_array &array) const;
  void fill(ingot_array &array, const ingot_tensor &tensor);
  uint64_t next();

  Source &given;
  const ingot_signature &signature;
  const std::vector<InputShape> &shapes;
  uint64_t state = 0;
};

} // namespace ingot

#endif // INGOT_TOOLS_RANDOMSOURCE_H
