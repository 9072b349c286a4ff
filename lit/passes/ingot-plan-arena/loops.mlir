// RUN: ingot-opt --ingot-plan-arena --canonicalize %s -split-input-file -verify-diagnostics | FileCheck %s

// Two buffers of an iteration that are not needed at the same time share a
// place; one from in front of the loop keeps its own during all of it.
// CHECK-LABEL: func @shared
// CHECK: ingot.arena_static = 512
// CHECK-DAG: memref.view %{{.*}}[%c0{{.*}}]
// CHECK-DAG: memref.view %{{.*}}[%c256{{.*}}]
func.func @shared(%context: !llvm.ptr, %arena: memref<?xi8>) attributes {ingot.signature = "s", ingot.inputs = []} {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %f = arith.constant 1.0 : f32
  %outer = memref.alloc() : memref<64xf32>
  scf.for %i = %c0 to %n step %c1 {
    %a = memref.alloc() : memref<64xf32>
    memref.store %f, %a[%i] : memref<64xf32>
    %v = memref.load %a[%c0] : memref<64xf32>
    %b = memref.alloc() : memref<64xf32>
    memref.store %v, %b[%i] : memref<64xf32>
    %w = memref.load %b[%c0] : memref<64xf32>
    memref.store %w, %outer[%i] : memref<64xf32>
  }
  return
}

// -----

func.func @next(%context: !llvm.ptr, %arena: memref<?xi8>) attributes {ingot.signature = "s", ingot.inputs = []} {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %f = arith.constant 1.0 : f32
  %init = memref.alloc() : memref<64xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %init) -> (memref<64xf32>) {
    // expected-error@+1 {{a buffer that is made in}}
    %a = memref.alloc() : memref<64xf32>
    memref.store %f, %a[%i] : memref<64xf32>
    scf.yield %a : memref<64xf32>
  }
  memref.store %f, %r[%c0] : memref<64xf32>
  return
}

// -----

// Buffers whose size only the data tells are given back after each iteration.
// CHECK-LABEL: func @rewound
// CHECK: %[[CURSOR:.*]] = memref.alloca() : memref<index>
// CHECK: scf.for
// CHECK:   %[[START:.*]] = memref.load %[[CURSOR]][]
// CHECK:   rt.check %{{.*}}, -1
// CHECK:   memref.store %[[START]], %[[CURSOR]][]
// CHECK: }
func.func @rewound(%context: !llvm.ptr, %arena: memref<?xi8>, %sizes: memref<8xindex>) attributes {ingot.signature = "s", ingot.inputs = [{}]} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %f = arith.constant 1.0 : f32
  scf.for %i = %c0 to %c8 step %c1 {
    %n = memref.load %sizes[%i] : memref<8xindex>
    %a = memref.alloc(%n) : memref<?xf32>
    memref.store %f, %a[%c0] : memref<?xf32>
  }
  return
}

// -----

// Sizes of views are those they were made with: the call knows them beforehand.
// CHECK-LABEL: func @views
// CHECK-NOT: rt.check
func.func @views(%context: !llvm.ptr, %arena: memref<?xi8>, %x: memref<?x4xf32>) attributes {ingot.signature = "s", ingot.inputs = [{}]} {
  %c0 = arith.constant 0 : index
  %f = arith.constant 1.0 : f32
  %n = memref.dim %x, %c0 : memref<?x4xf32>
  %view = memref.reinterpret_cast %x to offset: [0], sizes: [%n, 3, 4], strides: [4, 0, 1] : memref<?x4xf32> to memref<?x3x4xf32, strided<[4, 0, 1]>>
  %m = memref.dim %view, %c0 : memref<?x3x4xf32, strided<[4, 0, 1]>>
  %a = memref.alloc(%m) : memref<?x3xf32>
  memref.store %f, %a[%c0, %c0] : memref<?x3xf32>
  return
}
