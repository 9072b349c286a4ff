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
