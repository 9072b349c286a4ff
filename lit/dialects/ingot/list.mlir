// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%l: tensor<5x?xf32>, %e: tensor<?xf32>, %i: tensor<i32>) {
  %0 = ingot.list_get %l, %i : (tensor<5x?xf32>, tensor<i32>) -> tensor<?xf32>
  %1 = ingot.list_set %l, %i, %e : (tensor<5x?xf32>, tensor<i32>, tensor<?xf32>) -> tensor<5x?xf32>
  return
}

// -----

func.func @outside(%l: tensor<5x2xf32>) {
  %i = ingot.constant dense<5> : tensor<i32> : tensor<i32>
  // expected-error@+1 {{index 5 is outside of the list}}
  %0 = ingot.list_get %l, %i : (tensor<5x2xf32>, tensor<i32>) -> tensor<2xf32>
  return
}

// -----

func.func @shape(%l: tensor<5x2xf32>, %e: tensor<3xf32>, %i: tensor<i32>) {
  // expected-error@+1 {{the element has another shape than the others: 3 for 2}}
  %0 = ingot.list_set %l, %i, %e : (tensor<5x2xf32>, tensor<i32>, tensor<3xf32>) -> tensor<5x2xf32>
  return
}

// -----

func.func @type(%l: tensor<5x2xf32>, %e: tensor<2xi32>, %i: tensor<i32>) {
  // expected-error@+1 {{the element differs in type or rank from the list's}}
  %0 = ingot.list_set %l, %i, %e : (tensor<5x2xf32>, tensor<i32>, tensor<2xi32>) -> tensor<5x2xf32>
  return
}

// -----

func.func @index(%l: tensor<5x2xf32>, %i: tensor<1xi32>) {
  // expected-error@+1 {{the index must be an integer scalar}}
  %0 = ingot.list_get %l, %i : (tensor<5x2xf32>, tensor<1xi32>) -> tensor<2xf32>
  return
}
