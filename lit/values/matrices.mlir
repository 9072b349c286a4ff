// RUN: make-npz %t.npz x:f32:2x3=1,2,3,4,5,6 image:f32:1x2x2x1=1,2,3,4
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Products, diagonals, reductions and images of [[1, 2, 3], [4, 5, 6]] and [[1, 2], [3, 4]].
// CHECK-DAG: {{^}}matmul: float32 [2, 2] = 14 32 32 77{{$}}
// CHECK-DAG: {{^}}diagonal: float32 [2] = 1 5{{$}}
// CHECK-DAG: {{^}}set: float32 [2, 3] = 1 2 3 4 5 6{{$}}
// CHECK-DAG: {{^}}prod: float32 [2] = 6 120{{$}}
// CHECK-DAG: {{^}}min: float32 [3] = 1 2 3{{$}}
// CHECK-DAG: {{^}}mean: float32 [2] = 2 5{{$}}
// CHECK-DAG: {{^}}nearest: float32 [1, 4, 4, 1] = 1 1 2 2 1 1 2 2 3 3 4 4 3 3 4 4{{$}}
// CHECK-DAG: {{^}}bilinear: float32 [1, 3, 3, 1] = 1 1.5 2 2 2.5 3 3 3.5 4{{$}}
func.func @values(%x: tensor<2x3xf32> {ingot.name = "x"},
                  %image: tensor<1x2x2x1xf32> {ingot.name = "image"})
    -> (tensor<2x2xf32> {ingot.name = "matmul"}, tensor<2xf32> {ingot.name = "diagonal"},
        tensor<2x3xf32> {ingot.name = "set"}, tensor<2xf32> {ingot.name = "prod"},
        tensor<3xf32> {ingot.name = "min"}, tensor<2xf32> {ingot.name = "mean"},
        tensor<1x4x4x1xf32> {ingot.name = "nearest"}, tensor<1x3x3x1xf32> {ingot.name = "bilinear"})
    attributes {ingot.signature = "values"} {
  %0 = ingot.matmul %x, %x {transpose_y = true} : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x2xf32>
  %none = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %1 = ingot.matrix_diag_part %x, %none {lower = 0 : i64, upper = 0 : i64, align = "LEFT_LEFT"}
      : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
  %2 = ingot.matrix_set_diag %x, %1 {lower = 0 : i64, upper = 0 : i64, align = "LEFT_LEFT"}
      : (tensor<2x3xf32>, tensor<2xf32>) -> tensor<2x3xf32>
  %3 = ingot.reduce_prod %x {axes = array<i64: 1>, keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xf32>
  %4 = ingot.reduce_min %x {axes = array<i64: 0>, keep_dims = false} : (tensor<2x3xf32>) -> tensor<3xf32>
  %5 = ingot.reduce_mean %x {axes = array<i64: 1>, keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xf32>
  %four = ingot.constant dense<4> : tensor<2xi32> : tensor<2xi32>
  %6 = ingot.resize %image, %four {mode = "nearest", align_corners = false, half_pixel_centers = false}
      : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x4x4x1xf32>
  %three = ingot.constant dense<3> : tensor<2xi32> : tensor<2xi32>
  %7 = ingot.resize %image, %three {mode = "bilinear", align_corners = true, half_pixel_centers = false}
      : (tensor<1x2x2x1xf32>, tensor<2xi32>) -> tensor<1x3x3x1xf32>
  return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<2x2xf32>, tensor<2xf32>, tensor<2x3xf32>,
      tensor<2xf32>, tensor<3xf32>, tensor<2xf32>, tensor<1x4x4x1xf32>, tensor<1x3x3x1xf32>
}
