// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x8xf32>, %n: tensor<2xi64>) {
  %b = ingot.constant dense<[0, 6]> : tensor<2xi64> : tensor<2xi64>
  %e = ingot.constant dense<[0, 1]> : tensor<2xi64> : tensor<2xi64>
  %s = ingot.constant dense<[1, -2]> : tensor<2xi64> : tensor<2xi64>
  %p = ingot.constant dense<[[0, 0], [2, 3]]> : tensor<2x2xi64> : tensor<2x2xi64>
  %v = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  // Elements 6, 4 and 2 of each row.
  %0 = ingot.strided_slice %x, %b, %e, %s {begin_mask = 1, end_mask = 1, shrink_mask = 0}
      : (tensor<?x8xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x3xf32>
  %1 = ingot.slice %x, %n, %n : (tensor<?x8xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x?xf32>
  %2 = ingot.pad %x, %p, %v : (tensor<?x8xf32>, tensor<2x2xi64>, tensor<f32>) -> tensor<?x13xf32>
  %3 = ingot.concat %x, %2 {axis = 1 : i64} : (tensor<?x8xf32>, tensor<?x13xf32>) -> tensor<?x21xf32>
  return
}

// -----

func.func @bounds(%x: tensor<4xf32>) {
  %b = ingot.constant dense<2> : tensor<1xi64> : tensor<1xi64>
  %s = ingot.constant dense<3> : tensor<1xi64> : tensor<1xi64>
  // expected-error @+1 {{the slice of dimension 0 is out of bounds}}
  %0 = ingot.slice %x, %b, %s : (tensor<4xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xf32>
  return
}

// -----

func.func @single(%x: tensor<4xf32>) {
  %b = ingot.constant dense<-5> : tensor<1xi64> : tensor<1xi64>
  %s = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  // expected-error @+1 {{slice index of dimension 0 is out of bounds}}
  %0 = ingot.strided_slice %x, %b, %b, %s {begin_mask = 0, end_mask = 0, shrink_mask = 1}
      : (tensor<4xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<f32>
  return
}

// -----

func.func @parts(%x: tensor<2x3xf32>, %y: tensor<3x2xf32>) {
  // expected-error @+1 {{dimension 1 differs: 3 and 2}}
  %0 = ingot.concat %x, %y {axis = 0 : i64} : (tensor<2x3xf32>, tensor<3x2xf32>) -> tensor<5x3xf32>
  return
}

// -----

func.func @padding(%x: tensor<2xf32>, %v: tensor<f32>) {
  %p = ingot.constant dense<[[-1, 0]]> : tensor<1x2xi64> : tensor<1x2xi64>
  // expected-error @+1 {{padding -1 is negative}}
  %0 = ingot.pad %x, %p, %v : (tensor<2xf32>, tensor<1x2xi64>, tensor<f32>) -> tensor<1xf32>
  return
}
