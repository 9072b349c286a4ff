// RUN: ingot-opt %s --pass-pipeline='builtin.module(func.func(ingot-expand-reshapes))' | FileCheck %s
// A dimension split into two of unknown extent is a view with computed strides; one unknown part is upstream's.

// CHECK-LABEL: func.func @f(%arg0: memref<?x4xf32>, %arg1: index, %arg2: index)
// CHECK: %[[BASE:.*]], %{{.*}}, %{{.*}}:2, %[[STRIDES:.*]]:2 = memref.extract_strided_metadata %arg0
// CHECK: %[[OUTER:.*]] = arith.muli %[[STRIDES]]#0, %arg2 : index
// CHECK: memref.reinterpret_cast %[[BASE]] to offset: [0], sizes: [%arg1, %arg2, 4], strides: [%[[OUTER]], 4, 1]
// CHECK-LABEL: func.func @g
// CHECK: memref.expand_shape
func.func @f(%x: memref<?x4xf32>, %a: index, %b: index) -> memref<?x?x4xf32> {
  %0 = memref.expand_shape %x [[0, 1], [2]] output_shape [%a, %b, 4] : memref<?x4xf32> into memref<?x?x4xf32>
  return %0 : memref<?x?x4xf32>
}
func.func @g(%x: memref<?x4xf32>, %a: index) -> memref<?x2x4xf32> {
  %0 = memref.expand_shape %x [[0, 1], [2]] output_shape [%a, 2, 4] : memref<?x4xf32> into memref<?x2x4xf32>
  return %0 : memref<?x2x4xf32>
}
