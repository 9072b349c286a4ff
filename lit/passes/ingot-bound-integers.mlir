// RUN: ingot-opt %s --ingot-bound-integers | FileCheck %s
// Columns of the weights have magnitudes of 3 and 130 in all: with 128 for x, 16640, and 5 more of the bias. The
// sum of two requantized numbers of up to 255 * 2^20 halved is known too.

// CHECK-LABEL: func.func @product
// CHECK: ingot.requantize
// CHECK-SAME: ingot.magnitude = 16645 : i64
func.func @product(%x: tensor<4x2xi8>) -> tensor<4x2xi8> {
  %w = "ingot.constant"() <{value = dense<[[1, 127], [-2, 3]]> : tensor<2x2xi8>}> : () -> tensor<2x2xi8>
  %b = "ingot.constant"() <{value = dense<[5, -4]> : tensor<2xi32>}> : () -> tensor<2xi32>
  %0 = "ingot.matmul"(%x, %w) <{to = i32}> : (tensor<4x2xi8>, tensor<2x2xi8>) -> tensor<4x2xi32>
  %1 = "ingot.add"(%0, %b) : (tensor<4x2xi32>, tensor<2xi32>) -> tensor<4x2xi32>
  %2 = "ingot.requantize"(%1) <{to = i8, multipliers = array<i32: 1073741824>, shifts = array<i32: -7>, low = -128 : i64, high = 127 : i64}> : (tensor<4x2xi32>) -> tensor<4x2xi8>
  return %2 : tensor<4x2xi8>
}

// CHECK-LABEL: func.func @sum
// CHECK: ingot.requantize
// CHECK-SAME: ingot.magnitude = 267386880 : i64
// CHECK: ingot.requantize
// CHECK-SAME: ingot.magnitude = 267386884 : i64
func.func @sum(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = "ingot.requantize"(%x) <{to = i32, multipliers = array<i32: 1073741824>, shifts = array<i32: 0>, input_zero_point = 127 : i64, left_shift = 20 : i64, low = -2147483648 : i64, high = 2147483647 : i64}> : (tensor<4xi8>) -> tensor<4xi32>
  %1 = "ingot.add"(%0, %0) : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  %2 = "ingot.requantize"(%1) <{to = i8, multipliers = array<i32: 1073741824>, shifts = array<i32: -18>, low = -128 : i64, high = 127 : i64}> : (tensor<4xi32>) -> tensor<4xi8>
  return %2 : tensor<4xi8>
}
