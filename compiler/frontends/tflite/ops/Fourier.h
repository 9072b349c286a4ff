#ifndef INGOT_FRONTENDS_TFLITE_OPS_FOURIER_H
#define INGOT_FRONTENDS_TFLITE_OPS_FOURIER_H

#include "compiler/frontends/tflite/ops/Rows.h"

namespace ingot::tflite {

void addFourierRows(RowTable &table);

} // namespace ingot::tflite

#endif
