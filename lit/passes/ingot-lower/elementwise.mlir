// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// Dimensions that differ at run time and are not 1 end the call before anything is read.
// CHECK-LABEL: @dynamic
func.func @dynamic(%x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  // CHECK: rt.check %{{.*}}, -4, "operands cannot be broadcast to one shape"
  // CHECK: rt.broadcast
  // CHECK: linalg.generic
  // CHECK: arith.addf
  %0 = ingot.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// A dimension that is known to be 1 is read at one place, without a copy.
// CHECK-LABEL: @column
func.func @column(%x: tensor<?x4xf32>, %y: tensor<?x1xf32>) -> tensor<?x4xf32> {
  // CHECK-NOT: rt.broadcast %{{.*}} : tensor<?x1xf32> to tensor<?x4xf32>
  // CHECK: linalg.generic
  // CHECK: arith.mulf
  %0 = ingot.mul %x, %y : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// CHECK-LABEL: @divide
func.func @divide(%x: tensor<4xi32>, %y: tensor<4xi32>) -> tensor<4xi32> {
  // CHECK: rt.check %{{.*}}, -6, "integer division by zero"
  // CHECK: arith.divsi
  %0 = ingot.div %x, %y : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// Special functions are computed in f64 and rounded once.
// CHECK-LABEL: @special
func.func @special(%x: tensor<4xf16>) -> tensor<4xf16> {
  // CHECK: arith.extf %{{.*}} : f32 to f64
  // CHECK: math.log %{{.*}} : f64
  // CHECK: arith.truncf %{{.*}} : f64 to f32
  // CHECK: arith.truncf %{{.*}} : f32 to f16
  %0 = ingot.lgamma %x : (tensor<4xf16>) -> tensor<4xf16>
  return %0 : tensor<4xf16>
}
