// RUN: ingot-opt --ingot-lower --canonicalize --cse %s | FileCheck %s

// The size of the text is asked for before it is written; no matrix makes a longer one
// than the bound, so that the arena can be sized before the call.
// CHECK-LABEL: func @printed
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK: %[[SIZE:.*]] = rt.format_size %[[X]] {dtypes = array<i32: 1>
// CHECK-NOT: required
// CHECK: %[[BOUND:.*]] = arith.minui %[[SIZE]], %c{{[0-9]+}}
// CHECK: %[[OUT:.*]] = tensor.empty(%[[BOUND]]) : tensor<?xi8>
// CHECK: %[[TEXT:.*]] = rt.format %[[X]], %[[OUT]]
// CHECK: rt.print %[[TEXT]] {stream = 2 : i32}
func.func @printed(%x: tensor<?x3xf32>) {
  %0 = ingot.format %x {text = "x\0A", ends = array<i64: 1, 2>, strings = array<i64>, style = 0 : i32, summarize = 3 : i64} : (tensor<?x3xf32>) -> tensor<?xui8>
  ingot.print %0 {stream = 2 : i32} : (tensor<?xui8>) -> ()
  return
}

// What more depends on than what is printed needs a host.
// CHECK-LABEL: func @returned
// CHECK: rt.format_size {{.*}}required
func.func @returned(%x: tensor<i32>) -> tensor<?xui8> {
  %0 = ingot.format %x {text = "", ends = array<i64: 0, 0>, strings = array<i64>, style = 0 : i32} : (tensor<i32>) -> tensor<?xui8>
  return %0 : tensor<?xui8>
}

// CHECK-LABEL: func @asserted
// CHECK: scf.if
// CHECK:   rt.fail %{{.*}}, -8, "else"
func.func @asserted(%c: tensor<i1>, %t: tensor<?xui8>) {
  ingot.assert %c, "else", %t : tensor<i1>, tensor<?xui8>
  return
}
