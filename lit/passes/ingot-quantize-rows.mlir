// RUN: ingot-opt %s --ingot-quantize-rows | FileCheck %s

// Each row of x by its largest magnitude; the sums become floats at once.
// CHECK-LABEL: func @rows
// CHECK-SAME: %[[X:.*]]: tensor<?x2xf32>
// CHECK: %[[A:.*]] = ingot.abs %[[X]]
// CHECK: %[[M:.*]] = ingot.reduce_max %[[A]] {axes = array<i64: 1>, keep_dims = true}
// CHECK: %[[Z:.*]] = ingot.equal %[[M]]
// CHECK: %[[R:.*]] = ingot.select %[[Z]]
// CHECK: %[[I:.*]] = ingot.div {{.*}}, %[[R]]
// CHECK: %[[S:.*]] = ingot.mul %[[X]], %[[I]]
// CHECK: %[[Q:.*]] = ingot.quantize %[[S]]
// CHECK: %[[T:.*]] = ingot.div %[[R]]
// CHECK: %[[W:.*]] = ingot.constant dense<{{.*}}42, 64, 64], [127, 127, 127{{.*}}> : tensor<2x3xi8>
// CHECK: %[[P:.*]] = ingot.matmul %[[Q]], %[[W]] {to = i32}
// CHECK: %[[F:.*]] = ingot.dequantize %[[P]] {axis = 1 : i64, scales = array<f32:
// CHECK: ingot.mul %[[F]], %[[T]]
func.func @rows(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
  %w = ingot.constant dense<[[1.0, 2.0, 3.0], [3.0, 4.0, 6.0]]> : tensor<2x3xf32> : tensor<2x3xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x2xf32>, tensor<2x3xf32>) -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}

// What cannot be negative has all 256 numbers, of which -128 is 0: also around it.
// CHECK-LABEL: func @positive
// CHECK: %[[R:.*]] = ingot.relu
// CHECK: %[[Q:.*]] = ingot.quantize {{.*}}zero_points = array<i64: -128>
// CHECK: %[[S:.*]] = ingot.conv %[[Q]], {{.*}}pad_value = -128 : i64, padding = "same", {{.*}}to = i32
// CHECK: %[[O:.*]] = ingot.constant dense<[16256, 0]> : tensor<2xi32>
// CHECK: ingot.add %[[S]], %[[O]]
func.func @positive(%x: tensor<1x4x4x1xf32>) -> tensor<1x4x4x2xf32> {
  %w = ingot.constant dense<[[[[1.0, 2.0]], [[0.0, -2.0]]]]> : tensor<1x2x1x2xf32> : tensor<1x2x1x2xf32>
  %0 = ingot.relu %x : (tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  %1 = ingot.conv %0, %w {dilations = array<i64: 1, 1>, padding = "same", strides = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x2x1x2xf32>) -> tensor<1x4x4x2xf32>
  return %1 : tensor<1x4x4x2xf32>
}
