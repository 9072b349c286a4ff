// Every op of the dialect, family by family. Each family has a file of its name
// in every room that it lives in.
include "dialects/ingot/ops/Elementwise.td"
include "dialects/ingot/ops/Shape.td"
include "dialects/ingot/ops/Slice.td"
include "dialects/ingot/ops/Gather.td"
include "dialects/ingot/ops/Diag.td"
include "dialects/ingot/ops/Image.td"
include "dialects/ingot/ops/Matmul.td"
include "dialects/ingot/ops/Conv.td"
include "dialects/ingot/ops/Pool.td"
include "dialects/ingot/ops/Reduce.td"
include "dialects/ingot/ops/Control.td"
include "dialects/ingot/ops/List.td"
