// RUN: ingot-opt %s --ingot-separate-tensors | FileCheck %s

// Two ops that start from one zeroed tensor get a zeroed tensor each; who only
// reads it shares it.
// CHECK-LABEL: @sums
// CHECK: %[[A:.*]] = tensor.empty() : tensor<4xf32>
// CHECK: %[[ZERO:.*]] = linalg.fill ins(%{{.*}}) outs(%[[A]]
// CHECK: %[[B:.*]] = tensor.empty() : tensor<4xf32>
// CHECK: %[[OTHER:.*]] = linalg.fill ins(%{{.*}}) outs(%[[B]]
// CHECK: linalg.add ins(%arg0, %arg0 {{.*}} outs(%[[OTHER]]
// CHECK: linalg.negf ins(%[[ZERO]] {{.*}} outs(%[[C:.*]] :
func.func @sums(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %f = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<4xf32>
  %zero = linalg.fill ins(%f : f32) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  %a = linalg.add ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%zero : tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.negf ins(%zero : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// In a branch, too.
// CHECK-LABEL: @branch
// CHECK: scf.if
// CHECK-NEXT: %[[INNER:.*]] = tensor.empty
// CHECK-NEXT: linalg.negf {{.*}} outs(%[[INNER]]
// CHECK: else
// CHECK-NEXT: %[[LAST:.*]] = tensor.empty
// CHECK-NEXT: linalg.abs {{.*}} outs(%[[LAST]]
func.func @branch(%p: i1, %x: tensor<?xf32>, %n: index) -> tensor<?xf32> {
  %e = tensor.empty(%n) : tensor<?xf32>
  %r = scf.if %p -> tensor<?xf32> {
    %a = linalg.negf ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %a : tensor<?xf32>
  } else {
    %a = linalg.abs ins(%x : tensor<?xf32>) outs(%e : tensor<?xf32>) -> tensor<?xf32>
    scf.yield %a : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// Of a loop that has been inlined nothing keeps two variables in one tensor.
// CHECK-LABEL: @inlined
// CHECK-NOT: materialize_in_destination
// CHECK: return %arg1, %arg2
func.func @inlined(%init: tensor<4xf32>, %x: tensor<4xf32>, %y: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %start = linalg.negf ins(%init : tensor<4xf32>) outs(%init : tensor<4xf32>) -> tensor<4xf32>
  %a = bufferization.materialize_in_destination %x in %start : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  %b = bufferization.materialize_in_destination %y in %start : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// A result that is one of two tensors: neither is computed where it is stored.
// CHECK-LABEL: @chosen
// CHECK-NOT: arith.select %arg0, %{{.*}} : tensor
// CHECK: %[[RESULT:.*]] = linalg.generic {{.*}} ins(%arg1, %arg2
// CHECK: arith.select %arg0, %{{.*}}, %{{.*}} : f32
// CHECK: return %[[RESULT]]
func.func @chosen(%p: i1, %x: tensor<?xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %r = arith.select %p, %x, %y : tensor<?xf32>
  return %r : tensor<?xf32>
}

// The variable of the loop around one that has been inlined is read again; its own next
// value stays.
// CHECK-LABEL: @inlined_in_loop
// CHECK: scf.for {{.*}} iter_args(%[[V:.*]] = %arg0)
// CHECK: %[[A:.*]] = linalg.negf
// CHECK-NOT: materialize_in_destination
// CHECK: %[[B:.*]] = linalg.add ins(%[[V]], %[[A]]
// CHECK: %[[NEXT:.*]] = bufferization.materialize_in_destination %[[B]] in %[[V]]
// CHECK: scf.yield %[[NEXT]]
func.func @inlined_in_loop(%init: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %e = tensor.empty() : tensor<4xf32>
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%v = %init) -> tensor<4xf32> {
    %a = linalg.negf ins(%v : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %once = bufferization.materialize_in_destination %a in %v : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %b = linalg.add ins(%v, %once : tensor<4xf32>, tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    %next = bufferization.materialize_in_destination %b in %v : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    scf.yield %next : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}
