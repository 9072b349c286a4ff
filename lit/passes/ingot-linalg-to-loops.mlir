// RUN: ingot-opt --ingot-linalg-to-loops %s | FileCheck %s

// Loops are parallel down to the first reduction.
// CHECK: #[[UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[KEEP:.*]] = #llvm.loop_annotation<unroll = #[[UNROLL]]>
// CHECK-LABEL: func.func @sum(
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             scf.for
// CHECK:               memref.store
// CHECK-NEXT:        } {loop_annotation = #[[KEEP]]}
// CHECK-NEXT:      }{{$}}
// CHECK-NEXT:    } {ingot.parallel}
#in = affine_map<(i, j, k) -> (i, j, k)>
#out = affine_map<(i, j, k) -> (i, k)>
func.func @sum(%x: memref<3x5x7xf32>, %y: memref<3x7xf32>) {
  linalg.generic {indexing_maps = [#in, #out], iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%x : memref<3x5x7xf32>) outs(%y : memref<3x7xf32>) {
  ^bb0(%a: f32, %s: f32):
    %0 = arith.addf %s, %a : f32
    linalg.yield %0 : f32
  }
  return
}

// A short innermost loop is not unrolled before LLVM vectorises it; one of three is.
// CHECK-LABEL: func.func @short(
// CHECK:         } {ingot.parallel, loop_annotation = #[[KEEP]]}
// CHECK:       } {ingot.parallel}
// CHECK:         } {ingot.parallel}
// CHECK:       } {ingot.parallel}
#id = affine_map<(i, j) -> (i, j)>
func.func @short(%x: memref<9x16xf32>, %y: memref<9x3xf32>) {
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%x : memref<9x16xf32>) {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  linalg.generic {indexing_maps = [#id], iterator_types = ["parallel", "parallel"]} outs(%y : memref<9x3xf32>) {
  ^bb0(%a: f32):
    %0 = arith.addf %a, %a : f32
    linalg.yield %0 : f32
  }
  return
}
