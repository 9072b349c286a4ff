// RUN: ingot-opt %s --ingot-quantize-integers | FileCheck %s

// A convolution with bias and activation is one product of integers: the zero point of x
// goes into the bias, the activation into the range.
// CHECK-LABEL: func @conv
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x1xf32>
// CHECK: %[[Q:.*]] = ingot.quantize %[[X]] {scales = array<f32: 0.00784313772>, to = i8, zero_points = array<i64: -1>}
// CHECK: %[[W:.*]] = ingot.constant dense<{{.*}}127{{.*}}> : tensor<1x1x1x2xi8>
// CHECK: %[[S:.*]] = ingot.conv %[[Q]], %[[W]] {{{.*}}pad_value = -1 : i64{{.*}}to = i32} : {{.*}} -> tensor<1x4x4x2xi32>
// CHECK: %[[B:.*]] = ingot.add %[[S]]
// CHECK: %[[R:.*]] = ingot.requantize %[[B]] {axis = 3 : i64, high = 127 : i64, low = -128 : i64, multipliers = array<i32: {{[0-9]+}}, {{[0-9]+}}>
// The last product gives floats, as nothing computes with its integers.
// CHECK: %[[V:.*]] = ingot.constant dense<{{.*}}> : tensor<2x3xi8>
// CHECK: %[[T:.*]] = ingot.matmul %[[R]], %[[V]] {to = i32}
// CHECK: %[[Z:.*]] = ingot.add %[[T]]
// CHECK: %[[Y:.*]] = ingot.dequantize %[[Z]]
// CHECK: return %[[Y]]
// CHECK-NOT: ingot.range
func.func @conv(%x: tensor<1x4x4x1xf32> {ingot.range = array<f64: -1.0, 1.0>}) -> tensor<1x4x4x3xf32> {
  %w = ingot.constant dense<[[[[0.5, -0.25]]]]> : tensor<1x1x1x2xf32> : tensor<1x1x1x2xf32>
  %b = ingot.constant dense<[0.1, -0.1]> : tensor<2xf32> : tensor<2xf32>
  %v = ingot.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32> : tensor<2x3xf32>
  %0 = ingot.conv %x, %w {dilations = array<i64: 1, 1>, strides = array<i64: 1, 1>} : (tensor<1x4x4x1xf32>, tensor<1x1x1x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = ingot.add %0, %b {ingot.range = array<f64: -0.6, 0.6>} : (tensor<1x4x4x2xf32>, tensor<2xf32>) -> tensor<1x4x4x2xf32>
  %2 = ingot.relu6 %1 {ingot.range = array<f64: 0.0, 0.6>} : (tensor<1x4x4x2xf32>) -> tensor<1x4x4x2xf32>
  %3 = ingot.matmul %2, %v : (tensor<1x4x4x2xf32>, tensor<2x3xf32>) -> tensor<1x4x4x3xf32>
  return %3 : tensor<1x4x4x3xf32>
}

// Without a range there is nothing to quantize by.
// CHECK-LABEL: func @unknown
// CHECK: ingot.matmul {{.*}} -> tensor<1x3xf32>
func.func @unknown(%x: tensor<1x2xf32>) -> tensor<1x3xf32> {
  %v = ingot.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32> : tensor<2x3xf32>
  %0 = ingot.matmul %x, %v : (tensor<1x2xf32>, tensor<2x3xf32>) -> tensor<1x3xf32>
  return %0 : tensor<1x3xf32>
}

// The weights are rounded to 42, 85 and 127 steps of 1/127. With the means of x that adds
// 0.0792, or 26 steps of 100/255/127, which the bias takes off: 128 * (42 + 85 + 127) - 26.
// CHECK-LABEL: func @means
// CHECK: %[[S:.*]] = ingot.matmul
// CHECK: %[[B:.*]] = ingot.constant dense<32486> : tensor<1xi32>
// CHECK: ingot.add %[[S]], %[[B]]
func.func @means(%x: tensor<1x3xf32> {ingot.range = array<f64: 0.0, 100.0>, ingot.means = array<f32: 30.0, 60.0, 0.0>}) -> tensor<1x1xf32> {
  %v = ingot.constant dense<[[0.33333], [0.66666], [1.0]]> : tensor<3x1xf32> : tensor<3x1xf32>
  %0 = ingot.matmul %x, %v : (tensor<1x3xf32>, tensor<3x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}
