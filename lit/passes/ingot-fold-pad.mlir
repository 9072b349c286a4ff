// RUN: ingot-opt %s --ingot-fold-pad --canonicalize | FileCheck %s
// Zeros before a convolution become its padding; other values and dimensions stay.

// CHECK-LABEL: func @zeros
// CHECK-NEXT: ingot.conv %{{.*}} {dilations = array<i64: 1, 1>, padding = "explicit", pads = array<i64: 1, 2, 3, 4>
func.func @zeros(%x: tensor<1x8x8x2xf32>, %w: tensor<3x3x2x4xf32>) -> tensor<1x9x13x4xf32> {
  %p = ingot.constant dense<[[0, 0], [1, 2], [3, 4], [0, 0]]> : tensor<4x2xi64> : tensor<4x2xi64>
  %z = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %0 = ingot.pad %x, %p, %z : (tensor<1x8x8x2xf32>, tensor<4x2xi64>, tensor<f32>) -> tensor<1x11x15x2xf32>
  %1 = ingot.conv %0, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>} : (tensor<1x11x15x2xf32>, tensor<3x3x2x4xf32>) -> tensor<1x9x13x4xf32>
  return %1 : tensor<1x9x13x4xf32>
}

// CHECK-LABEL: func @ones
// CHECK: ingot.pad
func.func @ones(%x: tensor<1x8x2xf32>, %w: tensor<3x2x1xf32>) -> tensor<1x8x2xf32> {
  %p = ingot.constant dense<[[0, 0], [1, 1], [0, 0]]> : tensor<3x2xi32> : tensor<3x2xi32>
  %z = ingot.constant dense<1.0> : tensor<f32> : tensor<f32>
  %0 = ingot.pad %x, %p, %z : (tensor<1x8x2xf32>, tensor<3x2xi32>, tensor<f32>) -> tensor<1x10x2xf32>
  %1 = ingot.depthwise_conv %0, %w {strides = array<i64: 1>, dilations = array<i64: 1>} : (tensor<1x10x2xf32>, tensor<3x2x1xf32>) -> tensor<1x8x2xf32>
  return %1 : tensor<1x8x2xf32>
}

// CHECK-LABEL: func @channels
// CHECK: ingot.pad
func.func @channels(%x: tensor<1x8x2xf32>, %w: tensor<3x3x1xf32>) -> tensor<1x8x1xf32> {
  %p = ingot.constant dense<[[0, 0], [1, 1], [0, 1]]> : tensor<3x2xi32> : tensor<3x2xi32>
  %z = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %0 = ingot.pad %x, %p, %z : (tensor<1x8x2xf32>, tensor<3x2xi32>, tensor<f32>) -> tensor<1x10x3xf32>
  %1 = ingot.conv %0, %w {strides = array<i64: 1>, dilations = array<i64: 1>} : (tensor<1x10x3xf32>, tensor<3x3x1xf32>) -> tensor<1x8x1xf32>
  return %1 : tensor<1x8x1xf32>
}
