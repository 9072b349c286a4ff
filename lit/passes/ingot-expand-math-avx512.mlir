// RUN: ingot-opt %s --ingot-expand-math | FileCheck %s
// The power of two is one instruction there.

module attributes {ingot.target = {converts_f16 = true, masks = true, registers = 32 : i64, rounds = true, vector_bytes = 64 : i64}} {
// CHECK-LABEL: func.func @f
// CHECK: %[[X:.*]] = llvm.intr.ldexp(%{{.*}}, %{{.*}}) : (f32, i32) -> f32
// CHECK-NOT: llvm.intr.ldexp
// CHECK: arith.mulf {{.*}} : vector<16xf32>
// CHECK: return %[[X]]
func.func @f(%x: f32, %v: vector<16xf32>) -> (f32, vector<16xf32>) {
  %0 = math.exp %x : f32
  %1 = math.exp %v : vector<16xf32>
  return %0, %1 : f32, vector<16xf32>
}
}
