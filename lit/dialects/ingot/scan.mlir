// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x3xf32>, %i: tensor<4xi64>) {
  %0 = ingot.cumsum %x {axis = 0 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %1 = ingot.cumsum %i {axis = 0 : i64, exclusive = true, reverse = true} : (tensor<4xi64>) -> tensor<4xi64>
  %2 = ingot.cumprod %x {axis = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %3 = ingot.cumulative_logsumexp %x {axis = 1 : i64} : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @axis(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis 2 is out of range for rank 2}}
  %0 = ingot.cumsum %x {axis = 2 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @booleans(%x: tensor<3xi1>) {
  // expected-error @+1 {{is not defined for booleans}}
  %0 = ingot.cumprod %x {axis = 0 : i64} : (tensor<3xi1>) -> tensor<3xi1>
  return
}

// -----

func.func @integers(%x: tensor<3xi32>) {
  // expected-error @+1 {{is not defined for 'i32'}}
  %0 = ingot.cumulative_logsumexp %x {axis = 0 : i64} : (tensor<3xi32>) -> tensor<3xi32>
  return
}
