// The library behind every tool: a model's bytes in, artifacts out.
#ifndef INGOT_COMPILER_COMPILER_H
#define INGOT_COMPILER_COMPILER_H

#include "compiler/Artifacts.h"
#include "compiler/Options.h"

#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace ingot {

/// Compiles a model. Nothing is written; see Artifacts::write.
llvm::Expected<Artifacts> compile(const Options &options);

/// A node that cannot be compiled for the target.
struct Finding {
  std::string node;   ///< as in the source model
  std::string op;     ///< as the source format calls it
  std::string reason; ///< what is in the way
  std::string hint;   ///< what to do; may be empty
};

/// Every node that cannot be compiled, in the order of the model. An error
/// means that the model could not be read at all.
llvm::Expected<std::vector<Finding>> check(const Options &options);

/// An op of a source format that has a row.
struct SupportedOp {
  std::string format, op, family;
  std::string note; ///< restrictions; may be empty
};
/// All of them, by format and name: printed from the rows themselves.
std::vector<SupportedOp> supportedOps();

struct TensorInfo {
  std::string name;           ///< key in the signature; may be empty
  int32_t dtype = 0;          ///< enum ingot_dtype
  std::vector<int64_t> shape; ///< -1: dynamic
  bool unknownRank = false;
  std::string tensor; ///< name of the tensor in the graph
};

struct SignatureInfo {
  std::string name, method;
  std::vector<TensorInfo> inputs, outputs;
};

struct ModelInfo {
  std::string format; ///< "SavedModel", "GraphDef", "TFLite", ...
  std::vector<std::string> tags;
  std::vector<SignatureInfo> signatures;
};

/// The signatures of a model, for `ingot show`. What the file leaves open (types of a
/// frozen graph's outputs) is inferred where the model can be imported.
llvm::Expected<ModelInfo> describe(const Options &options);

/// A target that this build emits code for.
struct TargetInfo {
  std::string name, description;
  std::vector<std::string> cpus;
};
std::vector<TargetInfo> targets();

/// Whether target, CPU and features of the options are known to this build: if not,
/// the error names the option.
llvm::Error checkTarget(const Options &options);

/// The triple that compile() takes when none is named.
std::string defaultTarget();

} // namespace ingot

#endif // INGOT_COMPILER_COMPILER_H
