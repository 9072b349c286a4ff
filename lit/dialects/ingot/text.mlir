// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x3xf32>, %s: tensor<?xui8>) {
  %0 = ingot.format %x, %s {text = "x  s ", ends = array<i64: 2, 4, 5>, strings = array<i64: 1>, style = 0 : i32} : (tensor<?x3xf32>, tensor<?xui8>) -> tensor<?xui8>
  %1 = ingot.format {text = "text", ends = array<i64: 4>, strings = array<i64>, style = 0 : i32} : () -> tensor<4xui8>
  ingot.print %0 {stream = 2 : i32} : (tensor<?xui8>) -> ()
  %2 = ingot.timestamp : () -> tensor<f64>
  return
}

// -----

func.func @pieces(%x: tensor<f32>) {
  // expected-error@+1 {{needs one piece of text before each value and one behind the last}}
  %0 = ingot.format %x {text = "x", ends = array<i64: 1>, strings = array<i64>, style = 0 : i32} : (tensor<f32>) -> tensor<?xui8>
  return
}

// -----

func.func @order(%x: tensor<f32>) {
  // expected-error@+1 {{needs one piece of text before each value and one behind the last}}
  %0 = ingot.format %x {text = "x", ends = array<i64: 2, 1>, strings = array<i64>, style = 0 : i32} : (tensor<f32>) -> tensor<?xui8>
  return
}

// -----

func.func @string(%x: tensor<2xf32>) {
  // expected-error@+1 {{value 0 is not a string}}
  %0 = ingot.format %x {text = "", ends = array<i64: 0, 0>, strings = array<i64: 0>, style = 0 : i32} : (tensor<2xf32>) -> tensor<?xui8>
  return
}

// -----

func.func @print(%x: tensor<2xi8>) {
  // expected-error@+1 {{prints strings only}}
  ingot.print %x {stream = 2 : i32} : (tensor<2xi8>) -> ()
  return
}

// -----

func.func @message(%c: tensor<i1>, %x: tensor<2xi8>) {
  // expected-error@+1 {{the message must be a string}}
  ingot.assert %c, "text", %x : tensor<i1>, tensor<2xi8>
  return
}
