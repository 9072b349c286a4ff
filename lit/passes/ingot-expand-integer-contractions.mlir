// RUN: ingot-opt %s --ingot-expand-contractions --canonicalize | FileCheck %s
// Four bytes of a row of x for all lanes, as unsigned ones, by one row of weights. The last step of the five bytes
// begins at the second one. The sums are narrowed before the store, whose mask has the three columns that there are.

// CHECK-LABEL: func.func @f(%arg0: memref<1x5xi8>, %arg1: memref<1x3x64xi8>, %arg2: memref<1x3xi8>)
// CHECK-DAG: %[[TOP:.*]] = arith.constant dense<-2139062144> : vector<16xi32>
// CHECK: %[[START:.*]] = vector.load %arg1[%c0, %c0, %c0] : memref<1x3x64xi8>, vector<64xi8>
// CHECK: %[[SUM:.*]] = vector.bitcast %[[START]] : vector<64xi8> to vector<16xi32>
// CHECK: %[[W:.*]] = vector.load %arg1[%c0, %c1, %c0] : memref<1x3x64xi8>, vector<64xi8>
// CHECK: vector.load %arg0[%c0, %c0] : memref<1x5xi8>, vector<4xi8>
// CHECK: %[[X:.*]] = vector.broadcast %{{.*}} : i32 to vector<16xi32>
// CHECK: arith.xori %[[X]], %[[TOP]]
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%[[SUM]], %{{.*}}, %[[W]])
// CHECK: vector.load %arg1[%c0, %c2, %c0]
// CHECK: vector.load %arg0[%c0, %c1] : memref<1x5xi8>, vector<4xi8>
// CHECK: %[[Q:.*]] = arith.trunci %{{.*}} : vector<16xi32> to vector<16xi8>
// CHECK: vector.maskedstore %arg2[%c0, %c0], %{{.*}}, %[[Q]] : memref<1x3xi8>, vector<16xi1>, vector<16xi8>
module attributes {ingot.target = {dot = "vpdpbusd", registers = 32 : i64, vector_bytes = 64 : i64}} {
func.func @f(%x: memref<1x5xi8>, %w: memref<1x3x64xi8>, %y: memref<1x3xi8>) {
  "rt.contract"(%x, %w, %y) <{dilations = array<i64>, extra_maps = [], kind = "matmul", pads = array<i64>, panel = 16 : i64, strides = array<i64>}> ({
  ^bb0(%s: i32):
    %t = arith.trunci %s : i32 to i8
    rt.yield %t : i8
  }) {depth = 5 : i64} : (memref<1x5xi8>, memref<1x3x64xi8>, memref<1x3xi8>) -> ()
  return
}
}
