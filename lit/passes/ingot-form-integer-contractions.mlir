// RUN: ingot-opt %s --ingot-form-integer-contractions --split-input-file | FileCheck %s
// Weights [5, 3] of bytes for vpdpbusd: row 0 of the panel has -128 times the sums of the columns, 35, 40 and 45;
// then four bytes of depth by column. The last step begins at byte 1, whose first three weights were
// had before: 13, 14 and 15 are left.

// CHECK-LABEL: func.func @matmul
// CHECK: %[[W:.*]] = arith.constant dense<"0x80EEFFFF00ECFFFF80E9FFFF{{.*}}0104070A0205080B0306090C{{.*}}0000000D0000000E0000000F{{.*}}"> : tensor<1x3x64xi8>
// CHECK: "rt.contract"(%arg0, %[[W]], %{{.*}}) <{{{.*}}kind = "matmul", {{.*}}panel = 16 : i64
// CHECK: {depth = 5 : i64} :
// CHECK-NOT: linalg.generic
#a = affine_map<(m, n, k) -> (m, k)>
#b = affine_map<(m, n, k) -> (k, n)>
#c = affine_map<(m, n, k) -> (m, n)>
module attributes {ingot.target = {dot = "vpdpbusd", registers = 32 : i64, vector_bytes = 64 : i64}} {
func.func @matmul(%x: tensor<?x5xi8>, %n: index) -> tensor<?x3xi32> {
  %w = arith.constant dense<[[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12], [13, 14, 15]]> : tensor<5x3xi8>
  %zero = arith.constant 0 : i32
  %e = tensor.empty(%n) : tensor<?x3xi32>
  %f = linalg.fill ins(%zero : i32) outs(%e : tensor<?x3xi32>) -> tensor<?x3xi32>
  %0 = linalg.generic {indexing_maps = [#a, #b, #c], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x, %w : tensor<?x5xi8>, tensor<5x3xi8>) outs(%f : tensor<?x3xi32>) {
  ^bb0(%a: i8, %b: i8, %o: i32):
    %u = arith.extsi %a : i8 to i32
    %v = arith.extsi %b : i8 to i32
    %p = arith.muli %u, %v : i32
    %s = arith.addi %o, %p : i32
    linalg.yield %s : i32
  } -> tensor<?x3xi32>
  return %0 : tensor<?x3xi32>
}
}

// -----
// The border of 7 becomes part of the window; pairs for pmaddwd need no start.

// CHECK-LABEL: func.func @depthwise
// CHECK: "rt.contract"(%arg0, %{{.*}}, %{{.*}}) <{{{.*}}kind = "depthwise", pads = array<i64: 1, 1>, panel = 8 : i64
// CHECK: {pad_value = 7 : i64
// CHECK-SAME: (tensor<1x4x4x8xi8>, tensor<1x6x16xi8>, tensor<1x4x4x8xi32>)
#x = affine_map<(n, h, w, c, kh, kw) -> (n, h + kh, w + kw, c)>
#k = affine_map<(n, h, w, c, kh, kw) -> (kh, kw, c)>
#y = affine_map<(n, h, w, c, kh, kw) -> (n, h, w, c)>
module attributes {ingot.target = {dot = "pmaddwd", registers = 16 : i64, vector_bytes = 32 : i64}} {
func.func @depthwise(%x: tensor<1x4x4x8xi8>) -> tensor<1x4x4x8xi32> {
  %w = arith.constant dense<3> : tensor<3x3x8xi8>
  %zero = arith.constant 0 : i32
  %seven = arith.constant 7 : i8
  %b = tensor.empty() : tensor<1x6x6x8xi8>
  %border = linalg.fill ins(%seven : i8) outs(%b : tensor<1x6x6x8xi8>) -> tensor<1x6x6x8xi8>
  %padded = tensor.insert_slice %x into %border[0, 1, 1, 0] [1, 4, 4, 8] [1, 1, 1, 1] : tensor<1x4x4x8xi8> into tensor<1x6x6x8xi8>
  %e = tensor.empty() : tensor<1x4x4x8xi32>
  %f = linalg.fill ins(%zero : i32) outs(%e : tensor<1x4x4x8xi32>) -> tensor<1x4x4x8xi32>
  %0 = linalg.generic {indexing_maps = [#x, #k, #y], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%padded, %w : tensor<1x6x6x8xi8>, tensor<3x3x8xi8>) outs(%f : tensor<1x4x4x8xi32>) {
  ^bb0(%a: i8, %q: i8, %o: i32):
    %u = arith.extsi %a : i8 to i32
    %v = arith.extsi %q : i8 to i32
    %p = arith.muli %u, %v : i32
    %s = arith.addi %o, %p : i32
    linalg.yield %s : i32
  } -> tensor<1x4x4x8xi32>
  return %0 : tensor<1x4x4x8xi32>
}
}
