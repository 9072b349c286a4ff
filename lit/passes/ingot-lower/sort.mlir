// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// A k that run time tells is checked.
// CHECK-LABEL: @fed
func.func @fed(%x: tensor<3x8xf32>, %k: tensor<i32>) -> (tensor<3x?xf32>, tensor<3x?xi32>) {
  // CHECK: rt.check
  // CHECK: scf.for
  %0:2 = ingot.top_k %x, %k {to = i32} : (tensor<3x8xf32>, tensor<i32>) -> (tensor<3x?xf32>, tensor<3x?xi32>)
  return %0#0, %0#1 : tensor<3x?xf32>, tensor<3x?xi32>
}
