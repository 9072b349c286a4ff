// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x3xf32>, %y: tensor<3xf32>, %c: tensor<2xcomplex<f64>>) {
  %0 = ingot.add %x, %y : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %1 = ingot.less %x, %y : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xi1>
  %2 = ingot.abs %c : (tensor<2xcomplex<f64>>) -> tensor<2xf64>
  %3 = ingot.cast %y {to = bf16} : (tensor<3xf32>) -> tensor<3xbf16>
  %4 = ingot.igamma %x, %y : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @shapes(%x: tensor<2xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{dimension 0 of result 0 does not fit the operands or overflows}}
  %0 = ingot.add %x, %y : (tensor<2xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @types(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @+1 {{operands have different types: 'f32' and 'i32'}}
  %0 = ingot.mul %x, %y : (tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>
  return
}

// -----

func.func @undefined(%x: tensor<2xi32>) {
  // expected-error @+1 {{is not defined for 'i32'}}
  %0 = ingot.lgamma %x : (tensor<2xi32>) -> tensor<2xi32>
  return
}
