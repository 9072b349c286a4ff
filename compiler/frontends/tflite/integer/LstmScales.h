#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_LSTMSCALES_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_LSTMSCALES_H

#include "compiler/frontends/tflite/integer/Integer.h"

namespace ingot::tflite {

/// The scales of an integer LSTM (see makeIntegerLstm) as factors between its steps. Inputs:
/// x; weights of the four gates (1 to 4), recurrent ones (5 to 8), peepholes (9 to 11), biases
/// (12 to 15), projection and its biases (16, 17), output and cell state (18, 19), layer
/// normalisation (20 to 23). The intermediate tensors hold only scales: of the gates before
/// normalisation (0 to 3) and of the hidden numbers (4).
/// Source: PopulateQuantizedLstmParams8x8_16 in
/// tensorflow/lite/kernels/unidirectional_sequence_lstm.cc.
class LstmScales {
public:
  enum Gate { Input, Forget, Update, Output };
  struct Norm {
    FixedPoint factor;
    int64_t guard; ///< stands for a variance of 0
  };
  struct GateScales {
    FixedPoint input, recurrent;
    std::optional<FixedPoint> peephole;
    std::optional<Norm> norm;
  };

  /// Limits of the cell and of the projection: 0 for none. An error at the node if types,
  /// scales or the set of inputs are not taken.
  static mlir::FailureOr<LstmScales> read(Node &n, float cellClip, float projectionClip);

  llvm::SmallVector<Gate> presentGates() const;
  static size_t peepholeInput(Gate gate) { return gate == Output ? 11 : 9 + gate; }

  bool isCoupled = false; ///< no input gate
  GateScales gates[4];
  std::optional<FixedPoint> projection;
  FixedPoint hidden;
  int64_t inputZero = 0, outputZero = 0, hiddenZero = 0;
  int64_t cellClip = 0, projectionClip = 0;
  int cellLog2 = 0; ///< the cell's scale is 2^cellLog2

private:
  mlir::LogicalResult readTypes(Node &n);
  mlir::LogicalResult readCell(Node &n, float clip);
  mlir::LogicalResult readGate(Node &n, Gate gate);
  mlir::LogicalResult readOutput(Node &n, float clip);
};

} // namespace ingot::tflite

#endif
