// RUN: ingot-opt %s --ingot-outline-kernels --split-input-file | FileCheck %s

// Two layers of one shape share a function; only what they work on differs. The
// buffers lie in different slices of the arena, which is promised as noalias.

// CHECK-LABEL: func.func private @ingot.kernel.layer1(
// CHECK-SAME:    %{{[^:]*}}: !llvm.ptr,
// CHECK-SAME:    %[[W:[^:]*]]: memref<f32> {llvm.noalias},
// CHECK-SAME:    %[[X:[^:]*]]: memref<f32> {llvm.noalias})
// CHECK-SAME:    attributes {llvm.bareptr
// CHECK:         %[[FROM:.*]] = memref.reinterpret_cast %[[W]] to offset: [0], sizes: [8]
// CHECK:         %[[TO:.*]] = memref.reinterpret_cast %[[X]] to offset: [0], sizes: [8]
// CHECK:         scf.for
// CHECK:           memref.load %[[FROM]]
// CHECK:           memref.store %{{.*}}, %[[TO]]
// CHECK-NOT:   func.func private
// CHECK:       func.func @f
// CHECK:         call @ingot.kernel.layer1(
// CHECK:         call @ingot.kernel.layer1(
memref.global "private" constant @w1 : memref<8xf32> = dense<1.0>
memref.global "private" constant @w2 : memref<8xf32> = dense<2.0>
func.func @f(%context: !llvm.ptr, %arena: memref<?xi8>) attributes {ingot.signature} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %c64 = arith.constant 64 : index
  %a = memref.view %arena[%c0][] : memref<?xi8> to memref<8xf32>
  %b = memref.view %arena[%c64][] : memref<?xi8> to memref<8xf32>
  %w1 = memref.get_global @w1 : memref<8xf32>
  %w2 = memref.get_global @w2 : memref<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %v = memref.load %w1[%i] : memref<8xf32>
    memref.store %v, %a[%i] : memref<8xf32>
  } loc("layer1")
  scf.for %i = %c0 to %c8 step %c1 {
    %v = memref.load %w2[%i] : memref<8xf32>
    memref.store %v, %b[%i] : memref<8xf32>
  } loc("layer2")
  return
}

// -----

// Dynamic sizes are arguments. Two parts of one buffer, of which one is written,
// are no promise. A check ends the kernel and then its caller.

// CHECK-LABEL: func.func private @ingot.kernel.shift(
// CHECK-SAME:    %{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: memref<f32>, %[[A:[^:]*]]: memref<f32>, %[[N:[^:]*]]: index)
// CHECK-SAME:    -> i32
// CHECK:         memref.reinterpret_cast %[[A]] to offset: [0], sizes: [%[[N]], 4], strides: [4, 1]
// CHECK:         rt.check
// CHECK:         return %{{.*}} : i32
// CHECK:       func.func @g
// CHECK:         %[[STATUS:.*]] = call @ingot.kernel.shift(
// CHECK:         rt.leave %[[STATUS]]
func.func @g(%context: !llvm.ptr, %arena: memref<?xi8>, %n: index) -> i32
    attributes {ingot.signature} {
  %ok = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = memref.view %arena[%c0][%n] : memref<?xi8> to memref<?x4xf32>
  %part = memref.subview %a[0, 0] [1, 4] [1, 1]
      : memref<?x4xf32> to memref<1x4xf32, strided<[4, 1]>>
  scf.for %i = %c0 to %n step %c1 {
    %v = memref.load %part[%c0, %c1] : memref<1x4xf32, strided<[4, 1]>>
    %small = arith.cmpf olt, %v, %v : f32
    rt.check %small, -11, "too large" loc("shift")
    memref.store %v, %a[%i, %c0] : memref<?x4xf32>
  } loc("shift")
  return %ok : i32
}
