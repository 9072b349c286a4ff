// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(ingot-expand-copies))' | FileCheck %s
// A copy from a part of a buffer becomes a loop, one of a whole buffer stays.

// CHECK-LABEL: func.func @strided
// CHECK: linalg.generic
// CHECK-LABEL: func.func @whole
// CHECK-NEXT: memref.copy
func.func @strided(%x: memref<4x8xf32, strided<[16, 1]>>, %y: memref<4x8xf32>) {
  memref.copy %x, %y : memref<4x8xf32, strided<[16, 1]>> to memref<4x8xf32>
  return
}
func.func @whole(%x: memref<4x8xf32>, %y: memref<4x8xf32>) {
  memref.copy %x, %y : memref<4x8xf32> to memref<4x8xf32>
  return
}
