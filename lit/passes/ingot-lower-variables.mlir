// RUN: ingot-opt %s --ingot-lower-variables | FileCheck %s
// The first value of a variable is a constant; of zeros there is none.

// CHECK: memref.global "private" constant @ingot_initial_0 : memref<2xf32> = dense<[1.000000e+00, 2.000000e+00]>
// CHECK-NOT: ingot_initial_1
// CHECK-NOT: rt.variable
rt.variable @a : tensor<2xf32> = dense<[1.0, 2.0]> : tensor<2xf32>
rt.variable @b : tensor<2xf32> = dense<0.0> : tensor<2xf32>
