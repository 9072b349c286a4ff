// RUN: ingot-opt --ingot-hoist-projections %s | FileCheck %s

// CHECK-LABEL: func @recurrent
// CHECK-SAME: %[[STEPS:.*]]: tensor<?x?x8xf32>, %[[W:.*]]: tensor<8x16xf32>
// CHECK: %[[ROWS:.*]] = ingot.reshape %[[STEPS]]
// CHECK: %[[ALL:.*]] = ingot.matmul %[[ROWS]], %[[W]]
// CHECK: %[[LIST:.*]] = ingot.reshape %[[ALL]], {{.*}} -> tensor<?x?x16xf32>
// CHECK: ingot.while
// CHECK: do
// CHECK-NOT: ingot.matmul %{{.*}}, %[[W]]
// CHECK: ingot.list_get %[[LIST]], %{{.*}} : (tensor<?x?x16xf32>, tensor<i32>) -> tensor<?x16xf32>
func.func @recurrent(%steps: tensor<?x?x8xf32>, %w: tensor<8x16xf32>, %h0: tensor<?x16xf32>, %n: tensor<i32>) -> tensor<?x16xf32> {
  %zero = ingot.constant dense<0> : tensor<i32> : tensor<i32>
  %one = ingot.constant dense<1> : tensor<i32> : tensor<i32>
  %r:2 = ingot.while %zero, %h0 : (tensor<i32>, tensor<?x16xf32>) -> (tensor<i32>, tensor<?x16xf32>) {
  ^bb0(%i: tensor<i32>, %h: tensor<?x16xf32>):
    %c = ingot.less %i, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    ingot.condition %c : tensor<i1>
  } do {
  ^bb0(%i: tensor<i32>, %h: tensor<?x16xf32>):
    %x = ingot.list_get %steps, %i : (tensor<?x?x8xf32>, tensor<i32>) -> tensor<?x8xf32>
    %p = ingot.matmul %x, %w : (tensor<?x8xf32>, tensor<8x16xf32>) -> tensor<?x16xf32>
    %s = ingot.add %p, %h : (tensor<?x16xf32>, tensor<?x16xf32>) -> tensor<?x16xf32>
    %j = ingot.add %i, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    ingot.yield %j, %s : tensor<i32>, tensor<?x16xf32>
  }
  return %r#1 : tensor<?x16xf32>
}
