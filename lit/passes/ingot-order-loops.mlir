// RUN: ingot-opt %s --ingot-order-loops | FileCheck %s
// A sum over the middle dimension: the last one, contiguous in both tensors, goes innermost.

// CHECK: #[[X:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK: #[[Y:.*]] = affine_map<(d0, d1, d2) -> (d0, d2)>
// CHECK-LABEL: func.func @over_the_middle
// CHECK: linalg.generic {indexing_maps = [#[[X]], #[[Y]]], iterator_types = ["parallel", "reduction", "parallel"]}
#x = affine_map<(d0, d1, d2) -> (d0, d2, d1)>
#y = affine_map<(d0, d1, d2) -> (d0, d1)>
func.func @over_the_middle(%x: tensor<4x16x8xf32>, %y: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %0 = linalg.generic {indexing_maps = [#x, #y], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<4x16x8xf32>) outs(%y : tensor<4x8xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %o, %a : f32
    linalg.yield %s : f32
  } -> tensor<4x8xf32>
  return %0 : tensor<4x8xf32>
}
