// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x3xf32>, %i: tensor<?xi32>, %n: tensor<i64>) {
  %five = ingot.constant dense<5> : tensor<i32> : tensor<i32>
  %0 = ingot.segment_reduce %x, %i {fold = "sum"} : (tensor<?x3xf32>, tensor<?xi32>) -> tensor<?x3xf32>
  %1 = ingot.segment_reduce %x, %i, %five {fold = "max"}
      : (tensor<?x3xf32>, tensor<?xi32>, tensor<i32>) -> tensor<5x3xf32>
  %2 = ingot.segment_reduce %x, %i, %n {fold = "prod"}
      : (tensor<?x3xf32>, tensor<?xi32>, tensor<i64>) -> tensor<?x3xf32>
  return
}

// -----

func.func @rows(%x: tensor<4x3xf32>, %i: tensor<5xi32>) {
  // expected-error @+1 {{ids and data differ in a dimension: 5 and 4}}
  %0 = ingot.segment_reduce %x, %i {fold = "sum"} : (tensor<4x3xf32>, tensor<5xi32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @ids(%x: tensor<4xf32>, %i: tensor<4xi8>) {
  // expected-error @+1 {{ids must be i32 or i64}}
  %0 = ingot.segment_reduce %x, %i {fold = "sum"} : (tensor<4xf32>, tensor<4xi8>) -> tensor<?xf32>
  return
}

// -----

func.func @fold(%x: tensor<4xf32>, %i: tensor<4xi32>) {
  // expected-error @+1 {{does not fold with median}}
  %0 = ingot.segment_reduce %x, %i {fold = "median"} : (tensor<4xf32>, tensor<4xi32>) -> tensor<?xf32>
  return
}

// -----

// Products over sizes are sizes: this is how TensorFlow Lite joins dimensions.
func.func @joined(%x: tensor<?x2x4xf32>) {
  %ids = ingot.constant dense<[0, 1, 1]> : tensor<3xi32> : tensor<3xi32>
  %two = ingot.constant dense<2> : tensor<i32> : tensor<i32>
  %sizes = ingot.shape %x {to = i32} : (tensor<?x2x4xf32>) -> tensor<3xi32>
  %joined = ingot.segment_reduce %sizes, %ids, %two {fold = "prod"}
      : (tensor<3xi32>, tensor<3xi32>, tensor<i32>) -> tensor<2xi32>
  %0 = ingot.reshape %x, %joined : (tensor<?x2x4xf32>, tensor<2xi32>) -> tensor<?x8xf32>
  // expected-error @+1 {{dimension 1 is 8, not 7}}
  %1 = ingot.ensure_shape %0 {shape = array<i64: -1, 7>} : (tensor<?x8xf32>) -> tensor<?x7xf32>
  return
}
