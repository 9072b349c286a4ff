// Calibration data: arrays whose leading dimension counts samples, cut into calls.
#ifndef INGOT_TOOLS_SAMPLES_H
#define INGOT_TOOLS_SAMPLES_H

#include "tools/ingot/Call.h"

namespace ingot {

/// The samples for one signature.
///
/// An array has the shape of its input, with the number of samples where the input has its
/// batch, or one dimension more in front. A call takes as many as the input's batch is, and
/// up to kMostTogether where that is dynamic.
class Samples {
public:
  static constexpr int64_t kMostTogether = 32;

  /// Fails where an array is missing, has another shape than its input, no samples or a
  /// number that is not finite, or where the arrays have different numbers of samples.
  static llvm::Expected<Samples> load(const NpzReader &file, const ingot_signature &signature);

  size_t calls() const { return size_t((count + step - 1) / step); }
  std::unique_ptr<Source> source(size_t call) const;

private:
  struct Input {
    std::string name;
    Array array;
    bool hasOwnDim; ///< samples are counted by a dimension that the input has not
  };
  Samples() = default;
  llvm::Error add(const NpzReader &file, const ingot_signature &signature,
                  const ingot_tensor &tensor);
  class Slices;

  std::string where;
  std::vector<Input> inputs;
  int64_t count = -1; ///< of samples
  int64_t step = 0;   ///< of a call; 0: any number
};

} // namespace ingot

#endif // INGOT_TOOLS_SAMPLES_H
