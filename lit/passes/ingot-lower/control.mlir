// RUN: ingot-opt --ingot-lower --canonicalize --cse %s | FileCheck %s

// A counter that the condition holds against a bound makes a counted loop; the
// element of the list is written in place.
// CHECK-LABEL: func @counted
// CHECK-SAME: %[[N:.*]]: tensor<i32>
// CHECK: %[[TRIPS:.*]] = arith.maxsi
// CHECK: scf.for %{{.*}} = %c0{{.*}} to %[[TRIPS]] step %c1{{.*}} iter_args(%[[LIST:.*]] = %{{.*}}, %[[STATE:.*]] = %{{.*}}) -> (tensor<8x4xf32>, tensor<4xf32>)
// CHECK:   %[[NEXT:.*]] = linalg.generic
// CHECK:   rt.check {{.*}} "the index is outside of the list"
// CHECK:   %[[WRITTEN:.*]] = tensor.insert_slice %[[NEXT]] into %[[LIST]]
// CHECK:   %[[CARRIED:.*]] = bufferization.materialize_in_destination %[[NEXT]] in %[[STATE]]
// CHECK:   scf.yield %[[WRITTEN]], %[[CARRIED]]
func.func @counted(%n: tensor<i32>, %list: tensor<8x4xf32>, %x: tensor<4xf32>) -> tensor<8x4xf32> {
  %zero = ingot.constant dense<0> : tensor<i32> : tensor<i32>
  %one = ingot.constant dense<1> : tensor<i32> : tensor<i32>
  %r:3 = ingot.while %zero, %list, %x : (tensor<i32>, tensor<8x4xf32>, tensor<4xf32>) -> (tensor<i32>, tensor<8x4xf32>, tensor<4xf32>) {
  ^bb0(%i: tensor<i32>, %l: tensor<8x4xf32>, %a: tensor<4xf32>):
    %c = ingot.less %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%i: tensor<i32>, %l: tensor<8x4xf32>, %a: tensor<4xf32>):
    %j = ingot.add %i, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %b = ingot.mul %a, %a : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    %m = ingot.list_set %l, %i, %b : (tensor<8x4xf32>, tensor<i32>, tensor<4xf32>) -> tensor<8x4xf32>
    ingot.yield %j, %m, %b : tensor<i32>, tensor<8x4xf32>, tensor<4xf32>
  }
  return %r#1 : tensor<8x4xf32>
}

// Each takes the other's value: one is copied before it is overwritten.
// CHECK-LABEL: func @swapped
// CHECK: scf.while
// CHECK: } do {
// CHECK: ^bb0(%[[A:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xf32>):
// CHECK: %[[COPY:.*]] = bufferization.alloc_tensor() copy(%[[B]])
// CHECK: materialize_in_destination %[[COPY]] in %[[A]]
// CHECK: scf.yield
func.func @swapped(%x: tensor<4xf32>, %y: tensor<4xf32>, %c: tensor<i1>) -> tensor<4xf32> {
  %r:2 = ingot.while %x, %y : (tensor<4xf32>, tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%a: tensor<4xf32>, %b: tensor<4xf32>):
    ingot.yield %b, %a : tensor<4xf32>, tensor<4xf32>
  }
  return %r#0 : tensor<4xf32>
}

// Scalars are results of branches as themselves; a branch that is not taken
// checks nothing.
// CHECK-LABEL: func @branches
// CHECK-NOT: rt.check
// CHECK: scf.if %{{.*}} -> (f32) {
// CHECK:   rt.check {{.*}} "positive"
// CHECK: } else {
// CHECK-NOT: rt.check
// CHECK: return
func.func @branches(%c: tensor<i1>, %p: tensor<i1>, %x: tensor<f32>, %y: tensor<f32>) -> tensor<f32> {
  %r = ingot.if %c : (tensor<i1>) -> tensor<f32> {
    ingot.assert %p, "positive" : tensor<i1>
    ingot.yield %x : tensor<f32>
  } else {
    ingot.yield %y : tensor<f32>
  }
  return %r : tensor<f32>
}

// CHECK-LABEL: func @cases
// CHECK: scf.index_switch
// CHECK: case 0
// CHECK: tensor.cast %{{.*}} : tensor<4xf32> to tensor<?xf32>
// CHECK: default
func.func @cases(%i: tensor<i32>, %x: tensor<4xf32>, %y: tensor<?xf32>) -> tensor<?xf32> {
  %r = ingot.switch %i : (tensor<i32>) -> tensor<?xf32> {
    ingot.yield %x : tensor<4xf32>
  }, {
    ingot.yield %y : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// A variable whose shape changes is a new tensor after each iteration.
// CHECK-LABEL: func @grows
// CHECK: %[[INIT:.*]] = bufferization.alloc_tensor() copy(%{{.*}})
// CHECK: scf.while (%{{.*}} = %[[INIT]])
// CHECK: } do {
// CHECK: %[[NEXT:.*]] = bufferization.alloc_tensor() copy(%{{.*}})
// CHECK: scf.yield %[[NEXT]]
func.func @grows(%x: tensor<?xf32>, %c: tensor<i1>, %one: tensor<1xf32>) -> tensor<?xf32> {
  %r = ingot.while %x : (tensor<?xf32>) -> tensor<?xf32> {
  ^bb0(%a: tensor<?xf32>):
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%a: tensor<?xf32>):
    %b = ingot.concat %a, %one {axis = 0 : i64} : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
    ingot.yield %b : tensor<?xf32>
  }
  return %r : tensor<?xf32>
}

// What a loop begins with is copied where it must not be written, for the loop may
// turn out to have one iteration.
// CHECK-LABEL: func @begins_with_input
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
// CHECK: %[[INIT:.*]] = bufferization.alloc_tensor() copy(%[[X]])
// CHECK: scf.while (%{{.*}} = %[[INIT]])
func.func @begins_with_input(%x: tensor<4xf32>, %c: tensor<i1>) -> tensor<4xf32> {
  %r = ingot.while %x : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%a: tensor<4xf32>):
    %b = ingot.add %a, %a : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    ingot.yield %b : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}
