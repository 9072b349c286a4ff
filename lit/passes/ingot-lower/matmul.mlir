// RUN: ingot-opt %s --ingot-lower --canonicalize --cse | FileCheck %s

// Sums of f16 are taken in f32; what run time tells of the inner dimensions is checked.
// CHECK-DAG: #[[X:.*]] = affine_map<(d0, d1, d2) -> (d2, d0)>
// CHECK-DAG: #[[Y:.*]] = affine_map<(d0, d1, d2) -> (d2, d1)>
// CHECK-LABEL: @transposed
func.func @transposed(%x: tensor<?x4xf16>, %y: tensor<?x6xf16>) -> tensor<4x6xf16> {
  // CHECK: rt.check %{{.*}}, -4
  // CHECK: linalg.generic {indexing_maps = [#[[X]], #[[Y]], #{{.*}}], iterator_types = ["parallel", "parallel", "reduction"]}
  // CHECK-SAME: outs(%{{.*}} : tensor<4x6xf32>)
  // CHECK: arith.extf
  // CHECK: arith.mulf
  // CHECK: arith.addf
  // CHECK: arith.truncf
  %0 = ingot.matmul %x, %y {transpose_x = true} : (tensor<?x4xf16>, tensor<?x6xf16>) -> tensor<4x6xf16>
  return %0 : tensor<4x6xf16>
}

// A batch dimension of 1 is read again and again, not copied.
// CHECK-LABEL: @broadcast
func.func @broadcast(%x: tensor<1x2x3xf32>, %y: tensor<5x3x4xf32>) -> tensor<5x2x4xf32> {
  // CHECK-NOT: rt.check
  // CHECK-NOT: rt.broadcast
  // CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel", "reduction"]
  %0 = ingot.matmul %x, %y : (tensor<1x2x3xf32>, tensor<5x3x4xf32>) -> tensor<5x2x4xf32>
  return %0 : tensor<5x2x4xf32>
}
