// The source ops that have rows, as the table of docs/ops.md and as JSON.
#ifndef INGOT_TOOLS_LISTOPS_H
#define INGOT_TOOLS_LISTOPS_H

#include "llvm/Support/raw_ostream.h"

namespace ingot {

/// Markdown: a table for each family, a line for each op.
void printOps(llvm::raw_ostream &os);

/// An array of objects with format, op, family and note.
void printOpsAsJSON(llvm::raw_ostream &os);

} // namespace ingot

#endif // INGOT_TOOLS_LISTOPS_H
