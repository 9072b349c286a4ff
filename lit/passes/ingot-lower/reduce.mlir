// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// 16-bit floats are summed in f32 and rounded once.
// CHECK-LABEL: @sum
func.func @sum(%x: tensor<4x8xf16>) -> tensor<4xf16> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
  // CHECK: arith.extf %{{.*}} : f16 to f32
  // CHECK: arith.addf %{{.*}} : f32
  // CHECK: arith.truncf %{{.*}} : f32 to f16
  %0 = ingot.reduce_sum %x {axes = array<i64: 1>} : (tensor<4x8xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}

// An axis that may have no elements has no largest one.
// CHECK-LABEL: @arg
func.func @arg(%x: tensor<4x?xf32>) -> tensor<4xi64> {
  // CHECK: rt.check
  // CHECK: linalg.generic
  %0 = ingot.arg_max %x {axis = 1 : i64, to = i64} : (tensor<4x?xf32>) -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// Exponentials of what is left when the largest element is taken off.
// CHECK-LABEL: @softmax
func.func @softmax(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]
  // CHECK: arith.subf
  // CHECK: math.exp
  // CHECK: arith.divf
  %0 = ingot.softmax %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
