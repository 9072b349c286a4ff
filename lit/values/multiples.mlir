// A size filled up to a multiple of 3, taken apart and cut back again is the size that it was:
// nothing is left to check at run time.
// RUN: ingot compile %s --emit=mlir --stop-after=lower -o - | FileCheck %s --check-prefix=LOWER
// LOWER-LABEL: func.func @f(
// LOWER-NOT: rt.check
// LOWER: return
// RUN: make-npz %t.npz x:f32:4=0,1,2,3
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s
// CHECK: y: float32 [4] = 0 2 4 6

func.func @f(%x: tensor<?xf32> {ingot.name = "x"}) -> (tensor<?xf32> {ingot.name = "y"})
    attributes {ingot.signature = "f"} {
  %zero = ingot.constant dense<0> : tensor<1xi64> : tensor<1xi64>
  %three = ingot.constant dense<3> : tensor<1xi64> : tensor<1xi64>
  %fill = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %n = ingot.shape %x {to = i64} : (tensor<?xf32>) -> tensor<1xi64>
  %over = ingot.floor_mod %n, %three : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %less = ingot.sub %three, %over : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %more = ingot.floor_mod %less, %three : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %both = ingot.concat %zero, %more {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %matrix = ingot.constant dense<[1, 2]> : tensor<2xi64> : tensor<2xi64>
  %row = ingot.reshape %both, %matrix : (tensor<2xi64>, tensor<2xi64>) -> tensor<1x2xi64>
  %one = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  %paddings = ingot.strided_slice %row, %zero, %one, %one {begin_mask = 0 : i64, end_mask = 0 : i64, shrink_mask = 0 : i64} : (tensor<1x2xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1x2xi64>
  %padded = ingot.pad %x, %paddings, %fill : (tensor<?xf32>, tensor<1x2xi64>, tensor<f32>) -> tensor<?xf32>
  %whole = ingot.add %n, %more : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %rows = ingot.floor_div %whole, %three : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %shape = ingot.concat %rows, %three {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %blocks = ingot.reshape %padded, %shape : (tensor<?xf32>, tensor<2xi64>) -> tensor<?x3xf32>
  %size = ingot.mul %rows, %three : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %flat = ingot.reshape %blocks, %size : (tensor<?x3xf32>, tensor<1xi64>) -> tensor<?xf32>
  %kept = ingot.sub %size, %more : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %cut = ingot.slice %flat, %zero, %kept : (tensor<?xf32>, tensor<1xi64>, tensor<1xi64>) -> tensor<?xf32>
  %y = ingot.add %cut, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  return %y : tensor<?xf32>
}
