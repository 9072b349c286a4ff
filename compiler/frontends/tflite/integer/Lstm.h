#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_LSTM_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_LSTM_H

#include "compiler/frontends/tflite/ops/Recurrent.h"

#include <memory>

namespace ingot::tflite {

/// The long short-term memory of integers that TensorFlow Lite calls 8x8_16: inputs, outputs and
/// weights have 8 bits, cells, gates and peepholes 16, biases 32. With coupled gates, peepholes,
/// layer normalisation and projection. Null and an error at the node if the types or scales are
/// not taken. Source: LstmStepInteger8x8_16 in tensorflow/lite/kernels/lstm_eval.cc.
std::unique_ptr<Cell> makeIntegerLstm(Node &n, const Sequence &s, const LstmCell::Limits &limits);

} // namespace ingot::tflite

#endif
