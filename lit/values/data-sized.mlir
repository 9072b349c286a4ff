// RUN: make-npz %t.npz x:f32:2x3=0,1,0,2,0,nan i:i32:5=7,3,7,7,1 k:i32:=2
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Results whose size only the data tells.
// CHECK-DAG: {{^}}where: int64 [3, 2] = 0 1 1 0 1 2{{$}}
// CHECK-DAG: {{^}}unique: int32 [3] = 7 3 1{{$}}
// CHECK-DAG: {{^}}indices: int32 [5] = 0 1 0 0 2{{$}}
// CHECK-DAG: {{^}}counts: int32 [3] = 3 1 1{{$}}
// CHECK-DAG: {{^}}top: int32 [2] = 7 7{{$}}
// CHECK-DAG: {{^}}places: int32 [2] = 0 2{{$}}

// Nothing found, nothing asked for.
// RUN: make-npz %t.none.npz x:f32:2x3=0 i:i32:1=9 k:i32:=0
// RUN: ingot run %s --inputs %t.none.npz | FileCheck %s --check-prefix=NONE
// NONE-DAG: {{^}}where: int64 [0, 2] ={{ ?$}}
// NONE-DAG: {{^}}counts: int32 [1] = 1{{$}}
// NONE-DAG: {{^}}top: int32 [0] ={{ ?$}}

// More than there are.
// RUN: make-npz %t.more.npz x:f32:2x3=0 i:i32:1=9 k:i32:=2
// RUN: not ingot run %s --inputs %t.more.npz 2>&1 | FileCheck %s --check-prefix=MORE
// MORE: ingot: error: {{.*}}data-sized.mlir: {{.*}}signature 'values'
func.func @values(%x: tensor<2x3xf32> {ingot.name = "x"}, %i: tensor<?xi32> {ingot.name = "i"},
                  %k: tensor<i32> {ingot.name = "k"})
    -> (tensor<?x2xi64> {ingot.name = "where"}, tensor<?xi32> {ingot.name = "unique"},
        tensor<?xi32> {ingot.name = "indices"}, tensor<?xi32> {ingot.name = "counts"},
        tensor<?xi32> {ingot.name = "top"}, tensor<?xi32> {ingot.name = "places"})
    attributes {ingot.signature = "values"} {
  %0 = ingot.where %x : (tensor<2x3xf32>) -> tensor<?x2xi64>
  %1:3 = ingot.unique %i {index = i32} : (tensor<?xi32>) -> (tensor<?xi32>, tensor<?xi32>, tensor<?xi32>)
  %2:2 = ingot.top_k %i, %k {to = i32} : (tensor<?xi32>, tensor<i32>) -> (tensor<?xi32>, tensor<?xi32>)
  return %0, %1#0, %1#1, %1#2, %2#0, %2#1 : tensor<?x2xi64>, tensor<?xi32>, tensor<?xi32>,
      tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}
