// RUN: ingot-opt %s --split-input-file --ingot-lower --verify-diagnostics | FileCheck %s
// The shape functions of the convolutions: results that fit, and errors.

// CHECK-LABEL: func @same_strided
// CHECK-SAME: -> (tensor<?x4x5x4xf32>
func.func @same_strided(%x: tensor<?x7x9x3xf32>, %f: tensor<3x2x3x4xf32>) -> tensor<?x4x5x4xf32> {
  %y = ingot.conv %x, %f {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, padding = "same"}
    : (tensor<?x7x9x3xf32>, tensor<3x2x3x4xf32>) -> tensor<?x4x5x4xf32>
  return %y : tensor<?x4x5x4xf32>
}

// -----

func.func @channels(%x: tensor<1x7x9x3xf32>, %f: tensor<3x3x2x4xf32>) -> tensor<1x5x7x4xf32> {
  // expected-error @+1 {{the input's 3 channels are no multiple of the filter's 2}}
  %y = ingot.conv %x, %f {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>}
    : (tensor<1x7x9x3xf32>, tensor<3x3x2x4xf32>) -> tensor<1x5x7x4xf32>
  return %y : tensor<1x5x7x4xf32>
}

// -----

func.func @stride(%x: tensor<1x7x9x3xf32>, %f: tensor<3x3x3x4xf32>) -> tensor<1x5x7x4xf32> {
  // expected-error @+1 {{strides must be positive, not 0}}
  %y = ingot.conv %x, %f {strides = array<i64: 0, 1>, dilations = array<i64: 1, 1>}
    : (tensor<1x7x9x3xf32>, tensor<3x3x3x4xf32>) -> tensor<1x5x7x4xf32>
  return %y : tensor<1x5x7x4xf32>
}

// -----

func.func @depthwise(%x: tensor<1x7x9x3xf32>, %f: tensor<3x3x4x1xf32>) -> tensor<1x5x7x4xf32> {
  // expected-error @+1 {{channels differ}}
  %y = ingot.depthwise_conv %x, %f {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>}
    : (tensor<1x7x9x3xf32>, tensor<3x3x4x1xf32>) -> tensor<1x5x7x4xf32>
  return %y : tensor<1x5x7x4xf32>
}

// -----

func.func @turned(%x: tensor<1x4x4x2xf32>, %f: tensor<3x3x5x2xf32>) -> tensor<1x8x9x5xf32> {
  %sizes = ingot.constant dense<[8, 12]> : tensor<2xi64> : tensor<2xi64>
  // expected-error @+1 {{a result of this size needs 6 elements in dimension 2 of the input, not 4}}
  %y = ingot.transposed_conv %x, %f, %sizes {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, padding = "same"}
    : (tensor<1x4x4x2xf32>, tensor<3x3x5x2xf32>, tensor<2xi64>) -> tensor<1x8x9x5xf32>
  return %y : tensor<1x8x9x5xf32>
}
