// RUN: ingot-opt %s --ingot-expand-math | FileCheck %s
// RUN: ingot-opt %s --ingot-expand-math=functions=false | FileCheck %s --check-prefix=CALLS
// Functions of f32, of vectors too, become arithmetic; f64 stays a call.

// CHECK-LABEL: func.func @f
// CHECK-NOT: math.exp
// CHECK-NOT: math.tanh
// CHECK: arith.mulf {{.*}} : f32
// CHECK: arith.mulf {{.*}} : vector<8xf32>
// CHECK: math.erf %{{.*}} : f64

// CALLS: math.exp
// CALLS: math.tanh
// CALLS: math.erf
func.func @f(%x: f32, %v: vector<8xf32>, %d: f64) -> (f32, vector<8xf32>, f64) {
  %0 = math.exp %x : f32
  %1 = math.tanh %v : vector<8xf32>
  %2 = math.erf %d : f64
  return %0, %1, %2 : f32, vector<8xf32>, f64
}
