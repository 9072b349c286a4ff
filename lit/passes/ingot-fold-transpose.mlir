// RUN: ingot-opt %s --ingot-fold-transpose --canonicalize | FileCheck %s
// Transposes move towards the results and cancel.

// CHECK-LABEL: func @island
// CHECK-NOT: ingot.transpose
// CHECK: %[[SUM:.*]] = ingot.add %{{.*}} : (tensor<1x4x5x3xf32>, tensor<1x1x1x3xf32>) -> tensor<1x4x5x3xf32>
// CHECK-NEXT: %[[Y:.*]] = ingot.relu %[[SUM]]
// CHECK-NEXT: return %[[Y]]
func.func @island(%x: tensor<1x4x5x3xf32>) -> tensor<1x4x5x3xf32> {
  %b = ingot.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32> : tensor<3x1x1xf32>
  %0 = ingot.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = ingot.add %0, %b : (tensor<1x3x4x5xf32>, tensor<3x1x1xf32>) -> tensor<1x3x4x5xf32>
  %2 = ingot.relu %1 : (tensor<1x3x4x5xf32>) -> tensor<1x3x4x5xf32>
  %3 = ingot.transpose %2 {permutation = array<i64: 0, 2, 3, 1>} : (tensor<1x3x4x5xf32>) -> tensor<1x4x5x3xf32>
  return %3 : tensor<1x4x5x3xf32>
}

// CHECK-LABEL: func @concat
// CHECK: ingot.concat {{.*}} {axis = 3 : i64} : (tensor<1x4x5x3xf32>, tensor<1x4x5x3xf32>) -> tensor<1x4x5x6xf32>
// CHECK: ingot.transpose
func.func @concat(%x: tensor<1x4x5x3xf32>, %y: tensor<1x4x5x3xf32>) -> tensor<1x6x4x5xf32> {
  %0 = ingot.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = ingot.transpose %y {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %2 = ingot.concat %0, %1 {axis = 1 : i64} : (tensor<1x3x4x5xf32>, tensor<1x3x4x5xf32>) -> tensor<1x6x4x5xf32>
  return %2 : tensor<1x6x4x5xf32>
}

// CHECK-LABEL: func @reduce
// CHECK-NEXT: %[[Y:.*]] = ingot.reduce_mean %{{.*}} {axes = array<i64: 1, 2>
// CHECK-NEXT: return %[[Y]] : tensor<1x3xf32>
func.func @reduce(%x: tensor<1x4x5x3xf32>) -> tensor<1x3xf32> {
  %0 = ingot.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = ingot.reduce_mean %0 {axes = array<i64: 2, 3>} : (tensor<1x3x4x5xf32>) -> tensor<1x3xf32>
  return %1 : tensor<1x3xf32>
}

// CHECK-LABEL: func @pad
// CHECK: ingot.constant dense<{{\[\[}}0, 0], [1, 2], [3, 4], [0, 0]]>
// CHECK: ingot.pad {{.*}} -> tensor<1x7x12x3xf32>
func.func @pad(%x: tensor<1x4x5x3xf32>) -> tensor<1x3x7x12xf32> {
  %p = ingot.constant dense<[[0, 0], [0, 0], [1, 2], [3, 4]]> : tensor<4x2xi32> : tensor<4x2xi32>
  %z = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %0 = ingot.transpose %x {permutation = array<i64: 0, 3, 1, 2>} : (tensor<1x4x5x3xf32>) -> tensor<1x3x4x5xf32>
  %1 = ingot.pad %0, %p, %z : (tensor<1x3x4x5xf32>, tensor<4x2xi32>, tensor<f32>) -> tensor<1x3x7x12xf32>
  return %1 : tensor<1x3x7x12xf32>
}
