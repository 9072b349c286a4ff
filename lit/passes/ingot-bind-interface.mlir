// RUN: ingot-opt %s --ingot-bind-interface | FileCheck %s

// Both results may be computed in %0: the second one is taken aside before the
// first is stored, for the first output's buffer may become that memory.
// CHECK-LABEL: func.func @ingot.entry.shared
// CHECK: %[[A:.*]] = scf.for
// CHECK: %[[B:.*]] = scf.for
// CHECK: %[[ASIDE:.*]] = bufferization.alloc_tensor() copy(%[[B]])
// CHECK: bufferization.materialize_in_destination %[[A]] in restrict writable %{{.*}}
// CHECK: bufferization.materialize_in_destination %[[ASIDE]] in restrict writable %{{.*}}
func.func @shared(%x: tensor<f32> {ingot.name = "x"})
    -> (tensor<4xf32> {ingot.name = "a"}, tensor<4xf32> {ingot.name = "b"}) attributes {ingot.signature = "shared"} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %v = tensor.extract %x[] : tensor<f32>
  %0 = tensor.empty() : tensor<4xf32>
  %1 = linalg.fill ins(%v : f32) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  %a = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %1) -> tensor<4xf32> {
    %u = tensor.insert %v into %t[%i] : tensor<4xf32>
    scf.yield %u : tensor<4xf32>
  }
  %b = scf.for %i = %c0 to %c4 step %c1 iter_args(%t = %1) -> tensor<4xf32> {
    %u = tensor.insert %v into %t[%i] : tensor<4xf32>
    scf.yield %u : tensor<4xf32>
  }
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func.func @ingot.entry.apart
// CHECK-NOT: alloc_tensor
func.func @apart(%x: tensor<4xf32> {ingot.name = "x"})
    -> (tensor<4xf32> {ingot.name = "a"}, tensor<4xf32> {ingot.name = "b"}) attributes {ingot.signature = "apart"} {
  %0 = tensor.empty() : tensor<4xf32>
  %1 = tensor.empty() : tensor<4xf32>
  %a = linalg.exp ins(%x : tensor<4xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.exp ins(%a : tensor<4xf32>) outs(%1 : tensor<4xf32>) -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// The same through a change of shape.
// CHECK-LABEL: func.func @ingot.entry.reshaped
// CHECK: %[[B:.*]] = linalg.exp
// CHECK: %[[C:.*]] = tensor.expand_shape
// CHECK: %[[ASIDE:.*]] = bufferization.alloc_tensor() copy(%[[C]])
// CHECK: bufferization.materialize_in_destination %[[ASIDE]] in restrict writable %{{.*}}
func.func @reshaped(%x: tensor<4xf32> {ingot.name = "x"})
    -> (tensor<4xf32> {ingot.name = "a"}, tensor<2x2xf32> {ingot.name = "b"}) attributes {ingot.signature = "reshaped"} {
  %0 = tensor.empty() : tensor<4xf32>
  %a = linalg.tanh ins(%x : tensor<4xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.exp ins(%x : tensor<4xf32>) outs(%0 : tensor<4xf32>) -> tensor<4xf32>
  %c = tensor.expand_shape %b [[0, 1]] output_shape [2, 2] : tensor<4xf32> into tensor<2x2xf32>
  return %a, %c : tensor<4xf32>, tensor<2x2xf32>
}
