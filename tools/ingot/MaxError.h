#ifndef INGOT_TOOLS_MAXERROR_H
#define INGOT_TOOLS_MAXERROR_H

#include "compiler/Options.h"
#include "tools/ingot/Npz.h"

namespace ingot {

/// Adds nodes to options.keepFloat until no output of the quantized model is further from
/// the float model than `most`, over all samples of the file: root of the sum of squared
/// errors by that of the squares. The node that adds the most error goes first. Fails if
/// the error is larger with all of them in floats.
llvm::Error keepWorstFloat(Options &options, const NpzReader &samples, double most);

} // namespace ingot

#endif // INGOT_TOOLS_MAXERROR_H
