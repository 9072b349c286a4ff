// RUN: ingot-opt --ingot-lower %s -split-input-file -verify-diagnostics -o /dev/null

// The body keeps the dimension: it stays that of the argument.
func.func @keeps(%x: tensor<?x4xf32>, %n: tensor<i32>) -> tensor<?x4xf32> {
  %zero = ingot.constant dense<0> : tensor<i32> : tensor<i32>
  %one = ingot.constant dense<1> : tensor<i32> : tensor<i32>
  %r:2 = ingot.while %zero, %x : (tensor<i32>, tensor<?x4xf32>) -> (tensor<i32>, tensor<?x4xf32>) {
  ^bb0(%i: tensor<i32>, %a: tensor<?x4xf32>):
    %c = ingot.less %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%i: tensor<i32>, %a: tensor<?x4xf32>):
    %j = ingot.add %i, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %b = ingot.add %a, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
    ingot.yield %j, %b : tensor<i32>, tensor<?x4xf32>
  }
  return %r#1 : tensor<?x4xf32>
}

// -----

// A variable may change its shape: only run time tells it.
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

// -----

func.func @changes_type(%x: tensor<4xf32>, %y: tensor<4x1xf32>, %c: tensor<i1>) {
  // expected-error@+1 {{loop variable 0 changes from 'tensor<4xf32>' to 'tensor<4x1xf32>'}}
  %r = ingot.while %x : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%a: tensor<4xf32>):
    ingot.yield %y : tensor<4x1xf32>
  }
  return
}

// -----

func.func @condition(%x: tensor<4xf32>, %c: tensor<2xi1>) {
  // expected-error@+1 {{the condition of a loop must be a boolean scalar}}
  %r = ingot.while %x : (tensor<4xf32>) -> tensor<4xf32> {
  ^bb0(%a: tensor<4xf32>):
    ingot.condition %c : tensor<2xi1>
  } do {
  ^bb0(%a: tensor<4xf32>):
    ingot.yield %a : tensor<4xf32>
  }
  return
}

// -----

func.func @branches(%c: tensor<i1>, %x: tensor<4xf32>, %y: tensor<4x1xf32>) {
  // expected-error@+1 {{the branches give different types for result 0}}
  %r = ingot.if %c : (tensor<i1>) -> tensor<4xf32> {
    ingot.yield %x : tensor<4xf32>
  } else {
    ingot.yield %y : tensor<4x1xf32>
  }
  return
}

// -----

func.func @index(%i: tensor<f32>, %x: tensor<4xf32>) {
  // expected-error@+1 {{the index must be an integer scalar}}
  %r = ingot.switch %i : (tensor<f32>) -> tensor<4xf32> {
    ingot.yield %x : tensor<4xf32>
  }, {
    ingot.yield %x : tensor<4xf32>
  }
  return
}

// -----

func.func @outside(%list: tensor<4x?xf32>) {
  %i = ingot.constant dense<4> : tensor<i32> : tensor<i32>
  // expected-error@+1 {{index 4 is outside of the list}}
  %r = ingot.list_get %list, %i : (tensor<4x?xf32>, tensor<i32>) -> tensor<?xf32>
  return
}

// -----

func.func @element(%list: tensor<?x3xf32>, %i: tensor<i32>, %e: tensor<4xf32>) {
  // expected-error@+1 {{the element has another shape than the others: 4 for 3}}
  %r = ingot.list_set %list, %i, %e : (tensor<?x3xf32>, tensor<i32>, tensor<4xf32>) -> tensor<?x3xf32>
  return
}
