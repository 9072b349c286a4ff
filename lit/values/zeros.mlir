// RUN: make-npz %t.npz h:f16:3=1,2,3 d:f64:2=1,2 x:c128:4=0,-0,1e-200,0,6,8,1,0 y:c128:4=0,-0.5,1e-200,0,3,4,0,0
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Zeros and their signs as TensorFlow has them: the series of lgamma leaves nothing at 1 and 2,
// and a product that underflows counts as 0 before it is divided.
// CHECK-DAG: {{^}}half: float16 [3] = 0 0 0.693{{[0-9]*$}}
// CHECK-DAG: {{^}}double: float64 [2] = 0 0{{$}}
// CHECK-DAG: {{^}}div: complex128 [4] = (0, 0) (0, 0) (2, 0) (0, 0){{$}}
func.func @values(%h: tensor<?xf16> {ingot.name = "h"}, %d: tensor<?xf64> {ingot.name = "d"},
                  %x: tensor<?xcomplex<f64>> {ingot.name = "x"},
                  %y: tensor<?xcomplex<f64>> {ingot.name = "y"})
    -> (tensor<?xf16> {ingot.name = "half"}, tensor<?xf64> {ingot.name = "double"},
        tensor<?xcomplex<f64>> {ingot.name = "div"}) {
  %half = ingot.lgamma %h : (tensor<?xf16>) -> tensor<?xf16>
  %double = ingot.lgamma %d : (tensor<?xf64>) -> tensor<?xf64>
  %div = ingot.div_no_nan %x, %y : (tensor<?xcomplex<f64>>, tensor<?xcomplex<f64>>) -> tensor<?xcomplex<f64>>
  return %half, %double, %div : tensor<?xf16>, tensor<?xf64>, tensor<?xcomplex<f64>>
}
