rt.variable @count : tensor<i32> = dense<0> : tensor<i32>
rt.variable @pair : tensor<2xf32> = dense<[10.0, 20.0]> : tensor<2xf32>

func.func @swap(%x: tensor<2xf32> {ingot.name = "x"})
    -> (tensor<i32> {ingot.name = "count"}, tensor<2xf32> {ingot.name = "old"}) {
  %one = ingot.constant dense<1> : tensor<i32> : tensor<i32>
  %c = ingot.read_variable @count : tensor<i32> -> tensor<i32>
  %next = ingot.add %c, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
  ingot.assign_variable @count : tensor<i32> = %next : tensor<i32>
  %old = ingot.read_variable @pair : tensor<2xf32> -> tensor<2xf32>
  %sum = ingot.add %old, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  ingot.assign_variable @pair : tensor<2xf32> = %sum : tensor<2xf32>
  return %next, %old : tensor<i32>, tensor<2xf32>
}
