// RUN: ingot-opt %s --ingot-split-complex-constants | FileCheck %s
// Resources of complex numbers become pairs of floats of the same bytes.

// CHECK: llvm.mlir.global private constant @c(dense_resource<pairs> : tensor<2x2xf32>) {{.*}} : !llvm.array<2 x array<2 x f32>>
llvm.mlir.global private constant @c(dense_resource<pairs> : tensor<2xcomplex<f32>>) : !llvm.array<2 x struct<(f32, f32)>>

{-#
  dialect_resources: {
    builtin: {
      pairs: "0x040000000000803F000000400000404000008040"
    }
  }
#-}
