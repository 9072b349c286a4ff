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

// A buffer that an iteration hands to the next one moves to where the loop began.
// CHECK-LABEL: func @next
// CHECK: %[[CURSOR:.*]] = memref.alloca() : memref<index>
// CHECK: %[[START:.*]] = memref.load %[[CURSOR]][]
// CHECK: scf.for
// CHECK:   %[[WORDS:.*]] = memref.view %{{.*}} : memref<?xi8> to memref<?xi64>
// CHECK:   scf.for
// CHECK:     memref.store %{{.*}}, %[[WORDS]]
// CHECK:   %[[MOVED:.*]] = memref.view %{{.*}}[%[[START]]][] : memref<?xi8> to memref<64xf32>
// CHECK:   %[[END:.*]] = arith.addi %[[START]], %c256
// CHECK:   memref.store %[[END]], %[[CURSOR]][]
// CHECK:   scf.yield %[[MOVED]]
func.func @next(%context: !llvm.ptr, %arena: memref<?xi8>) attributes {ingot.signature = "s", ingot.inputs = []} {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %f = arith.constant 1.0 : f32
  %init = memref.alloc() : memref<64xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %init) -> (memref<64xf32>) {
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

// -----

// The loop hands on its variables themselves, not copies of them.
// CHECK-LABEL: func @without_copies
// CHECK: scf.while (%[[X:.*]] = %{{.*}})
// CHECK:   scf.condition(%{{.*}}) %[[X]]
// CHECK-NOT: memref.copy
// CHECK: scf.yield
func.func @without_copies(%context: !llvm.ptr, %arena: memref<?xi8>, %go: memref<i1>, %n: memref<index>) attributes {ingot.signature = "s", ingot.inputs = [{}, {}]} {
  %f = arith.constant 1.0 : f32
  %c0 = arith.constant 0 : index
  %size = memref.load %n[] : memref<index>
  %init = memref.alloc(%size) : memref<?xf32>
  %r = scf.while (%x = %init) : (memref<?xf32>) -> memref<?xf32> {
    %c = memref.load %go[] : memref<i1>
    %d = memref.dim %x, %c0 : memref<?xf32>
    %copy = memref.alloc(%d) : memref<?xf32>
    memref.copy %x, %copy : memref<?xf32> to memref<?xf32>
    scf.condition(%c) %copy : memref<?xf32>
  } do {
  ^bb0(%x: memref<?xf32>):
    %d = memref.dim %x, %c0 : memref<?xf32>
    %twice = arith.addi %d, %d : index
    %next = memref.alloc(%twice) : memref<?xf32>
    memref.store %f, %next[%d] : memref<?xf32>
    %copy = memref.alloc(%twice) : memref<?xf32>
    memref.copy %next, %copy : memref<?xf32> to memref<?xf32>
    scf.yield %copy : memref<?xf32>
  }
  memref.store %f, %r[%c0] : memref<?xf32>
  return
}
