// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// The sum so far is carried along the axis.
// CHECK-LABEL: @cumsum
func.func @cumsum(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // CHECK: scf.for
  // CHECK: arith.addf
  // CHECK: tensor.insert
  %0 = ingot.cumsum %x {axis = 0 : i64} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// Integers wrap.
// CHECK-LABEL: @cumprod
func.func @cumprod(%x: tensor<8xi8>) -> tensor<8xi8> {
  // CHECK: scf.for
  // CHECK: arith.muli %{{.*}} : i8
  %0 = ingot.cumprod %x {axis = 0 : i64, exclusive = true} : (tensor<8xi8>) -> tensor<8xi8>
  return %0 : tensor<8xi8>
}
