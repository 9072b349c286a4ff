// RUN: ingot-opt %s --ingot-form-contractions | FileCheck %s
// A product becomes rt.contract; its constant weights [2, 3] one panel of eight columns, filled up with zeros.

// CHECK-LABEL: func.func @matmul(%arg0: tensor<?x2xf32>
// CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00, 0.000000e+00, {{.*}} [4.000000e+00, 5.000000e+00, 6.000000e+00, 0.000000e+00, {{.*}} : tensor<1x2x8xf32>
// CHECK: "rt.contract"(%arg0, %[[W]], %{{.*}}) <{{{.*}}kind = "matmul", {{.*}}panel = 8 : i64
// CHECK-NOT: linalg.generic
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
module attributes {ingot.target = {converts_f16 = true, masks = false, registers = 16 : i64, rounds = true, vector_bytes = 32 : i64}} {
func.func @matmul(%x: tensor<?x2xf32>, %n: index) -> tensor<?x3xf32> {
  %w = arith.constant dense<[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]> : tensor<2x3xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x3xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x3xf32>) -> tensor<?x3xf32>
  %0 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<?x2xf32>, tensor<2x3xf32>) outs(%f : tensor<?x3xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b fastmath<contract> : f32
    %s = arith.addf %o, %p fastmath<contract> : f32
    linalg.yield %s : f32
  } -> tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
}
