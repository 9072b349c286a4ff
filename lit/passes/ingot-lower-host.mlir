// RUN: ingot-opt %s --ingot-lower-host | FileCheck %s
// What the host does becomes calls of its functions, if the context has a host.

// CHECK-DAG: llvm.mlir.global private constant @[[TEXT:.*]]("x = \00")
// CHECK-LABEL: func.func @size(%arg0: !llvm.ptr, %arg1: memref<?xf32>)
// CHECK: %[[AT:.*]] = llvm.getelementptr %arg0[0, 8]
// CHECK: %[[HOST:.*]] = llvm.load %[[AT]]
// CHECK: %[[NONE:.*]] = llvm.icmp "eq" %[[HOST]]
// CHECK: scf.if %[[NONE]] -> (i64) {
// CHECK:   scf.yield %c0
// CHECK: } else {
// CHECK:   llvm.mlir.addressof @[[TEXT]]
// CHECK:   %[[AT:.*]] = llvm.getelementptr %[[HOST]][0, 0]
// CHECK:   %[[FUNCTION:.*]] = llvm.load %[[AT]]
// CHECK:   %[[SIZE:.*]] = llvm.call %[[FUNCTION]](%[[HOST]]
// CHECK:   scf.yield %[[SIZE]]
func.func @size(%context: !llvm.ptr, %x: memref<?xf32>) -> index {
  %0 = rt.format_size %x {text = "x = ", ends = array<i64: 4, 4>, dtypes = array<i32: 1>, summarize = 3 : i64, style = 0 : i32, precision = -1 : i32, width = -1 : i32, flag = 0 : i32} : (memref<?xf32>) -> index
  return %0 : index
}

// CHECK-LABEL: func.func @time
// CHECK: rt.check %{{.*}}, -10, "the time needs a host"
// CHECK: llvm.call %{{.*}} -> f64
func.func @time(%context: !llvm.ptr) -> f64 {
  %0 = rt.timestamp
  return %0 : f64
}

// The text is the message, or where it is empty the one that is known.
// CHECK-LABEL: func.func @fail
// CHECK: %[[MESSAGE:.*]] = llvm.select
// CHECK: %[[AT:.*]] = llvm.getelementptr %arg0[0, 6]
// CHECK: llvm.store %[[MESSAGE]], %[[AT]]
// CHECK: rt.check %false, -8, ""
func.func @fail(%context: !llvm.ptr, %t: memref<?xi8>) {
  rt.fail %t, -8, "no text" : memref<?xi8>
  return
}
