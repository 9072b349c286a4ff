// RUN: ingot-opt %s --ingot-fold-batch-norm | FileCheck %s
// Scales and biases by channel go into the weights before them.

// ((conv + b) - m) * s + o: the weights times s and (b - m) * s + o.
// CHECK-LABEL: func @conv
// CHECK-DAG: %[[W:.*]] = ingot.constant dense<{{\[\[}}[2.000000e+00, 6.000000e+00], [6.000000e+00, 1.200000e+01]]]>
// CHECK-DAG: %[[B:.*]] = ingot.constant dense<[1.000000e+01, 1.300000e+01]>
// CHECK: %[[Y:.*]] = ingot.conv %{{.*}}, %[[W]]
// CHECK-NEXT: %[[SUM:.*]] = ingot.add %[[Y]], %[[B]]
// CHECK-NEXT: return %[[SUM]]
func.func @conv(%x: tensor<?x8x2xf32>) -> tensor<?x8x2xf32> {
  %w = ingot.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf32> : tensor<1x2x2xf32>
  %b = ingot.constant dense<[2.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %m = ingot.constant dense<1.0> : tensor<f32> : tensor<f32>
  %s = ingot.constant dense<[[[2.0, 3.0]]]> : tensor<1x1x2xf32> : tensor<1x1x2xf32>
  %o = ingot.constant dense<[8.0, 4.0]> : tensor<2xf32> : tensor<2xf32>
  %0 = ingot.conv %x, %w {strides = array<i64: 1>, dilations = array<i64: 1>} : (tensor<?x8x2xf32>, tensor<1x2x2xf32>) -> tensor<?x8x2xf32>
  %1 = ingot.add %0, %b : (tensor<?x8x2xf32>, tensor<2xf32>) -> tensor<?x8x2xf32>
  %2 = ingot.sub %1, %m : (tensor<?x8x2xf32>, tensor<f32>) -> tensor<?x8x2xf32>
  %3 = ingot.mul %s, %2 : (tensor<1x1x2xf32>, tensor<?x8x2xf32>) -> tensor<?x8x2xf32>
  %4 = ingot.add %3, %o : (tensor<?x8x2xf32>, tensor<2xf32>) -> tensor<?x8x2xf32>
  return %4 : tensor<?x8x2xf32>
}

// A transposed factor has its channels in rows.
// CHECK-LABEL: func @transposed
// CHECK: ingot.constant dense<{{\[\[}}1.000000e+01, 2.000000e+01], [3.000000e+02, 4.000000e+02]]>
// CHECK: %[[Y:.*]] = ingot.matmul
// CHECK-NEXT: return %[[Y]]
func.func @transposed(%x: tensor<4x2xf32>) -> tensor<4x2xf32> {
  %w = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %s = ingot.constant dense<[10.0, 100.0]> : tensor<2xf32> : tensor<2xf32>
  %0 = ingot.matmul %x, %w {transpose_y = true} : (tensor<4x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  %1 = ingot.mul %0, %s : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// A product that is also used as it is stays.
// CHECK-LABEL: func @used_twice
// CHECK: ingot.mul
func.func @used_twice(%x: tensor<4x2xf32>) -> (tensor<4x2xf32>, tensor<4x2xf32>) {
  %w = ingot.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32> : tensor<2x2xf32>
  %s = ingot.constant dense<[10.0, 100.0]> : tensor<2xf32> : tensor<2xf32>
  %0 = ingot.matmul %x, %w : (tensor<4x2xf32>, tensor<2x2xf32>) -> tensor<4x2xf32>
  %1 = ingot.mul %0, %s : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  return %0, %1 : tensor<4x2xf32>, tensor<4x2xf32>
}
