#ifndef INGOT_FRONTENDS_TFLITE_OPS_RECURRENT_H
#define INGOT_FRONTENDS_TFLITE_OPS_RECURRENT_H

#include "compiler/frontends/tflite/ops/Sequence.h"

namespace ingot::tflite {

/// One direction of a recurrent op.
class Cell {
public:
  virtual ~Cell() = default;
  /// What the input alone gives to each step, [time, batch, ...]: computed for
  /// all steps at once, in front of the loop.
  mlir::Value projections;
  /// As the sequence starts; the first one is what a step gives out.
  Values states;
  llvm::SmallVector<size_t, 2> stateInputs; ///< the op's inputs that they are

  /// The states after a step. Values are null after an error.
  virtual Values step(mlir::Value projection, const Values &states) = 0;
};

/// act(x W' + h R' + b); state h.
class BasicCell : public Cell {
public:
  /// `first`: number of the input with W; R, b and h follow.
  BasicCell(Node &n, const Sequence &s, size_t first, Activation activation, bool isAsymmetric);
  Values step(mlir::Value projection, const Values &states) override;

private:
  Node &n;
  Weights recurrent;
  Activation activation;
  bool isAsymmetric; ///< see Weights
};

/// Long short-term memory with all that the kernels know: coupled input and
/// forget gates, peepholes, projection, layer normalisation, clipping; states h, c.
/// Source: Sak, Senior and Beaufays 2014; the inputs by number are those of
/// TensorFlow Lite's kernels.
class LstmCell : public Cell {
public:
  struct Inputs {
    size_t first; ///< the input gate's weights
    size_t outputState, cellState;
    std::optional<size_t> norms; ///< the first layer normalisation coefficient
  };
  struct Limits {
    Activation activation;
    float cell, projection;
    bool isAsymmetric; ///< see Weights
  };
  LstmCell(Node &n, const Sequence &s, const Inputs &inputs, const Limits &limits);
  Values step(mlir::Value projection, const Values &states) override;

private:
  enum Gate { Input, Forget, Update, Output };
  mlir::Value optional(size_t i, mlir::Value units);
  Weights stacked(size_t first, mlir::Value units);
  mlir::Value biasesFrom(size_t first, mlir::Value units);
  mlir::Value gate(Gate gate, mlir::Value sum, mlir::Value peeped);
  mlir::Value normalised(mlir::Value x, mlir::Value coefficients);
  mlir::Value clipped(mlir::Value x, float limit) {
    return limit > 0 ? n.clamped(x, -limit, limit) : x;
  }

  Node &n;
  Limits limits;
  bool isBroken = false; ///< an optional input is there but cannot be used
  bool isCoupled;        ///< no input gate: 1 - the forget gate
  Weights recurrent, projection;
  mlir::Value projectionBias;
  mlir::Value peepholes[4], norms[4], biases[4]; ///< null where there is none
};

/// SVDF: a step whose state is the last values of each filter.
mlir::LogicalResult buildSvdf(Node &n);

} // namespace ingot::tflite

#endif
