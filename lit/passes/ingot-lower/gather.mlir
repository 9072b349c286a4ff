// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// The indices are checked in one pass of their own; rows are copied by a loop
// whose innermost dimension is contiguous on both sides.
// CHECK-LABEL: @rows
func.func @rows(%x: tensor<100x64xf32>, %i: tensor<?xi32>) -> tensor<?x64xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]
  // CHECK: arith.cmpi uge
  // CHECK: rt.check %{{.*}}, -5
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel"]
  // CHECK: %[[COLUMN:.*]] = linalg.index 1
  // CHECK: tensor.extract %{{.*}}[%{{.*}}, %[[COLUMN]]] : tensor<100x64xf32>
  %0 = ingot.gather %x, %i {axis = 0 : i64} : (tensor<100x64xf32>, tensor<?xi32>) -> tensor<?x64xf32>
  return %0 : tensor<?x64xf32>
}

// Slices that are named twice are changed twice: one after the other.
// CHECK-LABEL: @scatter
func.func @scatter(%x: tensor<10x4xf32>, %i: tensor<3x1xi32>, %u: tensor<3x4xf32>) -> tensor<10x4xf32> {
  // CHECK: rt.check
  // CHECK: scf.for
  // CHECK: tensor.extract_slice
  // CHECK: linalg.generic
  // CHECK: arith.addf
  // CHECK: tensor.insert_slice
  %0 = ingot.scatter_nd %x, %i, %u {mode = "add"}
      : (tensor<10x4xf32>, tensor<3x1xi32>, tensor<3x4xf32>) -> tensor<10x4xf32>
  return %0 : tensor<10x4xf32>
}
