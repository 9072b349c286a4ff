#ifndef INGOT_FRONTENDS_TFLITE_INTEGER_ROWS_H
#define INGOT_FRONTENDS_TFLITE_INTEGER_ROWS_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

/// Give rows of the table what builds their operators on quantized tensors.
void addIntegerConvRows(RowTable &table);
void addIntegerDivideRows(RowTable &table);
void addIntegerElementwiseRows(RowTable &table);
void addIntegerFunctionRows(RowTable &table);
void addIntegerImageRows(RowTable &table);
void addIntegerMatmulRows(RowTable &table);
void addIntegerPoolRows(RowTable &table);
void addIntegerQuantizeRows(RowTable &table);
void addIntegerReduceRows(RowTable &table);
void addIntegerSliceRows(RowTable &table);
void addIntegerSoftmaxRows(RowTable &table);
void addMovementRows(RowTable &table);

/// All of these.
void addIntegerRows(RowTable &table);

/// LOGISTIC and TANH of 16-bit numbers.
mlir::LogicalResult buildLogistic16(Node &n);
mlir::LogicalResult buildTanh16(Node &n);

} // namespace ingot::tflite

#endif
