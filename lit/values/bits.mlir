// RUN: make-npz %t.npz i:i32:3=-8,5,6 j:i32:3=1,2,3 b:bool:2=1,0 c:bool:2=1,1 s:f32:3=nan,inf,-2
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Bits of integers, booleans, and what is no number.
// CHECK-DAG: {{^}}shift_left: int32 [3] = -16 20 48{{$}}
// CHECK-DAG: {{^}}shift_right: int32 [3] = -4 1 0{{$}}
// CHECK-DAG: {{^}}and: int32 [3] = 0 0 2{{$}}
// CHECK-DAG: {{^}}or: int32 [3] = -7 7 7{{$}}
// CHECK-DAG: {{^}}xor: int32 [3] = -7 7 5{{$}}
// CHECK-DAG: {{^}}not: bool [2] = false true{{$}}
// CHECK-DAG: {{^}}population_count: uint8 [3] = 29 2 2{{$}}
// CHECK-DAG: {{^}}bitcast: float32 [3] = {{-?}}nan 7e-45 8e-45{{$}}
// CHECK-DAG: {{^}}is_nan: bool [3] = true false false{{$}}
// CHECK-DAG: {{^}}is_inf: bool [3] = false true false{{$}}
// CHECK-DAG: {{^}}is_finite: bool [3] = false false true{{$}}
// CHECK-DAG: {{^}}leaky_relu: float32 [3] = nan inf -0.5{{$}}
// CHECK-DAG: {{^}}select: int32 [2] = 1 0{{$}}
func.func @values(%i: tensor<3xi32> {ingot.name = "i"}, %j: tensor<3xi32> {ingot.name = "j"},
                  %b: tensor<2xi1> {ingot.name = "b"}, %c: tensor<2xi1> {ingot.name = "c"},
                  %s: tensor<3xf32> {ingot.name = "s"})
    -> (tensor<3xi32> {ingot.name = "shift_left"}, tensor<3xi32> {ingot.name = "shift_right"},
        tensor<3xi32> {ingot.name = "and"}, tensor<3xi32> {ingot.name = "or"},
        tensor<3xi32> {ingot.name = "xor"}, tensor<2xi1> {ingot.name = "not"},
        tensor<3xui8> {ingot.name = "population_count"}, tensor<3xf32> {ingot.name = "bitcast"},
        tensor<3xi1> {ingot.name = "is_nan"}, tensor<3xi1> {ingot.name = "is_inf"},
        tensor<3xi1> {ingot.name = "is_finite"}, tensor<3xf32> {ingot.name = "leaky_relu"},
        tensor<2xi32> {ingot.name = "select"})
    attributes {ingot.signature = "values"} {
  %0 = ingot.shift_left %i, %j : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %1 = ingot.shift_right %i, %j : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %2 = ingot.and %i, %j : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %3 = ingot.or %i, %j : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %4 = ingot.xor %i, %j : (tensor<3xi32>, tensor<3xi32>) -> tensor<3xi32>
  %5 = ingot.not %b : (tensor<2xi1>) -> tensor<2xi1>
  %6 = ingot.population_count %i : (tensor<3xi32>) -> tensor<3xui8>
  %7 = ingot.bitcast %i {to = f32} : (tensor<3xi32>) -> tensor<3xf32>
  %8 = ingot.is_nan %s : (tensor<3xf32>) -> tensor<3xi1>
  %9 = ingot.is_inf %s : (tensor<3xf32>) -> tensor<3xi1>
  %10 = ingot.is_finite %s : (tensor<3xf32>) -> tensor<3xi1>
  %11 = ingot.leaky_relu %s {alpha = 0.25 : f64} : (tensor<3xf32>) -> tensor<3xf32>
  %one = ingot.cast %c {to = i32} : (tensor<2xi1>) -> tensor<2xi32>
  %none = ingot.sub %one, %one : (tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  %12 = ingot.select %b, %one, %none : (tensor<2xi1>, tensor<2xi32>, tensor<2xi32>) -> tensor<2xi32>
  return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12
      : tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<3xi32>, tensor<2xi1>,
        tensor<3xui8>, tensor<3xf32>, tensor<3xi1>, tensor<3xi1>, tensor<3xi1>, tensor<3xf32>,
        tensor<2xi32>
}
