// What to compile, for what, and how: the only options struct of the compiler.
#ifndef INGOT_COMPILER_OPTIONS_H
#define INGOT_COMPILER_OPTIONS_H

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ingot {

enum class Emit { Object, Library, Executable, Assembly, LLVM, MLIR, Header, PTX };

enum class OptLevel { O0, O1, O2, O3, Os };

/// Dimensions given for one input; -1 keeps a dimension dynamic.
using InputShape = std::pair<std::string, std::vector<int64_t>>;

enum class Quantize { None, Int8, Dynamic, F16, BF16 };

/// What calibration saw of a tensor; `name` is what Options::observe calls it, or an input's.
struct TensorRange {
  std::string signature, name;
  double low = 0, high = 0;
  std::vector<float> means; ///< by index of the last dimension; empty: not known
};

struct Options {
  std::string model;  ///< path of the model
  std::string output; ///< path of the main artifact; empty: derived from `model`
  std::string name;   ///< prefix of the C names; empty: from the file name

  std::string target;     ///< triple; empty: the host's
  std::string cpu;        ///< empty: a portable baseline; "native": this machine
  std::string attributes; ///< "+x,-y"

  Emit emit = Emit::Object;
  std::string stopAfter;               ///< stage after which the module is printed
  std::vector<std::string> printAfter; ///< stages after which it is printed to stderr

  std::vector<std::string> signatures; ///< empty: the model's defaults
  std::vector<InputShape> inputShapes;

  OptLevel level = OptLevel::O3;
  bool fastRequant = false;
  Quantize quantize = Quantize::None;
  std::vector<TensorRange> ranges;          ///< for Quantize::Int8
  std::vector<std::string> keepFloat;       ///< nodes that are not quantized
  std::optional<uint64_t> maxRam, maxFlash; ///< bytes
  int threads = 1;            ///< of the compiler itself; the result does not depend on it
  bool exposeTensors = false; ///< tensors within are outputs too (`compare`)
  bool observe = false;       ///< so are those that quantization looks at, and changes
  std::string plantError;     ///< a node that computes something wrong (tests of `compare`)
  bool instrument = false;    ///< times every op (`bench --profile`)

  /// Called when a stage begins, with the seconds since the start.
  std::function<void(llvm::StringRef stage, double seconds)> progress;
  std::string reproducer; ///< where to write one when a pass fails; empty: nowhere
};

} // namespace ingot

#endif // INGOT_COMPILER_OPTIONS_H
