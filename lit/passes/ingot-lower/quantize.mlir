// RUN: ingot-opt %s --ingot-lower --canonicalize | FileCheck %s
// Requantization is integer arithmetic; parameters that differ by channel are operands.

// CHECK-LABEL: func @one
// CHECK-DAG: arith.constant 1073741824 : i64
// CHECK-DAG: %[[FIVE:.*]] = arith.constant 5 : i32
// CHECK: arith.extsi %{{.*}} : i32 to i64
// CHECK: arith.muli %{{.*}} : i64
// CHECK: arith.shrsi %{{.*}} : i64
// CHECK: arith.cmpi sgt
// CHECK: arith.addi %{{.*}}, %[[FIVE]] : i32
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: arith.trunci %{{.*}} : i32 to i8
func.func @one(%x: tensor<4xi32>) -> tensor<4xi8> {
  %0 = ingot.requantize %x {to = i8, multipliers = array<i32: 1342177280>, shifts = array<i32: -3>, zero_point = 5 : i64, low = -128 : i64, high = 127 : i64} : (tensor<4xi32>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// CHECK-LABEL: func @channels
// CHECK-DAG: arith.constant dense<[1073741824, 1342177280]> : tensor<2xi32>
// CHECK: linalg.generic {{.*}} ins(%arg0, %{{.*}} : tensor<3x2xi32>, tensor<2xi32>)
func.func @channels(%x: tensor<3x2xi32>) -> tensor<3x2xi8> {
  %0 = ingot.requantize %x {to = i8, multipliers = array<i32: 1073741824, 1342177280>, shifts = array<i32: -3, -3>, axis = 1 : i64, low = -128 : i64, high = 127 : i64} : (tensor<3x2xi32>) -> tensor<3x2xi8>
  return %0 : tensor<3x2xi8>
}

// CHECK-LABEL: func @nearest
// CHECK: arith.sitofp
// CHECK: arith.mulf
// CHECK: arith.bitcast %{{.*}} : f32 to i32
// CHECK-NOT: i64
// CHECK: return
func.func @nearest(%x: tensor<4xi32>) -> tensor<4xi8> {
  %0 = ingot.requantize %x {to = i8, multipliers = array<i32: 1342177280>, shifts = array<i32: -3>, low = -128 : i64, high = 127 : i64, rounding = "nearest"} : (tensor<4xi32>) -> tensor<4xi8>
  return %0 : tensor<4xi8>
}

// The border of an integer convolution is its zero point, its sums are wider.
// CHECK-LABEL: func @conv
// CHECK: linalg.fill ins(%{{.*}} : i8) outs(%{{.*}} : tensor<1x6x6x1xi8>)
// CHECK: arith.extsi %{{.*}} : i8 to i32
// CHECK: arith.muli %{{.*}} : i32
func.func @conv(%x: tensor<1x4x4x1xi8>, %w: tensor<3x3x1x2xi8>) -> tensor<1x4x4x2xi32> {
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = "same", pad_value = -7 : i64, to = i32} : (tensor<1x4x4x1xi8>, tensor<3x3x1x2xi8>) -> tensor<1x4x4x2xi32>
  return %0 : tensor<1x4x4x2xi32>
}

// CHECK-LABEL: func @softmax
// CHECK: arith.maxsi
// CHECK: tensor.extract
// CHECK: math.ctlz
func.func @softmax(%x: tensor<2x8xi8>, %e: tensor<256xi32>) -> tensor<2x8xi8> {
  %0 = ingot.fixed_softmax %x, %e {to = i8} : (tensor<2x8xi8>, tensor<256xi32>) -> tensor<2x8xi8>
  return %0 : tensor<2x8xi8>
}
