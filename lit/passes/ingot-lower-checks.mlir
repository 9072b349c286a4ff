// RUN: ingot-opt %s --ingot-lower-checks | FileCheck %s
// A condition that does not hold leaves the function with the status; the context gets the node's name and the text.

// CHECK-DAG: constant @[[TEXT:.*]]("an index is out of range\00")
// CHECK-DAG: constant @[[NODE:.*]]("model/gather\00")
// CHECK-LABEL: func.func @f(%arg0: !llvm.ptr, %arg1: i1) -> i32
// CHECK: cf.cond_br %arg1, ^bb1, ^bb2
// CHECK: ^bb1:
// CHECK: return %c0_i32
// CHECK: ^bb2:
// CHECK: %[[N:.*]] = llvm.mlir.addressof @[[NODE]]
// CHECK: %[[AT:.*]] = llvm.getelementptr %arg0[0, 5]
// CHECK: llvm.store %[[N]], %[[AT]]
// CHECK: %[[T:.*]] = llvm.mlir.addressof @[[TEXT]]
// CHECK: %[[AT:.*]] = llvm.getelementptr %arg0[0, 6]
// CHECK: llvm.store %[[T]], %[[AT]]
// CHECK: return %c-5_i32
func.func @f(%context: !llvm.ptr, %ok: i1) -> i32 {
  %zero = arith.constant 0 : i32
  rt.check %ok, -5, "an index is out of range" loc("model/gather")
  return %zero : i32
}
