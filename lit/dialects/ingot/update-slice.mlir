// RUN: ingot-opt --split-input-file --verify-diagnostics --ingot-lower %s | FileCheck %s

// A row at an index that run time tells: in range, or the call ends.
// CHECK-LABEL: func.func @row
// CHECK: rt.check {{.*}}, -5, "slice index is out of range"
// CHECK: tensor.insert_slice %{{.*}} into %arg0[%{{.*}}, 0] [1, 4] [1, 1]
func.func @row(%x: tensor<3x4xf32>, %i: tensor<1xi32>, %v: tensor<1x4xf32>) -> tensor<3x4xf32> {
  %one = ingot.constant dense<1> : tensor<1xi32> : tensor<1xi32>
  %0 = ingot.update_slice %x, %i, %i, %one, %v {begin_mask = 0 : i64, end_mask = 0 : i64, shrink_mask = 1 : i64}
     : (tensor<3x4xf32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<1x4xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// Backward: the value is turned round.
// CHECK-LABEL: func.func @backward
// CHECK: linalg.generic
// CHECK: tensor.insert_slice %{{.*}} into %arg0[0] [3] [2]
func.func @backward(%x: tensor<5xf32>, %v: tensor<3xf32>) -> tensor<5xf32> {
  %zero = ingot.constant dense<0> : tensor<1xi32> : tensor<1xi32>
  %two = ingot.constant dense<-2> : tensor<1xi32> : tensor<1xi32>
  %0 = ingot.update_slice %x, %zero, %zero, %two, %v {begin_mask = 1 : i64, end_mask = 1 : i64, shrink_mask = 0 : i64}
     : (tensor<5xf32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<3xf32>) -> tensor<5xf32>
  return %0 : tensor<5xf32>
}

// -----

func.func @count(%x: tensor<5xf32>, %v: tensor<4xf32>) {
  %zero = ingot.constant dense<0> : tensor<1xi32> : tensor<1xi32>
  %three = ingot.constant dense<3> : tensor<1xi32> : tensor<1xi32>
  %one = ingot.constant dense<1> : tensor<1xi32> : tensor<1xi32>
  // expected-error @+1 {{puts 4 elements where the slice has 3}}
  %0 = ingot.update_slice %x, %zero, %three, %one, %v {begin_mask = 0 : i64, end_mask = 0 : i64, shrink_mask = 0 : i64}
     : (tensor<5xf32>, tensor<1xi32>, tensor<1xi32>, tensor<1xi32>, tensor<4xf32>) -> tensor<5xf32>
  return
}
