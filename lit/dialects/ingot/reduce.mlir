// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x3x4xf32>, %b: tensor<2x3xi1>) {
  %0 = ingot.reduce_sum %x {axes = array<i64: 0, 2>} : (tensor<?x3x4xf32>) -> tensor<3xf32>
  %1 = ingot.reduce_max %x {axes = array<i64: 1>, keep_dims = true} : (tensor<?x3x4xf32>) -> tensor<?x1x4xf32>
  %2 = ingot.reduce_all %b {axes = array<i64: 0, 1>} : (tensor<2x3xi1>) -> tensor<i1>
  %3 = ingot.arg_max %x {axis = 2 : i64, to = i32} : (tensor<?x3x4xf32>) -> tensor<?x3xi32>
  %4 = ingot.softmax %x {log = true} : (tensor<?x3x4xf32>) -> tensor<?x3x4xf32>
  return
}

// -----

func.func @axes(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis 0 is out of range or repeated for rank 2}}
  %0 = ingot.reduce_sum %x {axes = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<f32>
  return
}

// -----

func.func @nothing(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{axis 1 has no elements}}
  %0 = ingot.arg_min %x {axis = 1 : i64, to = i64} : (tensor<2x0xf32>) -> tensor<2xi64>
  return
}

// -----

func.func @scalar(%x: tensor<f32>) {
  // expected-error @+1 {{needs a tensor of floats of rank 1 or more}}
  %0 = ingot.softmax %x : (tensor<f32>) -> tensor<f32>
  return
}
