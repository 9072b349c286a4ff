// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x8x3xf32>, %i: tensor<?x5xi32>, %k: tensor<4x2xi64>,
                    %u: tensor<4x3xf32>) {
  %0 = ingot.gather %x, %i {axis = 1 : i64} : (tensor<?x8x3xf32>, tensor<?x5xi32>) -> tensor<?x?x5x3xf32>
  %1 = ingot.gather %x, %i {axis = 1 : i64, batch_dims = 1 : i64}
      : (tensor<?x8x3xf32>, tensor<?x5xi32>) -> tensor<?x5x3xf32>
  %2 = ingot.gather_nd %x, %k : (tensor<?x8x3xf32>, tensor<4x2xi64>) -> tensor<4x3xf32>
  %3 = ingot.scatter_nd %x, %k, %u {mode = "add"}
      : (tensor<?x8x3xf32>, tensor<4x2xi64>, tensor<4x3xf32>) -> tensor<?x8x3xf32>
  %4 = ingot.where %x : (tensor<?x8x3xf32>) -> tensor<?x3xi64>
  return
}

// -----

func.func @depth(%x: tensor<4xf32>, %k: tensor<4x2xi64>) {
  // expected-error @+1 {{the last dimension of the indices must be known and at most 1}}
  %0 = ingot.gather_nd %x, %k : (tensor<4xf32>, tensor<4x2xi64>) -> tensor<4xf32>
  return
}

// -----

func.func @batch(%x: tensor<2x4xf32>, %i: tensor<3x1xi32>) {
  // expected-error @+1 {{dimension 0 differs: 2 and 3}}
  %0 = ingot.gather %x, %i {axis = 1 : i64, batch_dims = 1 : i64}
      : (tensor<2x4xf32>, tensor<3x1xi32>) -> tensor<2x1xf32>
  return
}

// -----

func.func @mode(%x: tensor<4xf32>, %k: tensor<2x1xi64>, %u: tensor<2xf32>) {
  // expected-error @+1 {{unknown mode "xor"}}
  %0 = ingot.scatter_nd %x, %k, %u {mode = "xor"}
      : (tensor<4xf32>, tensor<2x1xi64>, tensor<2xf32>) -> tensor<4xf32>
  return
}
