// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x1x2x3xf32>, %y: tensor<5x3x?xf32>, %h: tensor<3x2xf16>) {
  // Batch dimensions broadcast; sums of 16-bit floats may stay wide.
  %0 = ingot.matmul %x, %y : (tensor<?x1x2x3xf32>, tensor<5x3x?xf32>) -> tensor<?x5x2x?xf32>
  %1 = ingot.matmul %h, %h {transpose_x = true, to = f32} : (tensor<3x2xf16>, tensor<3x2xf16>) -> tensor<2x2xf32>
  return
}

// -----

func.func @inner(%x: tensor<2x3xf32>) {
  // expected-error@+1 {{inner dimensions differ: 3 and 2}}
  %0 = ingot.matmul %x, %x : (tensor<2x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @rank(%x: tensor<3xf32>) {
  // expected-error@+1 {{operands need rank 2 or more}}
  %0 = ingot.matmul %x, %x : (tensor<3xf32>, tensor<3xf32>) -> tensor<f32>
  return
}

// -----

func.func @types(%x: tensor<3x3xf32>, %y: tensor<3x3xi32>) {
  // expected-error@+1 {{operands have different types: 'f32' and 'i32'}}
  %0 = ingot.matmul %x, %y : (tensor<3x3xf32>, tensor<3x3xi32>) -> tensor<3x3xf32>
  return
}
