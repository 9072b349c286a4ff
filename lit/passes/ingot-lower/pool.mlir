// RUN: ingot-opt %s --ingot-lower --canonicalize | FileCheck %s
// Pools: padding and NaN take no part in a maximum, and does not count in a mean.

// CHECK-LABEL: func @max
// CHECK: %[[LEAST:.*]] = arith.constant -3.40282347E+38 : f32
// CHECK: linalg.fill ins(%[[LEAST]] : f32) outs(%{{.*}} : tensor<2x7x9x3xf32>)
// CHECK: arith.cmpf ogt
func.func @max(%x: tensor<2x6x8x3xf32>) -> tensor<2x3x4x3xf32> {
  %y = ingot.max_pool %x {window = array<i64: 3, 3>, strides = array<i64: 2, 2>, padding = "same"}
    : (tensor<2x6x8x3xf32>) -> tensor<2x3x4x3xf32>
  return %y : tensor<2x3x4x3xf32>
}

// CHECK-LABEL: func @unsigned
// CHECK: linalg.fill ins(%{{.*}} : i8)
// CHECK: arith.cmpi ugt
func.func @unsigned(%x: tensor<2x6x3xui8>) -> tensor<2x3x3xui8> {
  %y = ingot.max_pool %x {window = array<i64: 2>, strides = array<i64: 2>}
    : (tensor<2x6x3xui8>) -> tensor<2x3x3xui8>
  return %y : tensor<2x3x3xui8>
}

// Without padding the count is a constant; else a vector for each dimension.
// CHECK-LABEL: func @mean
// CHECK: %[[NINE:.*]] = arith.constant 9.000000e+00 : f32
// CHECK: arith.addf
// CHECK: arith.divf %{{.*}}, %[[NINE]]
// CHECK-LABEL: func @padded_mean
// CHECK-COUNT-2: linalg.index 0
// CHECK: arith.divf
func.func @mean(%x: tensor<2x6x8x3xf32>) -> tensor<2x2x2x3xf32> {
  %y = ingot.avg_pool %x {window = array<i64: 3, 3>, strides = array<i64: 3, 3>}
    : (tensor<2x6x8x3xf32>) -> tensor<2x2x2x3xf32>
  return %y : tensor<2x2x2x3xf32>
}
func.func @padded_mean(%x: tensor<2x6x8x3xf32>) -> tensor<2x3x4x3xf32> {
  %y = ingot.avg_pool %x {window = array<i64: 3, 3>, strides = array<i64: 2, 2>, padding = "same"}
    : (tensor<2x6x8x3xf32>) -> tensor<2x3x4x3xf32>
  return %y : tensor<2x3x4x3xf32>
}
