// RUN: ingot-opt %s --ingot-expand-transposed-conv | FileCheck %s
// Three taps at stride 2: phase 0 has weights 0 and 2, phase 1 has weight 1.

// CHECK-LABEL: func @three_taps
// CHECK: %[[W:.*]] = ingot.constant dense<{{\[\[}}[3.000000e+00, 0.000000e+00]], {{\[\[}}1.000000e+00, 2.000000e+00]]]>
// CHECK: %[[Y:.*]] = ingot.conv %{{.*}}, %[[W]] {{.*}}pads = array<i64: 1, 0>{{.*}} -> tensor<?x4x2xf32>
// CHECK: ingot.reshape {{.*}} -> tensor<?x4x2x1xf32>
// CHECK: ingot.transpose
// CHECK: ingot.reshape {{.*}} -> tensor<?x8x1xf32>
// CHECK-NOT: ingot.strided_slice
// CHECK: return
func.func @three_taps(%x: tensor<?x4x1xf32>) -> tensor<?x8x1xf32> {
  %w = ingot.constant dense<[[[1.0]], [[2.0]], [[3.0]]]> : tensor<3x1x1xf32> : tensor<3x1x1xf32>
  %s = ingot.constant dense<[8]> : tensor<1xi64> : tensor<1xi64>
  %0 = ingot.transposed_conv %x, %w, %s {strides = array<i64: 2>, dilations = array<i64: 1>, padding = "same"}
    : (tensor<?x4x1xf32>, tensor<3x1x1xf32>, tensor<1xi64>) -> tensor<?x8x1xf32>
  return %0 : tensor<?x8x1xf32>
}

// Weights that only run time knows stay as they are.
// CHECK-LABEL: func @unknown
// CHECK: ingot.transposed_conv
func.func @unknown(%x: tensor<1x4x1xf32>, %w: tensor<3x1x1xf32>) -> tensor<1x8x1xf32> {
  %s = ingot.constant dense<[8]> : tensor<1xi64> : tensor<1xi64>
  %0 = ingot.transposed_conv %x, %w, %s {strides = array<i64: 2>, dilations = array<i64: 1>, padding = "same"}
    : (tensor<1x4x1xf32>, tensor<3x1x1xf32>, tensor<1xi64>) -> tensor<1x8x1xf32>
  return %0 : tensor<1x8x1xf32>
}
