#ifndef INGOT_FRONTENDS_TENSORFLOW_SIGNATURE_H
#define INGOT_FRONTENDS_TENSORFLOW_SIGNATURE_H

#include "compiler/frontends/tensorflow/Body.h"
#include "compiler/frontends/tensorflow/Tensor.h"
#include "compiler/frontends/tensorflow/schema/saved_model.pb.h"

#include <string>
#include <vector>

namespace ingot::tensorflow {

/// One named input or output of a signature: output `output` of node `node`.
struct SignatureTensor {
  std::string name;
  uint32_t node = 0; ///< in the graph's Body
  uint32_t output = 0;
  DataType dtype = DataType::Invalid; ///< Invalid where the file does not tell
  Shape shape;
};

struct Signature {
  std::string name;
  std::string method; ///< "tensorflow/serving/predict" and the like; "" in a graph
  std::vector<SignatureTensor> inputs, outputs;
};

/// A signature of a SavedModel; inputs and outputs sorted by name. A sparse or
/// composite tensor appears as its parts: NAME/indices, NAME/values,
/// NAME/dense_shape, or NAME/0, NAME/1, ...
llvm::Expected<Signature> readSignature(llvm::StringRef name, const proto::SignatureDef &def,
                                        const Body &graph);

/// The signature `main` of a graph that has none: inputs are its placeholders,
/// outputs output 0 of every node that no other uses (constants do not count
/// beside others). Placeholders that nothing uses and no caller could fill, such
/// as lowering of control flow leaves behind, do not count.
llvm::Expected<Signature> inferSignature(const Body &graph);

} // namespace ingot::tensorflow

#endif
