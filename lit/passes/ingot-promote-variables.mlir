// RUN: ingot-opt --split-input-file --verify-diagnostics --ingot-promote-variables %s | FileCheck %s

rt.variable @count : tensor<i32> = dense<0> : tensor<i32>
rt.variable @other : tensor<i32> = dense<7> : tensor<i32>

// What is assigned in a loop is carried, what is only read is not.
// CHECK-LABEL: func.func @loop(%arg0: tensor<i1>, %arg1: tensor<i32> {ingot.variable = @count}, %arg2: tensor<i32> {ingot.variable = @other})
// CHECK-SAME:    -> (tensor<i32>, tensor<i32> {ingot.variable = @count})
// CHECK:         %[[W:.*]] = ingot.while %arg1
// CHECK:         ^bb0(%[[A:.*]]: tensor<i32>):
// CHECK:           ingot.less %[[A]], %arg2
// CHECK:         ^bb0(%[[B:.*]]: tensor<i32>):
// CHECK:           %[[N:.*]] = ingot.add %[[B]], %arg2
// CHECK:           ingot.yield %[[N]]
// CHECK:         return %arg1, %[[W]]
func.func @loop(%flag: tensor<i1>) -> tensor<i32> attributes {ingot.signature = "loop"} {
  %old = ingot.read_variable @count : tensor<i32> -> tensor<i32>
  "ingot.while"() ({
    %c = ingot.read_variable @count : tensor<i32> -> tensor<i32>
    %o = ingot.read_variable @other : tensor<i32> -> tensor<i32>
    %less = ingot.less %c, %o : (tensor<i32>, tensor<i32>) -> tensor<i1>
    ingot.condition %less : tensor<i1>
  }, {
    %c = ingot.read_variable @count : tensor<i32> -> tensor<i32>
    %o = ingot.read_variable @other : tensor<i32> -> tensor<i32>
    %n = ingot.add %c, %o : (tensor<i32>, tensor<i32>) -> tensor<i32>
    ingot.assign_variable @count : tensor<i32> = %n : tensor<i32>
    ingot.yield
  }) : () -> ()
  return %old : tensor<i32>
}

// A branch that assigns nothing gives the value from before.
// CHECK-LABEL: func.func @branch
// CHECK-SAME:    (%arg0: tensor<i1>, %arg1: tensor<i32> {ingot.variable = @count})
// CHECK:         %[[C:.*]] = ingot.if %arg0
// CHECK:           ingot.yield %[[NEG:.*]] : tensor<i32>
// CHECK:           ingot.yield %arg1 : tensor<i32>
// CHECK:         return %[[C]], %[[C]]
func.func @branch(%flag: tensor<i1>) -> tensor<i32> attributes {ingot.signature = "branch"} {
  "ingot.if"(%flag) ({
    %c = ingot.read_variable @count : tensor<i32> -> tensor<i32>
    %n = ingot.neg %c : (tensor<i32>) -> tensor<i32>
    ingot.assign_variable @count : tensor<i32> = %n : tensor<i32>
    ingot.yield
  }, {
    ingot.yield
  }) : (tensor<i1>) -> ()
  %now = ingot.read_variable @count : tensor<i32> -> tensor<i32>
  return %now : tensor<i32>
}

// -----

// expected-error @+1 {{there is no variable @nothing}}
func.func @missing() -> tensor<i32> attributes {ingot.signature = "missing"} {
  %0 = ingot.read_variable @nothing : tensor<i32> -> tensor<i32>
  return %0 : tensor<i32>
}
