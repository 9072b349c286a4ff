// RUN: ingot-opt %s --ingot-lower --canonicalize | FileCheck %s
// Convolutions have one form: loops n, oh, ow, oc, kh, kw, ic over padded input.

// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1 * 2 + d4, d2 * 2 + d5 * 3, d6)>
// CHECK-DAG: #[[F:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d4, d5, d6, d3)>
// CHECK-DAG: #[[Y:.*]] = affine_map<(d0, d1, d2, d3, d4, d5, d6) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[DX:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d0, d1 + d4, d2)>
// CHECK-DAG: #[[DF:.*]] = affine_map<(d0, d1, d2, d3, d4) -> (d4, d2, d3)>

// CHECK-LABEL: func @conv
// CHECK: %[[PADDED:.*]] = tensor.insert_slice %{{.*}} into %{{.*}}[0, 1, 0, 0] [1, 8, 9, 3]
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[F]], #[[Y]]]
// CHECK-SAME: ins(%[[PADDED]]
// CHECK: arith.mulf {{.*}} fastmath<contract>
// CHECK-NEXT: arith.addf %{{.*}}, %{{.*}} fastmath<contract>
func.func @conv(%x: tensor<1x8x9x3xf32>, %f: tensor<3x2x3x4xf32>) -> tensor<1x4x3x4xf32> {
  %y = ingot.conv %x, %f {strides = array<i64: 2, 2>, dilations = array<i64: 1, 3>,
      padding = "explicit", pads = array<i64: 1, 0, 0, 0>}
    : (tensor<1x8x9x3xf32>, tensor<3x2x3x4xf32>) -> tensor<1x4x3x4xf32>
  return %y : tensor<1x4x3x4xf32>
}

// CHECK-LABEL: func @grouped
// CHECK: tensor.expand_shape %{{.*}} : tensor<1x8x6xf32> into tensor<1x8x2x3xf32>
// CHECK: tensor.expand_shape %{{.*}} : tensor<2x3x4xf32> into tensor<2x3x2x2xf32>
// CHECK: tensor.collapse_shape %{{.*}} : tensor<1x7x2x2xf32> into tensor<1x7x4xf32>
func.func @grouped(%x: tensor<1x8x6xf32>, %f: tensor<2x3x4xf32>) -> tensor<1x7x4xf32> {
  %y = ingot.conv %x, %f {strides = array<i64: 1>, dilations = array<i64: 1>}
    : (tensor<1x8x6xf32>, tensor<2x3x4xf32>) -> tensor<1x7x4xf32>
  return %y : tensor<1x7x4xf32>
}

// CHECK-LABEL: func @depthwise
// CHECK-NOT: tensor.insert_slice
// CHECK: linalg.generic {indexing_maps = [#[[DX]], #[[DF]],
func.func @depthwise(%x: tensor<1x8x6xf32>, %f: tensor<2x6x2xf32>) -> tensor<1x7x12xf32> {
  %y = ingot.depthwise_conv %x, %f {strides = array<i64: 1>, dilations = array<i64: 1>}
    : (tensor<1x8x6xf32>, tensor<2x6x2xf32>) -> tensor<1x7x12xf32>
  return %y : tensor<1x7x12xf32>
}
