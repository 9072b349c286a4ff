// RUN: ingot-opt %s --ingot-fuse-epilogues -canonicalize | FileCheck %s

// A convolution by a product of matrices: what follows is done on rows, though
// the bias has the dimensions of the image.
// CHECK-LABEL: @rows
// CHECK: %[[SUM:.*]] = "rt.contract"(%{{.*}}, %{{.*}}, %[[BIAS:[a-z0-9_]*]], %{{.*}})
// CHECK-NEXT: ^bb0(%[[X:.*]]: f32, %[[B:.*]]: f32):
// CHECK-NEXT: %[[Y:.*]] = arith.addf %[[X]], %[[B]]
// CHECK-NEXT: rt.yield %[[Y]]
// CHECK: (tensor<?x8xf32>, tensor<8x16xf32>, tensor<16xf32>, tensor<?x16xf32>)
// CHECK: tensor.expand_shape %[[SUM]]
// CHECK-NOT: linalg.generic
#image = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
#channel = affine_map<(d0, d1, d2, d3) -> (0, 0, 0, d3)>
func.func @rows(%x: tensor<?x8xf32>, %w: tensor<8x16xf32>, %bias: tensor<1x1x1x16xf32>,
                %init: tensor<?x16xf32>, %n: index) -> tensor<?x4x4x16xf32> {
  %0 = "rt.contract"(%x, %w, %init) <{dilations = array<i64>, extra_maps = [], kind = "matmul", pads = array<i64>, panel = 0 : i64, strides = array<i64>}> ({
  ^bb0(%sum: f32):
    rt.yield %sum : f32
  }) : (tensor<?x8xf32>, tensor<8x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
  %1 = tensor.expand_shape %0 [[0, 1, 2], [3]] output_shape [%n, 4, 4, 16] : tensor<?x16xf32> into tensor<?x4x4x16xf32>
  %2 = tensor.empty(%n) : tensor<?x4x4x16xf32>
  %3 = linalg.generic {indexing_maps = [#image, #channel, #image], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%1, %bias : tensor<?x4x4x16xf32>, tensor<1x1x1x16xf32>) outs(%2 : tensor<?x4x4x16xf32>) {
  ^bb0(%in: f32, %b: f32, %out: f32):
    %4 = arith.addf %in, %b : f32
    linalg.yield %4 : f32
  } -> tensor<?x4x4x16xf32>
  return %3 : tensor<?x4x4x16xf32>
}
