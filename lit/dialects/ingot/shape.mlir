// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

// The stated types are those that the shape functions infer.
func.func @accepted(%x: tensor<?x3xf32>, %s: tensor<2xi64>, %n: tensor<i32>) {
  %0 = ingot.shape %x {to = i32} : (tensor<?x3xf32>) -> tensor<2xi32>
  %1 = ingot.broadcast_shape %s, %s : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  %2 = ingot.ensure_shape %x {shape = array<i64: 2, -1>} : (tensor<?x3xf32>) -> tensor<2x3xf32>
  %3 = ingot.range %n, %n, %n : (tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<?xi32>
  %4 = ingot.bitcast %x {to = i16} : (tensor<?x3xf32>) -> tensor<?x3x2xi16>
  %5 = ingot.transpose %x {permutation = array<i64: 1, 0>} : (tensor<?x3xf32>) -> tensor<3x?xf32>
  %6 = ingot.broadcast_to %n, %s : (tensor<i32>, tensor<2xi64>) -> tensor<?x?xi32>
  return
}

// -----

func.func @permutation(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{entry 1 of the permutation is out of range or repeated}}
  %0 = ingot.transpose %x {permutation = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<3x3xf32>
  return
}

// -----

func.func @reshape(%x: tensor<2x3xf32>) {
  %s = ingot.constant dense<[4, 2]> : tensor<2xi64> : tensor<2xi64>
  // expected-error @+1 {{a tensor of 6 elements cannot take a shape of 8 elements}}
  %0 = ingot.reshape %x, %s : (tensor<2x3xf32>, tensor<2xi64>) -> tensor<4x2xf32>
  return
}

// -----

func.func @ensured(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{dimension 1 is 3, not 4}}
  %0 = ingot.ensure_shape %x {shape = array<i64: -1, 4>} : (tensor<2x3xf32>) -> tensor<2x4xf32>
  return
}

// -----

func.func @step() {
  %z = ingot.constant dense<0> : tensor<i32> : tensor<i32>
  // expected-error @+1 {{the step is 0}}
  %0 = ingot.range %z, %z, %z : (tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<?xi32>
  return
}

// -----

func.func @bits(%x: tensor<2x3xi16>) {
  // expected-error @+1 {{the last dimension must be 2}}
  %0 = ingot.bitcast %x {to = f32} : (tensor<2x3xi16>) -> tensor<2xf32>
  return
}
