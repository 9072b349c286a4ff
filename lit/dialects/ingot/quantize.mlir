// RUN: ingot-opt %s --ingot-lower -split-input-file -verify-diagnostics

func.func @accepted(%acc: tensor<?x4xi32>, %x: tensor<2x3xui8>, %f: tensor<3x?xf32>,
                    %t: tensor<256xi16>, %e: tensor<256xi32>) {
  %0 = ingot.requantize %acc {to = i8, multipliers = array<i32: 1073741824, 1, 2, 3>, shifts = array<i32: -3, 0, 2, -31>, axis = 1 : i64, zero_point = 5 : i64, low = -128 : i64, high = 127 : i64} : (tensor<?x4xi32>) -> tensor<?x4xi8>
  %1 = ingot.quantize %f {to = i8, scales = array<f32: 0.5, 0.25, 0.125>, zero_points = array<i64: 1, -2, 127>} : (tensor<3x?xf32>) -> tensor<3x?xi8>
  %2 = ingot.dequantize %x {scales = array<f32: 0.5>, zero_points = array<i64: 255>} : (tensor<2x3xui8>) -> tensor<2x3xf32>
  %3 = ingot.lookup %x, %t : (tensor<2x3xui8>, tensor<256xi16>) -> tensor<2x3xi16>
  %4 = ingot.fixed_softmax %x, %e {to = i16} : (tensor<2x3xui8>, tensor<256xi32>) -> tensor<2x3xi16>
  return
}

// -----

func.func @channels(%x: tensor<2x3xi32>) {
  // expected-error@+1 {{2 scales do not fit dimension 1}}
  %0 = ingot.requantize %x {to = i8, multipliers = array<i32: 1, 2>, shifts = array<i32: 0, 0>, axis = 1 : i64, low = -128 : i64, high = 127 : i64} : (tensor<2x3xi32>) -> tensor<2x3xi8>
  return
}

// -----

func.func @shift(%x: tensor<2xi64>) {
  // expected-error@+1 {{shifts must lie in [-31, 14]}}
  %0 = ingot.requantize %x {to = i16, multipliers = array<i32: 1>, shifts = array<i32: 15>, low = 0 : i64, high = 7 : i64} : (tensor<2xi64>) -> tensor<2xi16>
  return
}

// -----

func.func @range(%x: tensor<2xi32>) {
  // expected-error@+1 {{the zero point, or the range, is out of range}}
  %0 = ingot.requantize %x {to = ui8, multipliers = array<i32: 1>, shifts = array<i32: 0>, low = -1 : i64, high = 255 : i64} : (tensor<2xi32>) -> tensor<2xui8>
  return
}

// -----

func.func @nearest(%x: tensor<2xi32>) {
  // expected-error@+1 {{rounding to nearest needs a smaller range}}
  %0 = ingot.requantize %x {to = i32, multipliers = array<i32: 1>, shifts = array<i32: 0>, low = 0 : i64, high = 4194304 : i64, rounding = "nearest"} : (tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @zero_point(%x: tensor<2xf32>) {
  // expected-error@+1 {{zero point 128 is no 'i8'}}
  %0 = ingot.quantize %x {to = i8, scales = array<f32: 1.0>, zero_points = array<i64: 128>} : (tensor<2xf32>) -> tensor<2xi8>
  return
}

// -----

func.func @table(%x: tensor<2xi8>, %t: tensor<255xi8>) {
  // expected-error@+1 {{needs a table of 256 elements}}
  %0 = ingot.lookup %x, %t : (tensor<2xi8>, tensor<255xi8>) -> tensor<2xi8>
  return
}

// -----

func.func @padding(%x: tensor<1x4x4x1xi8>, %w: tensor<3x3x1x2xi8>) {
  // expected-error@+1 {{padding of 128 is no 'i8'}}
  %0 = ingot.conv %x, %w {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = "same", pad_value = 128 : i64, to = i32} : (tensor<1x4x4x1xi8>, tensor<3x3x1x2xi8>) -> tensor<1x4x4x2xi32>
  return
}
