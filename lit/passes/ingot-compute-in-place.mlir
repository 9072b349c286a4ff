// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(ingot-compute-in-place))' -split-input-file | FileCheck %s

// Each part is computed in its place, though the whole is made after them.
// CHECK-LABEL: @parts
// CHECK: %[[WHOLE:.*]] = memref.alloc() : memref<4x5xf32>
// CHECK: %[[LEFT:.*]] = memref.subview %[[WHOLE]][0, 0] [4, 3]
// CHECK: linalg.exp {{.*}} outs(%[[LEFT]]
// CHECK: %[[RIGHT:.*]] = memref.subview %[[WHOLE]][0, 3] [4, 2]
// CHECK: linalg.negf {{.*}} outs(%[[RIGHT]]
// CHECK-NOT: memref.copy
// CHECK: linalg.abs ins(%[[WHOLE]]
func.func @parts(%x: memref<4x3xf32>, %z: memref<4x2xf32>, %y: memref<4x5xf32>) {
  %a = memref.alloc() : memref<4x3xf32>
  linalg.exp ins(%x : memref<4x3xf32>) outs(%a : memref<4x3xf32>)
  %b = memref.alloc() : memref<4x2xf32>
  linalg.negf ins(%z : memref<4x2xf32>) outs(%b : memref<4x2xf32>)
  %whole = memref.alloc() : memref<4x5xf32>
  %left = memref.subview %whole[0, 0] [4, 3] [1, 1] : memref<4x5xf32> to memref<4x3xf32, strided<[5, 1]>>
  memref.copy %a, %left : memref<4x3xf32> to memref<4x3xf32, strided<[5, 1]>>
  %right = memref.subview %whole[0, 3] [4, 2] [1, 1] : memref<4x5xf32> to memref<4x2xf32, strided<[5, 1], offset: 3>>
  memref.copy %b, %right : memref<4x2xf32> to memref<4x2xf32, strided<[5, 1], offset: 3>>
  linalg.abs ins(%whole : memref<4x5xf32>) outs(%y : memref<4x5xf32>)
  return
}

// -----

// A whole that is itself a part. Its own parts are read before the next is made.
// CHECK-LABEL: @nested
// CHECK-COUNT-1: memref.alloc
// CHECK-NOT: {{memref.alloc|memref.copy}}
func.func @nested(%x: memref<4xf32>, %y: memref<16xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.exp ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  %inner = memref.alloc() : memref<8xf32>
  %a0 = memref.subview %inner[0] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1]>>
  memref.copy %a, %a0 : memref<4xf32> to memref<4xf32, strided<[1]>>
  %a1 = memref.subview %inner[4] [4] [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: 4>>
  linalg.negf ins(%a : memref<4xf32>) outs(%a1 : memref<4xf32, strided<[1], offset: 4>>)
  %b = memref.alloc() : memref<8xf32>
  linalg.exp ins(%inner : memref<8xf32>) outs(%b : memref<8xf32>)
  %outer = memref.alloc() : memref<16xf32>
  %b0 = memref.subview %outer[0] [8] [1] : memref<16xf32> to memref<8xf32, strided<[1]>>
  memref.copy %inner, %b0 : memref<8xf32> to memref<8xf32, strided<[1]>>
  %b1 = memref.subview %outer[8] [8] [1] : memref<16xf32> to memref<8xf32, strided<[1], offset: 8>>
  memref.copy %b, %b1 : memref<8xf32> to memref<8xf32, strided<[1], offset: 8>>
  linalg.abs ins(%outer : memref<16xf32>) outs(%y : memref<16xf32>)
  return
}

// -----

// Not where the place is used meanwhile, the part is written later, or more
// bytes would be alive than before.
// CHECK-LABEL: @used
// CHECK: memref.copy
func.func @used(%x: memref<4xf32>, %y: memref<4xf32>) {
  %whole = memref.alloc() : memref<4xf32>
  linalg.exp ins(%x : memref<4xf32>) outs(%whole : memref<4xf32>)
  %a = memref.alloc() : memref<4xf32>
  linalg.negf ins(%whole : memref<4xf32>) outs(%a : memref<4xf32>)
  linalg.abs ins(%whole : memref<4xf32>) outs(%y : memref<4xf32>)
  memref.copy %a, %whole : memref<4xf32> to memref<4xf32>
  linalg.exp ins(%whole : memref<4xf32>) outs(%y : memref<4xf32>)
  return
}

// CHECK-LABEL: @written
// CHECK: memref.copy
func.func @written(%x: memref<4xf32>, %y: memref<4xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.negf ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  memref.copy %a, %y : memref<4xf32> to memref<4xf32>
  linalg.exp ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)
  linalg.abs ins(%a : memref<4xf32>) outs(%x : memref<4xf32>)
  return
}

// CHECK-LABEL: @larger
// CHECK: memref.copy
func.func @larger(%x: memref<4xf32>, %y: memref<64xf32>) {
  %a = memref.alloc() : memref<4xf32>
  linalg.negf ins(%x : memref<4xf32>) outs(%a : memref<4xf32>)
  %b = memref.alloc() : memref<64xf32>
  linalg.exp ins(%y : memref<64xf32>) outs(%b : memref<64xf32>)
  linalg.abs ins(%b : memref<64xf32>) outs(%y : memref<64xf32>)
  %whole = memref.alloc() : memref<64xf32>
  %place = memref.subview %whole[0] [4] [1] : memref<64xf32> to memref<4xf32, strided<[1]>>
  memref.copy %a, %place : memref<4xf32> to memref<4xf32, strided<[1]>>
  linalg.abs ins(%whole : memref<64xf32>) outs(%y : memref<64xf32>)
  return
}
