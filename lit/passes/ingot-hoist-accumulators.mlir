// RUN: ingot-opt %s --ingot-hoist-accumulators | FileCheck %s
// The element that the inner loop adds to is read before it, carried, and written behind it.

// CHECK-LABEL: func.func @sum(%arg0: memref<8x16xf32>, %arg1: memref<8xf32>)
// CHECK: scf.for %[[I:.*]] = %c0 to %c8
// CHECK-NEXT: %[[FIRST:.*]] = memref.load %arg1[%[[I]]]
// CHECK-NEXT: %[[SUM:.*]] = scf.for {{.*}} iter_args(%[[SO_FAR:.*]] = %[[FIRST]]) -> (f32)
// CHECK-NOT: memref.store
// CHECK: scf.yield
// CHECK: memref.store %[[SUM]], %arg1[%[[I]]]
func.func @sum(%x: memref<8x16xf32>, %y: memref<8xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c16 = arith.constant 16 : index
  scf.for %i = %c0 to %c8 step %c1 {
    scf.for %k = %c0 to %c16 step %c1 {
      %a = memref.load %x[%i, %k] : memref<8x16xf32>
      %o = memref.load %y[%i] : memref<8xf32>
      %s = arith.addf %o, %a : f32
      memref.store %s, %y[%i] : memref<8xf32>
    }
  }
  return
}
