// RUN: ingot-opt --split-input-file --ingot-split-entries="max-ops=3 piece-ops=2" %s | FileCheck %s

// Constants and views are made in each piece; what a later one uses is returned.
// CHECK-LABEL: func.func private @entry.part(
// CHECK-SAME:    %[[CONTEXT:.*]]: !llvm.ptr, %[[IN:.*]]: memref<2xindex>, %[[ARENA:.*]]: memref<?xi8>) -> (i32, index)
// CHECK-SAME:    passthrough = ["noinline", "nounwind"]
// CHECK:         %[[N:.*]] = memref.load %[[IN]][%{{.*}}]
// CHECK:         %[[VIEW:.*]] = memref.view %[[ARENA]][%{{.*}}][%[[N]]] : memref<?xi8> to memref<?xf32>
// CHECK:         call @kernel(%[[CONTEXT]], %[[VIEW]])
// CHECK:         return %{{.*}}, %[[N]] : i32, index
// CHECK-LABEL: func.func private @entry.part_0(
// CHECK-SAME:    %{{.*}}: !llvm.ptr, %[[N:.*]]: index) -> i32
// CHECK:         %[[LESS:.*]] = arith.cmpi ult, %[[N]],
// CHECK:         rt.check %[[LESS]], -5, "too large"
// CHECK-LABEL: func.func private @entry.part_1(
// CHECK:         memref.view %{{.*}}[%{{.*}}][%{{.*}}] : memref<?xi8> to memref<?xf32>
// CHECK:         call @kernel
func.func private @kernel(!llvm.ptr, memref<?xf32>)
// CHECK-LABEL: func.func @entry(
// CHECK-NEXT:    %[[R:.*]]:2 = call @entry.part(%arg0, %arg2, %arg1)
// CHECK-NEXT:    rt.leave %[[R]]#0
// CHECK-NEXT:    %[[S:.*]] = call @entry.part_0(%arg0, %[[R]]#1)
// CHECK-NEXT:    rt.leave %[[S]]
// CHECK-NEXT:    %[[T:.*]] = call @entry.part_1(%arg0, %[[R]]#1, %arg1)
// CHECK-NEXT:    rt.leave %[[T]]
// CHECK-NEXT:    %[[OK:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    return %[[OK]]
func.func @entry(%context: !llvm.ptr, %arena: memref<?xi8>, %in: memref<2xindex>) -> i32 attributes {ingot.signature} {
  %ok = arith.constant 0 : i32
  %c0 = arith.constant 0 : index
  %most = arith.constant 9 : index
  %n = memref.load %in[%c0] : memref<2xindex>
  %view = memref.view %arena[%c0][%n] : memref<?xi8> to memref<?xf32>
  func.call @kernel(%context, %view) : (!llvm.ptr, memref<?xf32>) -> ()
  %less = arith.cmpi ult, %n, %most : index
  rt.check %less, -5, "too large"
  func.call @kernel(%context, %view) : (!llvm.ptr, memref<?xf32>) -> ()
  return %ok : i32
}

// -----

// Memory on the stack stays the entry's.
// CHECK-LABEL: func.func private @stack.part(
// CHECK-SAME:    %{{.*}}: memref<f32>, %[[SLOT:.*]]: memref<f32>) -> i32
// CHECK:         memref.store %{{.*}}, %[[SLOT]][]
// CHECK-LABEL: func.func private @stack.part_0(
// CHECK:         memref.load
// CHECK-LABEL: func.func @stack(
// CHECK-NEXT:    %[[SLOT:.*]] = memref.alloca() : memref<f32>
// CHECK-NEXT:    call @stack.part(%arg0, %arg2, %[[SLOT]])
func.func @stack(%context: !llvm.ptr, %arena: memref<?xi8>, %x: memref<f32>) -> i32 attributes {ingot.signature} {
  %ok = arith.constant 0 : i32
  %0 = memref.load %x[] : memref<f32>
  %slot = memref.alloca() : memref<f32>
  memref.store %0, %slot[] : memref<f32>
  %1 = memref.load %slot[] : memref<f32>
  memref.store %1, %x[] : memref<f32>
  return %ok : i32
}

// -----

// Short enough.
// CHECK-LABEL: func.func @short(
// CHECK-NEXT:    memref.load
// CHECK-NOT:     call
func.func @short(%context: !llvm.ptr, %arena: memref<?xi8>, %x: memref<f32>) -> f32 attributes {ingot.signature} {
  %0 = memref.load %x[] : memref<f32>
  return %0 : f32
}
