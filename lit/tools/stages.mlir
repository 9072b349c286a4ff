// RUN: not ingot compile %s -o %t.o --reproducer=%t.reproducer.mlir 2>&1 | FileCheck %s --check-prefix=FAILED
// RUN: FileCheck %s --check-prefix=REPRODUCER < %t.reproducer.mlir
// RUN: not ingot-opt --run-reproducer %t.reproducer.mlir 2>&1 | FileCheck %s --check-prefix=AGAIN
// RUN: ingot compile %source/test/models/fixtures/linear_serving/model -o %t.o --print-ir-after=lower --print-ir-after=tile 2>&1 | FileCheck %s --check-prefix=PRINT
// REQUIRES: ingot-opt
// A pass that fails leaves what it was given, with the passes to run, where that is asked for; the module can
// be seen after any stage.

// FAILED: ingot: error: {{.*}}stages.mlir: {{.*}}: the padded input needs more than 16 GiB
// REPRODUCER: ingot.max_pool
// REPRODUCER: mlir_reproducer
// AGAIN: error: the padded input needs more than 16 GiB

// PRINT: // after stage lower
// PRINT: linalg.generic
// PRINT: // after stage tile
// PRINT: rt.contract
func.func @f(%x: tensor<1x4x4x1xf32> {ingot.name = "x"}) -> (tensor<1x1x1x1xf32> {ingot.name = "y"}) attributes {ingot.signature = "f"} {
  %0 = ingot.max_pool %x {window = array<i64: 200000, 200000>, strides = array<i64: 200000, 200000>, padding = "same", pads = array<i64>} : (tensor<1x4x4x1xf32>) -> tensor<1x1x1x1xf32>
  return %0 : tensor<1x1x1x1xf32>
}
