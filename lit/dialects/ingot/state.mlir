// RUN: ingot-opt --split-input-file --verify-diagnostics --ingot-lower %s

rt.variable @v : tensor<2x3xf32> = dense<0.0> : tensor<2x3xf32>

func.func @type(%x: tensor<2x3xf64>) {
  // expected-error @+1 {{assigns 'tensor<2x3xf64>' to a variable of 'tensor<2x3xf32>'}}
  ingot.assign_variable @v : tensor<2x3xf32> = %x : tensor<2x3xf64>
  return
}

// -----

func.func @shape(%x: tensor<2x?xf32>) {
  // expected-error @+1 {{assigns 'tensor<2x?xf32>' to a variable of 'tensor<2x3xf32>'}}
  ingot.assign_variable @v : tensor<2x3xf32> = %x : tensor<2x?xf32>
  return
}

// -----

func.func @dynamic() {
  // expected-error @+1 {{needs a variable of static shape}}
  %0 = ingot.read_variable @v : tensor<?xf32> -> tensor<?xf32>
  return
}
