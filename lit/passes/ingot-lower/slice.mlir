// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// The parts' other dimensions agree. ingot-compute-in-place puts the parts where they belong.
// CHECK-LABEL: @concat
// CHECK-SAME: (%[[X:[a-z0-9]*]]: tensor<?x8xf32>{{.*}}, %[[Y:[a-z0-9]*]]: tensor<?x3xf32>
func.func @concat(%x: tensor<?x8xf32>, %y: tensor<?x3xf32>) -> tensor<?x11xf32> {
  // CHECK: rt.check
  // CHECK: %[[WHOLE:.*]] = tensor.concat dim(1) %[[X]], %[[Y]] : {{.*}} -> tensor<?x11xf32>
  // CHECK: return %[[WHOLE]]
  %0 = ingot.concat %x, %y {axis = 1 : i64} : (tensor<?x8xf32>, tensor<?x3xf32>) -> tensor<?x11xf32>
  return %0 : tensor<?x11xf32>
}

// A run-time index is checked first.
// CHECK-LABEL: @element
// CHECK: %[[INSIDE:.*]] = arith.cmpi ult
// CHECK: rt.check %[[INSIDE]], -5
// CHECK: tensor.extract_slice %{{.*}}[%{{.*}}, 0] [1, 4] [1, 1] : tensor<8x4xf32> to tensor<4xf32>
func.func @element(%x: tensor<8x4xf32>, %i: tensor<1xi64>) -> tensor<4xf32> {
  %one = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  %0 = ingot.strided_slice %x, %i, %i, %one {begin_mask = 0, end_mask = 0, shrink_mask = 1}
      : (tensor<8x4xf32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// Single elements are taken before the others are stepped through.
// CHECK-LABEL: @stepped_element
// CHECK: %[[ROW:.*]] = tensor.extract_slice %{{.*}}[0, 0, 2] [6, 1, 1] [1, 1, 1] : tensor<6x1x3xf32> to tensor<6x1xf32>
// CHECK: tensor.extract_slice %[[ROW]][0, 0] [3, 1] [2, 1] : tensor<6x1xf32> to tensor<3x1xf32>
func.func @stepped_element(%x: tensor<6x1x3xf32>) -> tensor<3x1xf32> {
  %at = ingot.constant dense<[0, 0, 2]> : tensor<3xi64> : tensor<3xi64>
  %steps = ingot.constant dense<[2, 1, 1]> : tensor<3xi64> : tensor<3xi64>
  %0 = ingot.strided_slice %x, %at, %at, %steps {begin_mask = 3, end_mask = 3, shrink_mask = 4}
      : (tensor<6x1x3xf32>, tensor<3xi64>, tensor<3xi64>, tensor<3xi64>) -> tensor<3x1xf32>
  return %0 : tensor<3x1xf32>
}

// Which of the dimensions of extent 1 is dropped is not left to their strides.
// CHECK-LABEL: @middle_element
// CHECK: %[[WHOLE:.*]] = tensor.extract_slice %{{.*}}[0, 0, 3, 0] [1, 2, 1, %{{.*}}] [1, 1, 1, 1] : tensor<1x2x4x?xf32> to tensor<1x2x1x?xf32>
// CHECK: tensor.collapse_shape %[[WHOLE]] {{\[\[}}0], [1, 2], [3]] : tensor<1x2x1x?xf32> into tensor<1x2x?xf32>
func.func @middle_element(%x: tensor<1x2x4x?xf32>) -> tensor<1x2x?xf32> {
  %at = ingot.constant dense<[0, 0, 3, 0]> : tensor<4xi64> : tensor<4xi64>
  %steps = ingot.constant dense<1> : tensor<4xi64> : tensor<4xi64>
  %0 = ingot.strided_slice %x, %at, %at, %steps {begin_mask = 11, end_mask = 11, shrink_mask = 4}
      : (tensor<1x2x4x?xf32>, tensor<4xi64>, tensor<4xi64>, tensor<4xi64>) -> tensor<1x2x?xf32>
  return %0 : tensor<1x2x?xf32>
}

// Shape arithmetic becomes arithmetic on dimensions: no tensor of shapes is left.
// CHECK-LABEL: @flatten
// CHECK-NOT: tensor.from_elements
// CHECK: tensor.collapse_shape %{{.*}} {{\[\[}}0], [1, 2]] : tensor<?x4x3xf32> into tensor<?x12xf32>
func.func @flatten(%x: tensor<?x4x3xf32>) -> tensor<?x12xf32> {
  %zero = ingot.constant dense<0> : tensor<1xi64> : tensor<1xi64>
  %one = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  %rest = ingot.constant dense<-1> : tensor<1xi32> : tensor<1xi32>
  %s = ingot.shape %x {to = i32} : (tensor<?x4x3xf32>) -> tensor<3xi32>
  %b = ingot.strided_slice %s, %zero, %one, %one {begin_mask = 0, end_mask = 0, shrink_mask = 0}
      : (tensor<3xi32>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1xi32>
  %t = ingot.concat %b, %rest {axis = 0 : i64} : (tensor<1xi32>, tensor<1xi32>) -> tensor<2xi32>
  %0 = ingot.reshape %x, %t : (tensor<?x4x3xf32>, tensor<2xi32>) -> tensor<?x12xf32>
  return %0 : tensor<?x12xf32>
}
