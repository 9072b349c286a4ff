#ifndef INGOT_FRONTENDS_TFLITE_SIGNATURE_H
#define INGOT_FRONTENDS_TFLITE_SIGNATURE_H

#include "compiler/frontends/tflite/Graph.h"

namespace ingot::tflite {

/// One named input or output: a tensor of the signature's subgraph.
struct SignatureTensor {
  std::string name; ///< may be empty
  uint32_t tensor = 0;
};

struct Signature {
  std::string name;
  uint32_t subgraph = 0;
  bool isDefined = true; ///< by a SignatureDef; not so for the `main` of every file
  std::vector<SignatureTensor> inputs, outputs;
};

/// The file's SignatureDefs sorted by name, then `main`: the primary subgraph
/// under the names of its tensors (unless a SignatureDef has taken that name).
llvm::Expected<std::vector<Signature>> readSignatures(const schema::Model &model,
                                                      llvm::ArrayRef<Subgraph> subgraphs);

} // namespace ingot::tflite

#endif
