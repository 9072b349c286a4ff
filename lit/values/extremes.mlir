// RUN: make-npz %t.npz x:f32:6=-0,-1.17549435e-38,1.00000012,1.00000024,-1.00000012,1 a:f32:2=1.17549435e-38,2.3509887e-38 y:f32:2=0.25,0.25 d:f64:1=2.2250738585072014e-308 h:f16:2=-0,nan z:c128:3=-1,-2.2250738585072014e-308,1,-0,-1,0 k:i64:2=-1,3
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Where TensorFlow rounds on the way, and where the way underflows.
// CHECK-DAG: {{^}}erfinv: float32 [6] = 0 0 inf nan nan inf{{$}}
// CHECK-DAG: {{^}}igamma: float32 [2] = 0 1{{$}}
// CHECK-DAG: {{^}}ndtri: float64 [1] = -37.51937934714{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}relu: float16 [2] = -0 nan{{$}}
// CHECK-DAG: {{^}}relu6: float16 [2] = -0 nan{{$}}
// CHECK-DAG: {{^}}atanh: complex128 [3] = (-354.544782856412{{[0-9]*}}, -0.785398163397448{{[0-9]*}}) (inf, -0) (-inf, 0){{$}}
// CHECK-DAG: {{^}}log1p: complex128 [3] = {{.*}} (-inf, nan){{$}}
// CHECK-DAG: {{^}}sigmoid: complex128 [3] = (0.26894142136999{{[0-9]*}}, -0) (0.7310585786300{{[0-9]*}}, -0) (0.26894142136999{{[0-9]*}}, 0){{$}}
// CHECK-DAG: {{^}}reshape: float32 [2, 3] = {{.*$}}

// Sizes of which run time tells that one is to be found, but not two.
// RUN: make-npz %t.two.npz x:f32:6=0 a:f32:2=1 y:f32:2=1 d:f64:1=1 h:f16:2=0 z:c128:3=0 k:i64:2=-1
// RUN: not ingot run %s --inputs %t.two.npz 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: more than one size is -1
func.func @values(%x: tensor<?xf32> {ingot.name = "x"}, %a: tensor<?xf32> {ingot.name = "a"},
                  %y: tensor<?xf32> {ingot.name = "y"}, %d: tensor<?xf64> {ingot.name = "d"},
                  %h: tensor<?xf16> {ingot.name = "h"}, %z: tensor<?xcomplex<f64>> {ingot.name = "z"},
                  %k: tensor<2xi64> {ingot.name = "k"})
    -> (tensor<?xf32> {ingot.name = "erfinv"}, tensor<?xf32> {ingot.name = "igamma"},
        tensor<?xf64> {ingot.name = "ndtri"}, tensor<?xf16> {ingot.name = "relu"},
        tensor<?xf16> {ingot.name = "relu6"}, tensor<?xcomplex<f64>> {ingot.name = "atanh"},
        tensor<?xcomplex<f64>> {ingot.name = "log1p"}, tensor<?xcomplex<f64>> {ingot.name = "sigmoid"},
        tensor<?x?xf32> {ingot.name = "reshape"}) {
  %erfinv = ingot.erfinv %x : (tensor<?xf32>) -> tensor<?xf32>
  %igamma = ingot.igamma %a, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %ndtri = ingot.ndtri %d : (tensor<?xf64>) -> tensor<?xf64>
  %relu = ingot.relu %h : (tensor<?xf16>) -> tensor<?xf16>
  %relu6 = ingot.relu6 %h : (tensor<?xf16>) -> tensor<?xf16>
  %atanh = ingot.atanh %z : (tensor<?xcomplex<f64>>) -> tensor<?xcomplex<f64>>
  %log1p = ingot.log1p %z : (tensor<?xcomplex<f64>>) -> tensor<?xcomplex<f64>>
  %sigmoid = ingot.sigmoid %z : (tensor<?xcomplex<f64>>) -> tensor<?xcomplex<f64>>
  %reshape = ingot.reshape %x, %k : (tensor<?xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %erfinv, %igamma, %ndtri, %relu, %relu6, %atanh, %log1p, %sigmoid, %reshape
      : tensor<?xf32>, tensor<?xf32>, tensor<?xf64>, tensor<?xf16>, tensor<?xf16>,
        tensor<?xcomplex<f64>>, tensor<?xcomplex<f64>>, tensor<?xcomplex<f64>>, tensor<?x?xf32>
}
