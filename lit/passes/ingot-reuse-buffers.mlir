// RUN: ingot-opt %s --ingot-reuse-buffers -split-input-file | FileCheck %s

// CHECK-LABEL: @chain
// CHECK: %[[A:.*]] = memref.alloc
// CHECK-NOT: memref.alloc
// CHECK: linalg.negf ins(%arg0 {{.*}} outs(%[[A]]
// CHECK: linalg.abs ins(%[[A]] {{.*}} outs(%[[A]]
// CHECK: linalg.exp ins(%[[A]] {{.*}} outs(%arg1
func.func @chain(%x: memref<?xf32>, %y: memref<?xf32>, %n: index) {
  %a = memref.alloc(%n) : memref<?xf32>
  linalg.negf ins(%x : memref<?xf32>) outs(%a : memref<?xf32>)
  %b = memref.alloc(%n) : memref<?xf32>
  linalg.abs ins(%a : memref<?xf32>) outs(%b : memref<?xf32>)
  linalg.exp ins(%b : memref<?xf32>) outs(%y : memref<?xf32>)
  return
}

// -----

// Not while the operand is read later, nor where another element is read.
// CHECK-LABEL: @kept
// CHECK-COUNT-3: memref.alloc
func.func @kept(%x: memref<4x4xf32>, %y: memref<4x4xf32>) {
  %a = memref.alloc() : memref<4x4xf32>
  linalg.negf ins(%x : memref<4x4xf32>) outs(%a : memref<4x4xf32>)
  %b = memref.alloc() : memref<4x4xf32>
  linalg.abs ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32>)
  linalg.add ins(%a, %b : memref<4x4xf32>, memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  %c = memref.alloc() : memref<4x4xf32>
  linalg.transpose ins(%b : memref<4x4xf32>) outs(%c : memref<4x4xf32>) permutation = [1, 0]
  linalg.exp ins(%c : memref<4x4xf32>) outs(%y : memref<4x4xf32>)
  return
}

// -----

// Nor where the same memory has a second name.
// CHECK-LABEL: @selected
// CHECK-COUNT-2: memref.alloc
func.func @selected(%p: i1, %x: memref<4xf32>, %y: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.negf ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  %s = arith.select %p, %a, %x : memref<4xf32>
  %b = memref.alloc() : memref<4xf32>
  linalg.abs ins(%a : memref<4xf32>) outs(%b : memref<4xf32>)
  linalg.add ins(%s, %b : memref<4xf32>, memref<4xf32>) outs(%y : memref<4xf32>)
  return
}
