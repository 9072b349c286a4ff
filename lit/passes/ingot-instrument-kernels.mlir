// RUN: ingot-opt %s --ingot-instrument-kernels | FileCheck %s

// The hook is called around each kernel, with the kernel's number; numbers stand for
// the names of node and op.

// CHECK-DAG: llvm.mlir.global external constant @ingot_profile_nodes("dense/MatMul\00MatMul\00dense/Relu\00\00\00")
// CHECK-DAG: llvm.mlir.global external @ingot_profile_hook() {{.*}} : !llvm.ptr
// CHECK-DAG: llvm.func internal @ingot.profile.nothing(
func.func private @ingot.kernel.a()
func.func private @helper()

// CHECK-LABEL: func.func @f
// CHECK:         %[[HOOK:.*]] = llvm.load
// CHECK-DAG:     %[[ZERO:.*]] = llvm.mlir.constant(0 : i32)
// CHECK:         llvm.call %[[HOOK]](%[[ZERO]], %{{.*}}) : !llvm.ptr, (i32, i32) -> ()
// CHECK:         call @ingot.kernel.a()
// CHECK:         llvm.call
// CHECK:         llvm.call
// CHECK:         call @ingot.kernel.a()
// CHECK:         llvm.call
// CHECK-NOT:     llvm.call
// CHECK:         call @helper()
func.func @f() attributes {ingot.signature = "f"} {
  call @ingot.kernel.a() : () -> () loc("dense/MatMul"("MatMul"))
  call @ingot.kernel.a() : () -> () loc("dense/Relu")
  call @helper() : () -> ()
  return
}
