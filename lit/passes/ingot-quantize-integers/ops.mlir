// RUN: ingot-opt %s --ingot-quantize-integers | FileCheck %s

// Between two products: a sum in a common scale with 20 more bits, a pool that keeps the
// scale, a mean in the scale of its result.
// CHECK-LABEL: func @between
// CHECK-SAME: %[[X:.*]]: tensor<1x4x4x2xf32>
// CHECK: %[[P:.*]] = ingot.requantize {{.*}} -> tensor<1x4x4x2xi8>
// CHECK: %[[L:.*]] = ingot.max_pool %[[P]] {{.*}} -> tensor<1x2x2x2xi8>
// CHECK: %[[V:.*]] = ingot.avg_pool %[[P]] {{.*}} -> tensor<1x2x2x2xi8>
// CHECK: %[[S0:.*]] = ingot.requantize %[[L]] {{{.*}}left_shift = 20
// CHECK: %[[S1:.*]] = ingot.requantize %[[V]] {{{.*}}left_shift = 20
// CHECK: %[[A:.*]] = ingot.add %[[S0]], %[[S1]] : {{.*}}i32
// CHECK: %[[R:.*]] = ingot.requantize %[[A]] {{.*}} -> tensor<1x2x2x2xi8>
// CHECK: %[[C:.*]] = ingot.cast %[[R]] {to = i32}
// CHECK: %[[M:.*]] = ingot.reduce_sum %[[C]]
// CHECK: %[[N:.*]] = ingot.sub %[[M]]
// CHECK: ingot.requantize %[[N]] {{.*}} -> tensor<1x2xi8>
func.func @between(%x: tensor<1x4x4x2xf32> {ingot.range = array<f64: -1.0, 1.0>}) -> tensor<1x2xf32> {
  %w = ingot.constant dense<[[[[0.5, -0.25], [0.5, 0.25]]]]> : tensor<1x1x2x2xf32> : tensor<1x1x2x2xf32>
  %v = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %0 = ingot.conv %x, %w {dilations = array<i64: 1, 1>, strides = array<i64: 1, 1>, ingot.range = array<f64: -1.0, 1.0>} : (tensor<1x4x4x2xf32>, tensor<1x1x2x2xf32>) -> tensor<1x4x4x2xf32>
  %1 = ingot.max_pool %0 {strides = array<i64: 2, 2>, window = array<i64: 2, 2>, ingot.range = array<f64: -1.0, 1.0>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %5 = ingot.avg_pool %0 {strides = array<i64: 2, 2>, window = array<i64: 2, 2>, ingot.range = array<f64: -1.0, 1.0>} : (tensor<1x4x4x2xf32>) -> tensor<1x2x2x2xf32>
  %2 = ingot.add %1, %5 {ingot.range = array<f64: -2.0, 2.0>} : (tensor<1x2x2x2xf32>, tensor<1x2x2x2xf32>) -> tensor<1x2x2x2xf32>
  %3 = ingot.reduce_mean %2 {axes = array<i64: 1, 2>, ingot.range = array<f64: -2.0, 2.0>} : (tensor<1x2x2x2xf32>) -> tensor<1x2xf32>
  %4 = ingot.matmul %3, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %4 : tensor<1x2xf32>
}

// A function of one number, here x * sigmoid(x), is a table of 256.
// CHECK-LABEL: func @table
// CHECK: %[[Q:.*]] = ingot.requantize {{.*}} -> tensor<1x2xi8>
// CHECK: %[[ALL:.*]] = ingot.constant dense<"0x{{.*}}> : tensor<256xf32>
// CHECK: %[[F:.*]] = ingot.sigmoid %[[ALL]]
// CHECK: %[[G:.*]] = ingot.mul %[[ALL]], %[[F]]
// CHECK: %[[T:.*]] = ingot.quantize %[[G]]
// CHECK: ingot.lookup %[[Q]], %[[T]]
func.func @table(%x: tensor<1x2xf32> {ingot.range = array<f64: -1.0, 1.0>}) -> tensor<1x2xf32> {
  %v = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %0 = ingot.matmul %x, %v {ingot.range = array<f64: -6.0, 6.0>} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = ingot.sigmoid %0 {ingot.range = array<f64: 0.0, 1.0>} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = ingot.mul %0, %1 {ingot.range = array<f64: -0.3, 6.0>} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x2xf32>
  %3 = ingot.matmul %2, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %3 : tensor<1x2xf32>
}

// An op without an integer form computes with floats between integer ones.
// CHECK-LABEL: func @island
// CHECK: %[[D:.*]] = ingot.dequantize
// CHECK: %[[S:.*]] = ingot.softmax %[[D]]
// CHECK: %[[Q:.*]] = ingot.quantize %[[S]]
// CHECK: ingot.matmul %[[Q]]
func.func @island(%x: tensor<1x2xf32> {ingot.range = array<f64: -1.0, 1.0>}) -> tensor<1x2xf32> {
  %v = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %0 = ingot.matmul %x, %v {ingot.range = array<f64: -6.0, 6.0>} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = ingot.softmax %0 {ingot.range = array<f64: 0.0, 1.0>} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = ingot.matmul %1, %v : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  return %2 : tensor<1x2xf32>
}

// What is joined is quantized in one scale.
// CHECK-LABEL: func @join
// CHECK: %[[A:.*]] = ingot.requantize
// CHECK: %[[B:.*]] = ingot.requantize
// CHECK: %[[J:.*]] = ingot.concat %[[A]], %[[B]] {axis = 1 : i64} : (tensor<1x2xi8>, tensor<1x2xi8>)
// CHECK: ingot.matmul %[[J]]
func.func @join(%x: tensor<1x2xf32> {ingot.range = array<f64: -1.0, 1.0>}) -> tensor<1x1xf32> {
  %v = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %u = ingot.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf32> : tensor<4x1xf32>
  %0 = ingot.matmul %x, %v {ingot.range = array<f64: -6.0, 6.0>} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = ingot.relu %0 {ingot.range = array<f64: 0.0, 6.0>} : (tensor<1x2xf32>) -> tensor<1x2xf32>
  %2 = ingot.matmul %x, %v {ingot.range = array<f64: -4.0, 6.0>} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %3 = ingot.concat %1, %2 {axis = 1 : i64, ingot.range = array<f64: -4.0, 6.0>} : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x4xf32>
  %4 = ingot.matmul %3, %u : (tensor<1x4xf32>, tensor<4x1xf32>) -> tensor<1x1xf32>
  return %4 : tensor<1x1xf32>
}

// Around a tensor stands the number that is 0 in its scale.
// CHECK-LABEL: func @pad
// CHECK: %[[Q:.*]] = ingot.requantize {{.*}}zero_point = -26
// CHECK: %[[Z:.*]] = ingot.constant dense<-26> : tensor<i8>
// CHECK: %[[P:.*]] = ingot.pad %[[Q]], %{{.*}}, %[[Z]]
// CHECK: ingot.matmul %[[P]]
func.func @pad(%x: tensor<1x2xf32> {ingot.range = array<f64: -1.0, 1.0>}) -> tensor<2x2xf32> {
  %v = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %edges = ingot.constant dense<[[1, 0], [0, 0]]> : tensor<2x2xi32> : tensor<2x2xi32>
  %zero = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %0 = ingot.matmul %x, %v {ingot.range = array<f64: -4.0, 6.0>} : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>
  %1 = ingot.pad %0, %edges, %zero {ingot.range = array<f64: -4.0, 6.0>} : (tensor<1x2xf32>, tensor<2x2xi32>, tensor<f32>) -> tensor<2x2xf32>
  %2 = ingot.matmul %1, %v : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32>
  return %2 : tensor<2x2xf32>
}
