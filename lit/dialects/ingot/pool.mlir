// RUN: ingot-opt %s --split-input-file --ingot-lower --verify-diagnostics | FileCheck %s
// The shape functions of the pools: results that fit, and errors.

// CHECK-LABEL: func @argmax
// CHECK-SAME: -> (tensor<2x2x3x3xf32>{{.*}}, tensor<2x2x3x3xi32>
func.func @argmax(%x: tensor<2x5x7x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3x3xi32>) {
  %y, %i = ingot.max_pool_argmax %x {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, to = i32}
    : (tensor<2x5x7x3xf32>) -> (tensor<2x2x3x3xf32>, tensor<2x2x3x3xi32>)
  return %y, %i : tensor<2x2x3x3xf32>, tensor<2x2x3x3xi32>
}

// -----

func.func @window(%x: tensor<2x5x7x3xf32>) -> tensor<2x2x3x3xf32> {
  // expected-error @+1 {{window needs 2 entries, has 1}}
  %y = ingot.max_pool %x {window = array<i64: 2>, strides = array<i64: 2, 2>}
    : (tensor<2x5x7x3xf32>) -> tensor<2x2x3x3xf32>
  return %y : tensor<2x2x3x3xf32>
}

// -----

func.func @pads(%x: tensor<2x5x7x3xf32>) -> tensor<2x2x3x3xf32> {
  // expected-error @+1 {{explicit padding needs 4 pads}}
  %y = ingot.avg_pool %x {window = array<i64: 2, 2>, strides = array<i64: 2, 2>, padding = "explicit", pads = array<i64: 1>}
    : (tensor<2x5x7x3xf32>) -> tensor<2x2x3x3xf32>
  return %y : tensor<2x2x3x3xf32>
}

// -----

func.func @whole(%x: tensor<2x5x7x3xi64>) -> tensor<2x4x6x3xi64> {
  // expected-error @+1 {{is not defined for 'i64'}}
  %y = ingot.avg_pool %x {window = array<i64: 2, 2>, strides = array<i64: 1, 1>}
    : (tensor<2x5x7x3xi64>) -> tensor<2x4x6x3xi64>
  return %y : tensor<2x4x6x3xi64>
}

// -----

func.func @filter(%x: tensor<2x5x7x3xf32>, %f: tensor<2x2x4xf32>) -> tensor<2x4x6x3xf32> {
  // expected-error @+1 {{the input's and the filter's channels differ}}
  %y = ingot.dilation %x, %f {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>}
    : (tensor<2x5x7x3xf32>, tensor<2x2x4xf32>) -> tensor<2x4x6x3xf32>
  return %y : tensor<2x4x6x3xf32>
}
