// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%x: tensor<?x8x8x3xui8>, %n: tensor<2xi32>) {
  // Interpolation gives f32 whatever it takes.
  %0 = ingot.resize %x, %n {mode = "nearest", align_corners = false, half_pixel_centers = true}
      : (tensor<?x8x8x3xui8>, tensor<2xi32>) -> tensor<?x?x?x3xui8>
  %1 = ingot.resize %x, %n {mode = "bilinear", align_corners = true, half_pixel_centers = false}
      : (tensor<?x8x8x3xui8>, tensor<2xi32>) -> tensor<?x?x?x3xf32>
  return
}

// -----

func.func @nothing(%x: tensor<1x8x8x3xf32>) {
  %n = ingot.constant dense<[4, 0]> : tensor<2xi32> : tensor<2xi32>
  // expected-error@+1 {{heights and widths must be positive}}
  %0 = ingot.resize %x, %n {mode = "nearest", align_corners = false, half_pixel_centers = false}
      : (tensor<1x8x8x3xf32>, tensor<2xi32>) -> tensor<1x4x0x3xf32>
  return
}

// -----

func.func @both(%x: tensor<1x8x8x3xf32>, %n: tensor<2xi32>) {
  // expected-error@+1 {{aligned corners exclude half pixel centers}}
  %0 = ingot.resize %x, %n {mode = "bilinear", align_corners = true, half_pixel_centers = true}
      : (tensor<1x8x8x3xf32>, tensor<2xi32>) -> tensor<1x?x?x3xf32>
  return
}

// -----

func.func @rank(%x: tensor<8x8x3xf32>, %n: tensor<2xi32>) {
  // expected-error@+1 {{needs images of rank 4 and a size of two integers}}
  %0 = ingot.resize %x, %n {mode = "nearest", align_corners = false, half_pixel_centers = false}
      : (tensor<8x8x3xf32>, tensor<2xi32>) -> tensor<?x?x3xf32>
  return
}
