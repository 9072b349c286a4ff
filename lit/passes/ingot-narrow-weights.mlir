// RUN: ingot-opt %s --ingot-narrow-weights=type=bf16 | FileCheck %s

// CHECK-LABEL: func @weights
// CHECK: %[[W:.*]] = ingot.constant dense<1.000000e+00> : tensor<8x8xbf16>
// CHECK: %[[C:.*]] = ingot.cast %[[W]] {to = f32}
// CHECK: ingot.matmul %{{.*}}, %[[C]]
func.func @weights(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %w = ingot.constant dense<1.0> : tensor<8x8xf32> : tensor<8x8xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x8xf32>, tensor<8x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// Of a table, the rows that are taken are converted.
// CHECK-LABEL: func @table
// CHECK: %[[G:.*]] = ingot.gather {{.*}} -> tensor<?x8xbf16>
// CHECK: ingot.cast %[[G]] {to = f32}
func.func @table(%i: tensor<?xi32>) -> tensor<?x8xf32> {
  %w = ingot.constant dense<1.0> : tensor<8x8xf32> : tensor<8x8xf32>
  %0 = ingot.gather %w, %i {axis = 0 : i64} : (tensor<8x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}
