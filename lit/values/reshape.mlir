// RUN: make-npz %t.npz x:f32:2x6=1,2,3,4,5,6,7,8,9,10,11,12 s:i32:3=2,-1,3
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// A shape that is fed, with one entry left open.
// CHECK: {{^}}y: float32 [2, 2, 3] = 1 2 3

// Where there are no elements, the open entry is counted without the zeros of both sides.
// RUN: make-npz %t.zero.npz x:f32:0x6= s:i32:3=0,-1,3
// RUN: ingot run %s --inputs %t.zero.npz | FileCheck %s --check-prefix=ZERO
// ZERO: {{^}}y: float32 [0, 2, 3] ={{ ?$}}

// RUN: make-npz %t.none.npz x:f32:2x6=1 s:i32:3=0,-1,3
// RUN: not ingot run %s --inputs %t.none.npz 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: the elements do not fit the new shape

// RUN: make-npz %t.two.npz x:f32:2x6=1 s:i32:3=-1,-1,3
// RUN: not ingot run %s --inputs %t.two.npz 2>&1 | FileCheck %s --check-prefix=TWO
// TWO: more than one size is -1

// A number of elements that overflows to 0 is none.
// RUN: make-npz %t.huge.npz x:f32:0x6= s:i32:3=2147483647,2147483647,1073741824
// RUN: not ingot run %s --inputs %t.huge.npz 2>&1 | FileCheck %s --check-prefix=HUGE
// HUGE: a size is negative or the tensor is too large
func.func @values(%x: tensor<?x?xf32> {ingot.name = "x"}, %s: tensor<3xi32> {ingot.name = "s"})
    -> (tensor<?x?x?xf32> {ingot.name = "y"}) attributes {ingot.signature = "values"} {
  %0 = ingot.reshape %x, %s : (tensor<?x?xf32>, tensor<3xi32>) -> tensor<?x?x?xf32>
  return %0 : tensor<?x?x?xf32>
}
