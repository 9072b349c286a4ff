// RUN: ingot-opt %s --ingot-expand-narrow-floats | FileCheck %s

// A comparison of f16 would be a call of the compiler's runtime library.
// CHECK-LABEL: func @compare
// CHECK-NOT:     arith.cmpf ogt, %{{.*}} : f16
// CHECK-NOT:     arith.extf
// CHECK:         arith.cmpf ogt, %{{.*}}, %{{.*}} : f32
module attributes {ingot.target = {converts_f16 = false, masks = false, registers = 16 : i64,
                                   rounds = false, vector_bytes = 16 : i64}} {
func.func @compare(%a: f16, %b: f16) -> i1 {
  %c = arith.cmpf ogt, %a, %b : f16
  return %c : i1
}
}
