// RUN: ingot-opt --ingot-stage-lower --ingot-mark-batch %s | FileCheck %s
// Calls that can be made sample by sample are found, and no others.

// Rows of a product are samples. A product with few rows wants many samples at once.
// CHECK-LABEL: func @dense
// CHECK-SAME: ingot.batch = {inputs = array<i1: true>, least = 64 : i64, outputs = array<i1: true>}
func.func @dense(%x: tensor<?x64xf32>, %w: tensor<64x32xf32> {ingot.variable = @w}) -> tensor<?x32xf32>
    attributes {ingot.signature = "dense"} {
  %0 = ingot.matmul %x, %w : (tensor<?x64xf32>, tensor<64x32xf32>) -> tensor<?x32xf32>
  %1 = ingot.softmax %0 : (tensor<?x32xf32>) -> tensor<?x32xf32>
  return %1 : tensor<?x32xf32>
}

// Samples that lie one behind the other once dimensions are joined.
// CHECK-LABEL: func @sequence
// CHECK-SAME: ingot.batch = {inputs = array<i1: true>, least = 1 : i64, outputs = array<i1: true>}
func.func @sequence(%x: tensor<?x40x64xf32>, %w: tensor<64x32xf32> {ingot.variable = @w})
    -> tensor<?x40x32xf32> attributes {ingot.signature = "sequence"} {
  %0 = ingot.matmul %x, %w : (tensor<?x40x64xf32>, tensor<64x32xf32>) -> tensor<?x40x32xf32>
  return %0 : tensor<?x40x32xf32>
}

// CHECK-LABEL: func @mean_of_batch
// CHECK-NOT: ingot.batch
func.func @mean_of_batch(%x: tensor<?x8xf32>) -> tensor<?x8xf32>
    attributes {ingot.signature = "mean"} {
  %0 = ingot.reduce_mean %x {axes = array<i64: 0>, keep_dims = true} : (tensor<?x8xf32>) -> tensor<1x8xf32>
  %1 = ingot.sub %x, %0 : (tensor<?x8xf32>, tensor<1x8xf32>) -> tensor<?x8xf32>
  return %1 : tensor<?x8xf32>
}

// A sample that looks at its neighbours.
// CHECK-LABEL: func @running
// CHECK-NOT: ingot.batch
func.func @running(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {ingot.signature = "sums"} {
  %0 = ingot.cumsum %x {axis = 0 : i64} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// Whoever comes from the table must be in it: true of all samples if it is true of each.
// CHECK-LABEL: func @lookup
// CHECK-SAME: ingot.batch
func.func @lookup(%i: tensor<?xi32>, %table: tensor<100x4xf32> {ingot.variable = @t}) -> tensor<?x4xf32>
    attributes {ingot.signature = "lookup"} {
  %0 = ingot.gather %table, %i {axis = 0 : i64} : (tensor<100x4xf32>, tensor<?xi32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// Samples are the table.
// CHECK-LABEL: func @from_batch
// CHECK-NOT: ingot.batch
func.func @from_batch(%x: tensor<?x4xf32>, %i: tensor<?xi32>) -> tensor<?x4xf32>
    attributes {ingot.signature = "from_batch"} {
  %0 = ingot.gather %x, %i {axis = 0 : i64} : (tensor<?x4xf32>, tensor<?xi32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
