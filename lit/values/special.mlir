// RUN: make-npz %t.npz x:f64:3=0.5,5,25
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Near 0, between, and where the asymptotic series are: as TensorFlow has them.
// CHECK-DAG: {{^}}j0: float64 [3] = 0.93846980724{{[0-9.]*}} -0.17759677131{{[0-9.]*}} 0.09626678327{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}j1: float64 [3] = 0.24226845767{{[0-9.]*}} -0.32757913759{{[0-9.]*}} -0.1253502495{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}y0: float64 [3] = -0.4445187335{{[0-9.]*}} -0.30851762524{{[0-9.]*}} -0.12724943226{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}y1: float64 [3] = -1.4714723926{{[0-9.]*}} 0.1478631433{{[0-9.]*}} -0.0988299647{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}k0e: float64 [3] = 1.524109385{{[0-9.]*}} 0.547807564{{[0-9.]*}} 0.249436604{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}k1e: float64 [3] = 2.731009708{{[0-9.]*}} 0.600273858{{[0-9.]*}} 0.254377329{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}dawsn: float64 [3] = 0.424436383{{[0-9.]*}} 0.102134074{{[0-9.]*}} 0.020016038{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}expint: float64 [3] = 0.454219904{{[0-9.]*}} 40.1852753{{[0-9.]*}} 3005950906{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}fresnel_cos: float64 [3] = 0.492344225{{[0-9.]*}} 0.563631188{{[0-9.]*}} 0.51273238{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}fresnel_sin: float64 [3] = 0.064732432{{[0-9.]*}} 0.499191381{{[0-9.]*}} 0.49999351{{[0-9.]*}}{{$}}
// CHECK-DAG: {{^}}spence: float64 [3] = 0.582240526{{[0-9.]*}} -2.369939796{{[0-9.]*}} -6.653706648{{[0-9.]*}}{{$}}
func.func @values(%x: tensor<?xf64> {ingot.name = "x"})
    -> (tensor<?xf64> {ingot.name = "j0"}, tensor<?xf64> {ingot.name = "j1"},
        tensor<?xf64> {ingot.name = "y0"}, tensor<?xf64> {ingot.name = "y1"},
        tensor<?xf64> {ingot.name = "k0e"}, tensor<?xf64> {ingot.name = "k1e"},
        tensor<?xf64> {ingot.name = "dawsn"}, tensor<?xf64> {ingot.name = "expint"},
        tensor<?xf64> {ingot.name = "fresnel_cos"}, tensor<?xf64> {ingot.name = "fresnel_sin"},
        tensor<?xf64> {ingot.name = "spence"}) attributes {ingot.signature = "values"} {
  %0 = ingot.bessel_j0 %x : (tensor<?xf64>) -> tensor<?xf64>
  %1 = ingot.bessel_j1 %x : (tensor<?xf64>) -> tensor<?xf64>
  %2 = ingot.bessel_y0 %x : (tensor<?xf64>) -> tensor<?xf64>
  %3 = ingot.bessel_y1 %x : (tensor<?xf64>) -> tensor<?xf64>
  %4 = ingot.bessel_k0e %x : (tensor<?xf64>) -> tensor<?xf64>
  %5 = ingot.bessel_k1e %x : (tensor<?xf64>) -> tensor<?xf64>
  %6 = ingot.dawsn %x : (tensor<?xf64>) -> tensor<?xf64>
  %7 = ingot.expint %x : (tensor<?xf64>) -> tensor<?xf64>
  %8 = ingot.fresnel_cos %x : (tensor<?xf64>) -> tensor<?xf64>
  %9 = ingot.fresnel_sin %x : (tensor<?xf64>) -> tensor<?xf64>
  %10 = ingot.spence %x : (tensor<?xf64>) -> tensor<?xf64>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10 : tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
      tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>, tensor<?xf64>,
      tensor<?xf64>, tensor<?xf64>
}
