// RUN: ingot-opt --split-input-file --ingot-bound-indices %s | FileCheck %s

// Through what copies elements; the smallest table counts.
// CHECK-LABEL: func.func @ids(
// CHECK-SAME:    %arg0: tensor<?x4xi32> {ingot.index_bound = 7 : i64}
// CHECK-SAME:    %arg1: tensor<3xi64> {ingot.index_bound = 9 : i64}
// CHECK-SAME:    %arg2: tensor<9x2xf32>, %arg3: tensor<7x2xf32>)
func.func @ids(%ids: tensor<?x4xi32>, %more: tensor<3xi64>, %a: tensor<9x2xf32>, %b: tensor<7x2xf32>)
    -> (tensor<?x4x2xf32>, tensor<?x4x2xf32>, tensor<3x2xf32>) attributes {ingot.signature = "ids"} {
  %wide = ingot.cast %ids {to = i64} : (tensor<?x4xi32>) -> tensor<?x4xi64>
  %0 = ingot.gather %a, %wide {axis = -2 : i64} : (tensor<9x2xf32>, tensor<?x4xi64>) -> tensor<?x4x2xf32>
  %1 = ingot.gather %b, %ids {axis = 0 : i64} : (tensor<7x2xf32>, tensor<?x4xi32>) -> tensor<?x4x2xf32>
  %2 = ingot.gather %a, %more {axis = 0 : i64} : (tensor<9x2xf32>, tensor<3xi64>) -> tensor<3x2xf32>
  return %0, %1, %2 : tensor<?x4x2xf32>, tensor<?x4x2xf32>, tensor<3x2xf32>
}

// -----

// The table's size is not known, the index is computed, or has two coordinates.
// CHECK-LABEL: func.func @unknown(
// CHECK-NOT:   index_bound
func.func @unknown(%i: tensor<3xi32>, %j: tensor<3xi32>, %k: tensor<3x2xi32>, %a: tensor<?xf32>, %b: tensor<7x5xf32>)
    -> (tensor<3xf32>, tensor<3x5xf32>, tensor<3xf32>) attributes {ingot.signature = "unknown"} {
  %0 = ingot.gather %a, %i {axis = 0 : i64} : (tensor<?xf32>, tensor<3xi32>) -> tensor<3xf32>
  %n = ingot.neg %j : (tensor<3xi32>) -> tensor<3xi32>
  %1 = ingot.gather %b, %n {axis = 0 : i64} : (tensor<7x5xf32>, tensor<3xi32>) -> tensor<3x5xf32>
  %2 = ingot.gather_nd %b, %k : (tensor<7x5xf32>, tensor<3x2xi32>) -> tensor<3xf32>
  return %0, %1, %2 : tensor<3xf32>, tensor<3x5xf32>, tensor<3xf32>
}
