// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x8xf32>, %i: tensor<5xui8>, %k: tensor<i32>) {
  %three = ingot.constant dense<3> : tensor<i32> : tensor<i32>
  %0:2 = ingot.top_k %x, %three {to = i32} : (tensor<?x8xf32>, tensor<i32>) -> (tensor<?x3xf32>, tensor<?x3xi32>)
  %1:2 = ingot.top_k %i, %k {to = i64} : (tensor<5xui8>, tensor<i32>) -> (tensor<?xui8>, tensor<?xi64>)
  return
}

// -----

func.func @more_than_there_are(%x: tensor<4xf32>) {
  %k = ingot.constant dense<5> : tensor<i32> : tensor<i32>
  // expected-error @+1 {{k = 5 is not in the range of the last dimension}}
  %0:2 = ingot.top_k %x, %k {to = i32} : (tensor<4xf32>, tensor<i32>) -> (tensor<5xf32>, tensor<5xi32>)
  return
}

// -----

func.func @complex(%x: tensor<4xcomplex<f32>>, %k: tensor<i32>) {
  // expected-error @+1 {{needs a real tensor of rank 1 or more and an integer scalar}}
  %0:2 = ingot.top_k %x, %k {to = i32} : (tensor<4xcomplex<f32>>, tensor<i32>) -> (tensor<?xcomplex<f32>>, tensor<?xi32>)
  return
}
