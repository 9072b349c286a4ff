// Samples of 200,000 numbers, so that a part of the batch has two of them; `shift` belongs to
// the samples too, and may have one row for all.
func.func @main(%x: tensor<?x1xf32> {ingot.name = "x"}, %shift: tensor<?x1xf32> {ingot.name = "shift"},
                %row: tensor<?xi32> {ingot.name = "row"})
    -> (tensor<?x200000xf32> {ingot.name = "softmax"}, tensor<?xf32> {ingot.name = "picked"},
        tensor<3xf32> {ingot.name = "table"}) {
  %start = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %limit = ingot.constant dense<200000.0> : tensor<f32> : tensor<f32>
  %step = ingot.constant dense<1.0> : tensor<f32> : tensor<f32>
  %i = ingot.range %start, %limit, %step : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<200000xf32>
  %sum = ingot.add %x, %shift : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  %wide = ingot.mul %sum, %i : (tensor<?x1xf32>, tensor<200000xf32>) -> tensor<?x200000xf32>
  %sin = ingot.sin %wide : (tensor<?x200000xf32>) -> tensor<?x200000xf32>
  %softmax = ingot.softmax %sin : (tensor<?x200000xf32>) -> tensor<?x200000xf32>
  %table = ingot.constant dense<[1.0, 2.0, 4.0]> : tensor<3xf32> : tensor<3xf32>
  %picked = ingot.gather %table, %row {axis = 0 : i64} : (tensor<3xf32>, tensor<?xi32>) -> tensor<?xf32>
  %double = ingot.add %table, %table : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %softmax, %picked, %double : tensor<?x200000xf32>, tensor<?xf32>, tensor<3xf32>
}
