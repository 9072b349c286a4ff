// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// One pass through a hash table with open addressing tells how many there are; only then
// are the values made, of that size.
// CHECK-LABEL: @unique
func.func @unique(%x: tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi64>, tensor<?xi64>) {
  // CHECK: %[[TABLE:.*]]:4 = scf.for
  // CHECK:   scf.while
  // CHECK: %[[VALUES:.*]] = tensor.empty(%{{.*}}) : tensor<?xi32>
  // CHECK: linalg.generic {{.*}} outs(%[[VALUES]] : tensor<?xi32>)
  // CHECK: return %{{.*}}, %[[TABLE]]#1, %{{.*}} : tensor<?xi32>, tensor<?xi64>, tensor<?xi64>
  %0:3 = ingot.unique %x {index = i64} : (tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi64>, tensor<?xi64>)
  return %0#0, %0#1, %0#2 : tensor<?xi32>, tensor<?xi64>, tensor<?xi64>
}

// Two passes: how many, then where. NaN is not zero.
// CHECK-LABEL: @where
func.func @where(%x: tensor<4x4xf32>) -> tensor<?x2xi64> {
  // CHECK: arith.cmpf une
  // CHECK: tensor.empty(%{{.*}}) : tensor<?x2xi64>
  %0 = ingot.where %x : (tensor<4x4xf32>) -> tensor<?x2xi64>
  return %0 : tensor<?x2xi64>
}
