// A result that is part of a tensor's rows is given out without the rest of them.
// RUN: make-npz %t.npz x:f32:2x3=0,1,2,3,4,5 n:i32:=2
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s
// CHECK: first: float32 [2, 2] = 0 1 3 4
// CHECK: rows: float32 [2, 1, 2] = 0 1 3 4

func.func @f(%x: tensor<?x?xf32> {ingot.name = "x"}, %n: tensor<i32> {ingot.name = "n"})
    -> (tensor<?x?xf32> {ingot.name = "first"}, tensor<?x1x?xf32> {ingot.name = "rows"})
    attributes {ingot.signature = "f"} {
  %both = ingot.concat %x, %x {axis = 1 : i64} : (tensor<?x?xf32>, tensor<?x?xf32>) -> tensor<?x?xf32>
  %all = ingot.constant dense<-1> : tensor<1xi64> : tensor<1xi64>
  %zeros = ingot.constant dense<0> : tensor<2xi64> : tensor<2xi64>
  %vector = ingot.reshape %n, %all : (tensor<i32>, tensor<1xi64>) -> tensor<1xi32>
  %count = ingot.cast %vector {to = i64} : (tensor<1xi32>) -> tensor<1xi64>
  %sizes = ingot.concat %all, %count {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %first = ingot.slice %both, %zeros, %sizes : (tensor<?x?xf32>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x?xf32>
  %one = ingot.constant dense<1> : tensor<1xi64> : tensor<1xi64>
  %shape = ingot.concat %all, %one, %count {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %rows = ingot.reshape %first, %shape : (tensor<?x?xf32>, tensor<3xi64>) -> tensor<?x1x?xf32>
  return %first, %rows : tensor<?x?xf32>, tensor<?x1x?xf32>
}
