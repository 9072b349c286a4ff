#ifndef INGOT_CODEGEN_ABI_INTERFACE_H
#define INGOT_CODEGEN_ABI_INTERFACE_H

#include "dialects/rt/Dtype.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/SmallVector.h"

#include <string>
#include <vector>

namespace ingot {

/// A tensor of a signature and its place in the generated struct.
struct InterfaceTensor {
  std::string name, member;
  ingot_dtype dtype;
  ingot_sizing sizing = INGOT_STATIC;
  llvm::SmallVector<int64_t, 4> dims; ///< -1: dynamic
  uint64_t offset = 0, dimsOffset = 0;
  int64_t indexBound = 0; ///< size of the table that an input indexes; 0: none, or unknown

  bool isDynamic(size_t d) const { return dims[d] < 0; }
  unsigned dynamicDims() const { return llvm::count(dims, -1); }
};

/// A variable and its place in the state block.
struct InterfaceVariable {
  std::string name;   ///< as in the source model
  std::string member; ///< C identifier, unique among variables
  ingot_dtype dtype;
  llvm::SmallVector<int64_t, 4> dims;
  uint64_t offset = 0, bytes = 0;
  bool isInitiallyZero = false; ///< else the constant ingot_initial_N has its first value
};

struct InterfaceSignature {
  std::string name;   ///< as in the source model
  std::string symbol; ///< C function
  std::string entry;  ///< function of the module that does the work
  std::vector<InterfaceTensor> inputs, outputs;
  std::vector<unsigned> variables; ///< those that it uses, as the entry takes them
  uint64_t inputsBytes = 0, outputsBytes = 0;
  int64_t arenaBytes = 0; ///< of the buffers of known size
  /// Which tensors have the batch as dimension 0, where a call equals calls with parts of it.
  llvm::SmallVector<bool> batchInputs, batchOutputs;
  int64_t leastSamples = 0; ///< of a part; 0: the batch stays whole
  struct PeakBuffer {
    std::string node;
    uint64_t offset, bytes;
  };
  std::vector<PeakBuffer> arenaPeak;    ///< alive where most bytes are
  std::vector<PeakBuffer> arenaGrowing; ///< of sizes that only a call tells; for dimensions of 1
};

/// What the header, the entry points and the description of a library say.
struct Interface {
  std::string prefix, modelName;
  std::vector<InterfaceSignature> signatures;
  std::vector<InterfaceVariable> variables;
  uint64_t stateBytes = 0;
};

/// `text` as a C identifier: other characters become '_'; no keyword of C or C++.
std::string identifier(llvm::StringRef text);

/// Reads the interface off the entry functions after the memory stage. Pointers
/// have `pointerBytes`.
Interface readInterface(mlir::ModuleOp module, llvm::StringRef prefix, unsigned pointerBytes);

/// Bytes of an element.
uint64_t dtypeBytes(ingot_dtype dtype);
/// C type of an element, as generated headers spell it.
llvm::StringRef cType(ingot_dtype dtype);

} // namespace ingot

#endif
