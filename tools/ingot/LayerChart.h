#ifndef INGOT_TOOLS_LAYERCHART_H
#define INGOT_TOOLS_LAYERCHART_H

#include "tools/ingot/Layers.h"

#include "llvm/Support/raw_ostream.h"

namespace ingot {

/// An SVG of the layers' signal to noise as bars, in decibels from 0 to 80, in the order
/// of the rows.
void drawLayers(llvm::ArrayRef<LayerRow> rows, llvm::raw_ostream &os);

} // namespace ingot

#endif // INGOT_TOOLS_LAYERCHART_H
