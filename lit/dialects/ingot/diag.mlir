// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x3x4xf32>, %p: tensor<f32>) {
  // One diagonal is a vector of each matrix, several are rows.
  %0 = ingot.matrix_diag_part %x, %p {lower = 1 : i64, upper = 1 : i64, align = "RIGHT_LEFT"}
      : (tensor<?x3x4xf32>, tensor<f32>) -> tensor<?x3xf32>
  %1 = ingot.matrix_diag_part %x, %p {lower = -1 : i64, upper = 1 : i64, align = "LEFT_RIGHT"}
      : (tensor<?x3x4xf32>, tensor<f32>) -> tensor<?x3x3xf32>
  %2 = ingot.matrix_set_diag %x, %1 {lower = -1 : i64, upper = 1 : i64, align = "LEFT_RIGHT"}
      : (tensor<?x3x4xf32>, tensor<?x3x3xf32>) -> tensor<?x3x4xf32>
  return
}

// -----

func.func @beyond(%x: tensor<3x4xf32>, %p: tensor<f32>) {
  // expected-error@+1 {{the matrices have no diagonal 4}}
  %0 = ingot.matrix_diag_part %x, %p {lower = 4 : i64, upper = 4 : i64, align = "LEFT_LEFT"}
      : (tensor<3x4xf32>, tensor<f32>) -> tensor<1xf32>
  return
}

// -----

func.func @order(%x: tensor<3x4xf32>, %p: tensor<f32>) {
  // expected-error@+1 {{there are no diagonals 1 to 0}}
  %0 = ingot.matrix_diag_part %x, %p {lower = 1 : i64, upper = 0 : i64, align = "LEFT_LEFT"}
      : (tensor<3x4xf32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @alignment(%x: tensor<3x4xf32>, %p: tensor<f32>) {
  // expected-error@+1 {{unknown alignment "MIDDLE"}}
  %0 = ingot.matrix_diag_part %x, %p {lower = 0 : i64, upper = 0 : i64, align = "MIDDLE"}
      : (tensor<3x4xf32>, tensor<f32>) -> tensor<3xf32>
  return
}

// -----

func.func @length(%x: tensor<3x4xf32>, %d: tensor<2xf32>) {
  // expected-error@+1 {{dimension 0 of the diagonals is 2, not 3}}
  %0 = ingot.matrix_set_diag %x, %d {lower = 0 : i64, upper = 0 : i64, align = "LEFT_LEFT"}
      : (tensor<3x4xf32>, tensor<2xf32>) -> tensor<3x4xf32>
  return
}
