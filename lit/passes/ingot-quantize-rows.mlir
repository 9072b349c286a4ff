// RUN: ingot-opt %s --ingot-quantize-rows | FileCheck %s

// Each row of x by its largest magnitude; the sums become floats at once.
// CHECK-LABEL: func @rows
// CHECK-SAME: %[[X:.*]]: tensor<?x32xf32>
// CHECK: %[[A:.*]] = ingot.abs %[[X]]
// CHECK: %[[M:.*]] = ingot.reduce_max %[[A]] {axes = array<i64: 1>, keep_dims = true}
// CHECK: %[[Z:.*]] = ingot.equal %[[M]]
// CHECK: %[[R:.*]] = ingot.select %[[Z]]
// CHECK: %[[I:.*]] = ingot.div {{.*}}, %[[R]]
// CHECK: %[[S:.*]] = ingot.mul %[[X]], %[[I]]
// CHECK: %[[Q:.*]] = ingot.quantize %[[S]]
// CHECK: %[[T:.*]] = ingot.div %[[R]]
// CHECK: %[[W:.*]] = ingot.constant dense<127> : tensor<32x32xi8>
// CHECK: %[[P:.*]] = ingot.matmul %[[Q]], %[[W]] {to = i32}
// CHECK: %[[F:.*]] = ingot.dequantize %[[P]] {axis = 1 : i64, scales = array<f32: 0.0236220472,
// CHECK: ingot.mul %[[F]], %[[T]]
func.func @rows(%x: tensor<?x32xf32>) -> tensor<?x32xf32> {
  %w = ingot.constant dense<3.0> : tensor<32x32xf32> : tensor<32x32xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x32xf32>, tensor<32x32xf32>) -> tensor<?x32xf32>
  return %0 : tensor<?x32xf32>
}

// What cannot be negative has all 256 numbers, of which -128 is 0: also around it.
// CHECK-LABEL: func @positive
// CHECK: %[[R:.*]] = ingot.relu
// CHECK: %[[Q:.*]] = ingot.quantize {{.*}}zero_points = array<i64: -128>
// CHECK: %[[S:.*]] = ingot.conv %[[Q]], {{.*}}pad_value = -128 : i64, padding = "same", {{.*}}to = i32
// CHECK: %[[O:.*]] = ingot.constant dense<520192> : tensor<32xi32>
// CHECK: ingot.add %[[S]], %[[O]]
func.func @positive(%x: tensor<1x4x4x16xf32>) -> tensor<1x4x4x32xf32> {
  %w = ingot.constant dense<2.0> : tensor<1x2x16x32xf32> : tensor<1x2x16x32xf32>
  %0 = ingot.relu %x : (tensor<1x4x4x16xf32>) -> tensor<1x4x4x16xf32>
  %1 = ingot.conv %0, %w {dilations = array<i64: 1, 1>, padding = "same", strides = array<i64: 1, 1>} : (tensor<1x4x4x16xf32>, tensor<1x2x16x32xf32>) -> tensor<1x4x4x32xf32>
  return %1 : tensor<1x4x4x32xf32>
}

// Few weights are not worth it.
// CHECK-LABEL: func @few
// CHECK: ingot.matmul {{.*}} -> tensor<?x2xf32>
func.func @few(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = ingot.constant dense<3.0> : tensor<2x2xf32> : tensor<2x2xf32>
  %0 = ingot.matmul %x, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
