// RUN: ingot-opt %s --ingot-form-contractions | FileCheck %s

// With vectors of 64 bytes a panel is four of them wide, as long as it stays in L2.
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
module attributes {ingot.target = {converts_f16 = true, masks = true, registers = 32 : i64, rounds = true, vector_bytes = 64 : i64}} {
// CHECK-LABEL: func.func @fits(
// CHECK: "rt.contract"{{.*}}panel = 64 : i64
// CHECK: (tensor<?x3072xf32>, tensor<2x3072x64xf32>, tensor<?x128xf32>)
func.func @fits(%x: tensor<?x3072xf32>, %n: index) -> tensor<?x128xf32> {
  %w = arith.constant dense<1.0> : tensor<3072x128xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %0 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x3072xf32>, tensor<3072x128xf32>) outs(%f : tensor<?x128xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b fastmath<contract> : f32
    %s = arith.addf %o, %p fastmath<contract> : f32
    linalg.yield %s : f32
  } -> tensor<?x128xf32>
  return %0 : tensor<?x128xf32>
}
// CHECK-LABEL: func.func @deep(
// CHECK: "rt.contract"{{.*}}panel = 32 : i64
// CHECK: (tensor<?x4096xf32>, tensor<4x4096x32xf32>, tensor<?x128xf32>)
func.func @deep(%x: tensor<?x4096xf32>, %n: index) -> tensor<?x128xf32> {
  %w = arith.constant dense<1.0> : tensor<4096x128xf32>
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty(%n) : tensor<?x128xf32>
  %f = linalg.fill ins(%zero : f32) outs(%e : tensor<?x128xf32>) -> tensor<?x128xf32>
  %0 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%x, %w : tensor<?x4096xf32>, tensor<4096x128xf32>) outs(%f : tensor<?x128xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %p = arith.mulf %a, %b fastmath<contract> : f32
    %s = arith.addf %o, %p fastmath<contract> : f32
    linalg.yield %s : f32
  } -> tensor<?x128xf32>
  return %0 : tensor<?x128xf32>
}
}
