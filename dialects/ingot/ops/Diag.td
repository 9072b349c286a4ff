#ifndef INGOT_OPS_DIAG
#define INGOT_OPS_DIAG

include "dialects/ingot/ops/Base.td"

/// Diagonals `lower` to `upper` of [.., R, C] matrices; diagonal d holds the elements [i, i + d].
/// Packed: [.., upper - lower + 1, L], the upper one first, or [.., L] for a single one, where L
/// is the length of the longest; shorter ones stand at the left or at the right. `align` says
/// where: "LEFT" or "RIGHT" for diagonals above the main one, "_", the same for those below.
class Ingot_DiagOp<string mnemonic> : Ingot_PureOp<mnemonic> {
  dag diagonals = (ins I64Attr:$lower, I64Attr:$upper, StrAttr:$align);
  let results = (outs AnyTensor:$result);
}

def MatrixDiagPartOp : Ingot_DiagOp<"matrix_diag_part"> {
  let summary = "diagonals of matrices, packed; gaps take `padding`";
  let arguments = !con((ins AnyTensor:$x, AnyTensor:$padding), diagonals);
}

def MatrixSetDiagOp : Ingot_DiagOp<"matrix_set_diag"> {
  let summary = "x with the packed diagonals put in place of its own";
  let arguments = !con((ins AnyTensor:$x, AnyTensor:$diagonals_packed), diagonals);
}

#endif
