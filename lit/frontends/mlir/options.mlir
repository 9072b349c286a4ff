// RUN: ingot compile %s --emit=mlir --stop-after=import --signature=double \
// RUN:   --input-shape=x:3x4 -o - | FileCheck %s
// RUN: ingot show %s | FileCheck %s --check-prefix=SHOW
// RUN: not ingot compile %s -o %t.o --signature=nope 2>&1 | FileCheck %s --check-prefix=NOPE
// RUN: not ingot compile %s -o %t.o --input-shape=x:3x5 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not ls %t.o

// Signatures are chosen, shapes fixed and what follows from them inferred again.
// CHECK-NOT: @rows
// CHECK: func.func @f(%arg0: tensor<3x4xf32> {ingot.name = "x"}) -> (tensor<3x4xf32> {ingot.name = "y"})
// CHECK: ingot.add {{.*}} -> tensor<3x4xf32>

// SHOW: MLIR contains the following SignatureDefs:
// SHOW: signature_def['double']:
// SHOW: inputs['x'] tensor_info:
// SHOW-NEXT: dtype: DT_FLOAT
// SHOW-NEXT: shape: (-1, 4)
// SHOW: signature_def['rows']:

// NOPE: ingot: error: {{.*}}options.mlir: there is no signature "nope"
// WRONG: ingot: error: {{.*}}options.mlir: {{.*}}--input-shape of "x" does not fit the model's shape
func.func @f(%x: tensor<?x4xf32> {ingot.name = "x"})
    -> (tensor<?x4xf32> {ingot.name = "y"}) attributes {ingot.signature = "double"} {
  %y = ingot.add %x, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

func.func @rows(%x: tensor<?x4xf32> {ingot.name = "x"}) -> (tensor<2xi32> {ingot.name = "y"}) {
  %y = ingot.shape %x {to = i32} : (tensor<?x4xf32>) -> tensor<2xi32>
  return %y : tensor<2xi32>
}
