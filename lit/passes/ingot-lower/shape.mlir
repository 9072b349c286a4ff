// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// The number of elements is checked where it is not proved.
// CHECK-LABEL: @to_rows
func.func @to_rows(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %shape = ingot.constant dense<[-1, 4]> : tensor<2xi64> : tensor<2xi64>
  // CHECK: rt.check %{{.*}}, -4, "the elements do not fit the new shape"
  // CHECK: tensor.collapse_shape
  // CHECK: tensor.expand_shape
  %0 = ingot.reshape %x, %shape : (tensor<?x?xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// Nothing is left to check where it is.
// CHECK-LABEL: @proved
func.func @proved(%x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %shape = ingot.constant dense<[-1, 4]> : tensor<2xi64> : tensor<2xi64>
  // CHECK-NOT: rt.check
  %0 = ingot.reshape %x, %shape : (tensor<?x2x2xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// Nor where an entry follows from the source whatever the others are: they may be 0.
// CHECK-LABEL: @follows
func.func @follows(%x: tensor<?x3x4xf32>) -> tensor<?x12xf32> {
  %all = ingot.shape %x {to = i64} : (tensor<?x3x4xf32>) -> tensor<3xi64>
  %zero = ingot.constant dense<0> : tensor<1xi64> : tensor<1xi64>
  %one = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  %minus = ingot.constant dense<-1> : tensor<1xi64> : tensor<1xi64>
  %first = ingot.slice %all, %zero, %one : (tensor<3xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %shape = ingot.concat %first, %minus {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  // CHECK-NOT: rt.check
  %0 = ingot.reshape %x, %shape : (tensor<?x3x4xf32>, tensor<2xi64>) -> tensor<?x12xf32>
  return %0 : tensor<?x12xf32>
}

// What an entry of -1 stands for is counted without zeros where another entry is 0: the
// quotient never divides by 0.
// CHECK-LABEL: @unknown
func.func @unknown(%x: tensor<?xf32>, %n: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %all = ingot.shape %n {to = i64} : (tensor<?x?xf32>) -> tensor<2xi64>
  %zero = ingot.constant dense<0> : tensor<1xi64> : tensor<1xi64>
  %one = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  %minus = ingot.constant dense<-1> : tensor<1xi64> : tensor<1xi64>
  %first = ingot.slice %all, %zero, %one : (tensor<2xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %shape = ingot.concat %minus, %first {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  // CHECK: %[[NONZERO:.*]] = arith.maxsi
  // CHECK: %[[SAFE:.*]] = arith.select %{{.*}}, %c1, %[[NONZERO]] : index
  // CHECK: arith.floordivsi %{{.*}}, %[[SAFE]]
  // CHECK: rt.check
  %0 = ingot.reshape %x, %shape : (tensor<?xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// Sizes from data are checked before memory is asked for.
// CHECK-LABEL: @filled
func.func @filled(%x: tensor<f32>, %shape: tensor<2xi32>) -> tensor<?x?xf32> {
  // CHECK: arith.cmpi ule
  // CHECK: rt.check %{{.*}}, -4, "a size is negative or the tensor is too large"
  // CHECK: linalg.generic
  %0 = ingot.broadcast_to %x, %shape : (tensor<f32>, tensor<2xi32>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// What folded constants tell about a result is in the function's type.
// CHECK-LABEL: @refined
// CHECK-SAME: -> (tensor<2x2xf32>
func.func @refined(%x: tensor<4xf32>) -> tensor<?x?xf32> {
  %shape = ingot.constant dense<2> : tensor<2xi64> : tensor<2xi64>
  %0 = ingot.reshape %x, %shape : (tensor<4xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %0 : tensor<?x?xf32>
}

// Sizes of its own are not asked for before the reshape that finds them, whatever the
// others are.
// CHECK-LABEL: @own
func.func @own(%x: tensor<?x?xf32>, %shape: tensor<2xi32>, %n: tensor<1xi32>) -> tensor<?x?x?xf32> {
  %two = ingot.constant dense<2> : tensor<1xi32> : tensor<1xi32>
  %half = ingot.floor_div %n, %two : (tensor<1xi32>, tensor<1xi32>) -> tensor<1xi32>
  %all = ingot.concat %half, %shape {axis = 0 : i64} : (tensor<1xi32>, tensor<2xi32>) -> tensor<3xi32>
  // CHECK: rt.check %{{.*}}, -4, "more than one size is -1"
  // CHECK: rt.check %{{.*}}, -4, "a size is negative or the tensor is too large"
  // CHECK: tensor.expand_shape
  %0 = ingot.reshape %x, %all : (tensor<?x?xf32>, tensor<3xi32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
