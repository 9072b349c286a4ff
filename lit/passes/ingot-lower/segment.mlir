// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// All ids are checked before a row is written.
// CHECK-LABEL: @unsorted
func.func @unsorted(%x: tensor<6x4xf32>, %i: tensor<6xi32>, %n: tensor<i32>) -> tensor<?x4xf32> {
  // CHECK: rt.check %{{.*}}, -11, "the number of segments is negative"
  // CHECK: scf.for
  // CHECK: rt.check %{{.*}}, -5, "a segment id is out of range"
  // CHECK: linalg.fill
  // CHECK: scf.for
  // CHECK: arith.addf
  // CHECK: tensor.insert
  %0 = ingot.segment_reduce %x, %i, %n {fold = "sum"}
      : (tensor<6x4xf32>, tensor<6xi32>, tensor<i32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: @sorted
func.func @sorted(%x: tensor<?x4xf32>, %i: tensor<?xi32>) -> tensor<?x4xf32> {
  // CHECK: rt.check %{{.*}}, -4, "ids and data differ in a dimension"
  // CHECK: rt.check %{{.*}}, -11, "segment ids are negative or out of order"
  // CHECK: tensor.insert
  %0 = ingot.segment_reduce %x, %i {fold = "sum"} : (tensor<?x4xf32>, tensor<?xi32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}
