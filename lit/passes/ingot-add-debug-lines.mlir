// RUN: ingot-opt %s --ingot-add-debug-lines --mlir-print-debuginfo | FileCheck %s
// Nodes of the source model are the files of the debug lines.

// CHECK-DAG: #[[ADD:.*]] = #llvm.di_file<"model/add" in "">
// CHECK-DAG: #[[OUT:.*]] = #llvm.di_file<"model/out" in "">
// CHECK-DAG: #llvm.di_subprogram<{{.*}}name = "model/out", linkageName = "f", file = #[[OUT]], line = 1
// CHECK-DAG: #llvm.di_lexical_block_file<{{.*}}file = #[[ADD]]
llvm.func @f(%x: f32) -> f32 {
  %0 = llvm.fadd %x, %x : f32 loc("model/add")
  llvm.return %0 : f32
} loc("model/out")
