// RUN: ingot-opt %s --ingot-eliminate-common | FileCheck %s
// Equal loops are one; loops that differ in what they read, or do, are two. Nothing is
// left of the attribute that tells them apart.

// CHECK-NOT: ingot.region_hash
// CHECK-LABEL: func @loops
// CHECK-SAME: %[[X:.*]]: tensor<8xf32>, %[[Y:.*]]: tensor<8xf32>
// CHECK: %[[ONE:.*]] = scf.for
// CHECK: %[[TWO:.*]] = scf.for
// CHECK: %[[THREE:.*]] = scf.for
// CHECK-NOT: scf.for
// CHECK: return %[[ONE]], %[[ONE]], %[[TWO]], %[[THREE]]
func.func @loops(%x: tensor<8xf32>, %y: tensor<8xf32>) -> (f32, f32, f32, f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %z = arith.constant 0.0 : f32
  %0 = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %z) -> f32 {
    %v = tensor.extract %x[%i] : tensor<8xf32>
    %t = arith.addf %s, %v : f32
    scf.yield %t : f32
  }
  %1 = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %z) -> f32 {
    %v = tensor.extract %x[%i] : tensor<8xf32>
    %t = arith.addf %s, %v : f32
    scf.yield %t : f32
  }
  %2 = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %z) -> f32 {
    %v = tensor.extract %y[%i] : tensor<8xf32>
    %t = arith.addf %s, %v : f32
    scf.yield %t : f32
  }
  %3 = scf.for %i = %c0 to %c8 step %c1 iter_args(%s = %z) -> f32 {
    %v = tensor.extract %x[%i] : tensor<8xf32>
    %t = arith.mulf %s, %v : f32
    scf.yield %t : f32
  }
  return %0, %1, %2, %3 : f32, f32, f32, f32
}
