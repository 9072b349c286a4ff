// RUN: ingot-opt %s --ingot-expand-contractions --canonicalize | FileCheck %s
// Tiles of six rows, then the rows that are left; what follows the product happens before the one store, of
// which the three columns that there are.

// CHECK-LABEL: func.func @f(%arg0: memref<?x2xf32>, %arg1: memref<1x2x8xf32>, %arg2: memref<?x3xf32>)
// CHECK: scf.for %[[ROW:.*]] = %c0 to %{{.*}} step %c6 {
// CHECK: %[[SUMS:.*]]:6 = scf.for %[[K:.*]] = %c0 to %c2 step %c1
// CHECK: %[[W:.*]] = vector.load %arg1[%c0, %[[K]], %c0] : memref<1x2x8xf32>, vector<8xf32>
// CHECK: %[[X:.*]] = memref.load %arg0[%[[ROW]], %[[K]]]
// CHECK: %[[V:.*]] = vector.broadcast %[[X]] : f32 to vector<8xf32>
// CHECK: arith.mulf %[[V]], %[[W]] fastmath<contract> : vector<8xf32>
// CHECK: %[[DONE:.*]] = arith.addf %[[SUMS]]#0, %cst : vector<8xf32>
// CHECK: %[[MASK:.*]] = vector.constant_mask [3] : vector<8xi1>
// CHECK: vector.maskedstore %arg2[%[[ROW]], %c0], %[[MASK]], %[[DONE]]
// CHECK: scf.for %{{.*}} to %dim step %c1 {
// CHECK: scf.for {{.*}} -> (vector<8xf32>)
// CHECK-NOT: rt.contract
module attributes {ingot.target = {converts_f16 = true, masks = false, registers = 16 : i64, rounds = true, vector_bytes = 32 : i64}} {
func.func @f(%x: memref<?x2xf32>, %w: memref<1x2x8xf32>, %y: memref<?x3xf32>) {
  "rt.contract"(%x, %w, %y) <{dilations = array<i64>, extra_maps = [], kind = "matmul", pads = array<i64>, panel = 8 : i64, strides = array<i64>}> ({
  ^bb0(%s: f32):
    %one = arith.constant 1.0 : f32
    %t = arith.addf %s, %one : f32
    rt.yield %t : f32
  }) : (memref<?x2xf32>, memref<1x2x8xf32>, memref<?x3xf32>) -> ()
  return
}
}
