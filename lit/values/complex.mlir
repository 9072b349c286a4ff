// RUN: make-npz %t.npz x:f32:2=3,0 y:f32:2=4,-2
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// 3 + 4i and -2i, their parts and their square.
// CHECK-DAG: {{^}}real: float32 [2] = 3 0{{$}}
// CHECK-DAG: {{^}}imag: float32 [2] = 4 -2{{$}}
// CHECK-DAG: {{^}}abs: float32 [2] = 5 2{{$}}
// CHECK-DAG: {{^}}angle: float32 [2] = 0.9272{{[0-9]*}} -1.570{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}conj: complex64 [2] = (3, -4) (0, 2){{$}}
// CHECK-DAG: {{^}}mul: complex64 [2] = (-7, 24) (-4, -0){{$}}
func.func @values(%x: tensor<2xf32> {ingot.name = "x"}, %y: tensor<2xf32> {ingot.name = "y"})
    -> (tensor<2xf32> {ingot.name = "real"}, tensor<2xf32> {ingot.name = "imag"},
        tensor<2xf32> {ingot.name = "abs"}, tensor<2xf32> {ingot.name = "angle"},
        tensor<2xcomplex<f32>> {ingot.name = "conj"}, tensor<2xcomplex<f32>> {ingot.name = "mul"})
    attributes {ingot.signature = "values"} {
  %z = ingot.complex %x, %y : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xcomplex<f32>>
  %0 = ingot.real %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
  %1 = ingot.imag %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
  %2 = ingot.abs %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
  %3 = ingot.angle %z : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
  %4 = ingot.conj %z : (tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>>
  %5 = ingot.mul %z, %z : (tensor<2xcomplex<f32>>, tensor<2xcomplex<f32>>) -> tensor<2xcomplex<f32>>
  return %0, %1, %2, %3, %4, %5 : tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>,
      tensor<2xcomplex<f32>>, tensor<2xcomplex<f32>>
}
