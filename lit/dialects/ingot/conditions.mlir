// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

// Conditions on sizes choose sizes.
func.func @proved(%x: tensor<?x6xf32>, %n: tensor<i32>) {
  %s = ingot.shape %x {to = i32} : (tensor<?x6xf32>) -> tensor<2xi32>
  %zero = ingot.constant dense<0> : tensor<i32> : tensor<i32>
  %three = ingot.constant dense<3> : tensor<i32> : tensor<i32>
  %two = ingot.constant dense<[2, 5]> : tensor<2xi32> : tensor<2xi32>
  %0 = ingot.greater_equal %s, %zero : (tensor<2xi32>, tensor<i32>) -> tensor<2xi1>
  %1 = ingot.less %three, %zero : (tensor<i32>, tensor<i32>) -> tensor<i1>
  %2 = ingot.not %1 : (tensor<i1>) -> tensor<i1>
  %3 = ingot.and %0, %2 : (tensor<2xi1>, tensor<i1>) -> tensor<2xi1>
  %4 = ingot.select %3, %two, %n : (tensor<2xi1>, tensor<2xi32>, tensor<i32>) -> tensor<2xi32>
  // expected-error @+1 {{is stated as 'tensor<3x3xi32>' but its operands give 'tensor<2x5xi32>'}}
  %5 = ingot.broadcast_to %n, %4 : (tensor<i32>, tensor<2xi32>) -> tensor<3x3xi32>
  return
}

// -----

// What is not proved stays open: a size may be 3, and a number below it.
func.func @open(%x: tensor<?x6xf32>, %n: tensor<i32>) {
  %s = ingot.shape %x {to = i32} : (tensor<?x6xf32>) -> tensor<2xi32>
  %three = ingot.constant dense<3> : tensor<i32> : tensor<i32>
  %two = ingot.constant dense<[2, 5]> : tensor<2xi32> : tensor<2xi32>
  %0 = ingot.equal %s, %three : (tensor<2xi32>, tensor<i32>) -> tensor<2xi1>
  %1 = ingot.less %n, %three : (tensor<i32>, tensor<i32>) -> tensor<i1>
  %2 = ingot.or %0, %1 : (tensor<2xi1>, tensor<i1>) -> tensor<2xi1>
  %3 = ingot.select %2, %two, %s : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %4 = ingot.broadcast_to %n, %3 : (tensor<i32>, tensor<2xi32>) -> tensor<3x3xi32>
  return
}
