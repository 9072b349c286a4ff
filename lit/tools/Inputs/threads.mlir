// Kernels of every kind with work for several threads, over a batch of any size.
func.func @main(%b: tensor<?x1xf32> {ingot.name = "b"})
    -> (tensor<?x24x24x40xf32> {ingot.name = "rows"}, tensor<?x12x12x300xf32> {ingot.name = "panels"},
        tensor<?x24x24x64xf32> {ingot.name = "depthwise"}, tensor<?x100xf32> {ingot.name = "product"},
        tensor<?x36864xf32> {ingot.name = "softmax"}, tensor<36864x?xf32> {ingot.name = "transposed"}) {
  %start = ingot.constant dense<0.0> : tensor<f32> : tensor<f32>
  %limit = ingot.constant dense<36864.0> : tensor<f32> : tensor<f32>
  %step = ingot.constant dense<1.0> : tensor<f32> : tensor<f32>
  %i = ingot.range %start, %limit, %step : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<36864xf32>
  %scale = ingot.constant dense<0.37> : tensor<f32> : tensor<f32>
  %scaled = ingot.mul %i, %scale : (tensor<36864xf32>, tensor<f32>) -> tensor<36864xf32>
  %sum = ingot.add %b, %scaled : (tensor<?x1xf32>, tensor<36864xf32>) -> tensor<?x36864xf32>
  %x = ingot.sin %sum : (tensor<?x36864xf32>) -> tensor<?x36864xf32>
  %shape = ingot.constant dense<[-1, 24, 24, 64]> : tensor<4xi32> : tensor<4xi32>
  %image = ingot.reshape %x, %shape : (tensor<?x36864xf32>, tensor<4xi32>) -> tensor<?x24x24x64xf32>
  %f1 = ingot.constant dense<0.03> : tensor<3x3x64x40xf32> : tensor<3x3x64x40xf32>
  %rows = ingot.conv %image, %f1 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = "same"}
      : (tensor<?x24x24x64xf32>, tensor<3x3x64x40xf32>) -> tensor<?x24x24x40xf32>
  %f2 = ingot.constant dense<0.02> : tensor<3x3x64x300xf32> : tensor<3x3x64x300xf32>
  %panels = ingot.conv %image, %f2 {strides = array<i64: 2, 2>, dilations = array<i64: 1, 1>, padding = "same"}
      : (tensor<?x24x24x64xf32>, tensor<3x3x64x300xf32>) -> tensor<?x12x12x300xf32>
  %f3 = ingot.constant dense<0.1> : tensor<5x5x64x1xf32> : tensor<5x5x64x1xf32>
  %depthwise = ingot.depthwise_conv %image, %f3 {strides = array<i64: 1, 1>, dilations = array<i64: 1, 1>, padding = "same"}
      : (tensor<?x24x24x64xf32>, tensor<5x5x64x1xf32>) -> tensor<?x24x24x64xf32>
  %matrix = ingot.constant dense<[-1, 64]> : tensor<2xi32> : tensor<2xi32>
  %pixels = ingot.reshape %x, %matrix : (tensor<?x36864xf32>, tensor<2xi32>) -> tensor<?x64xf32>
  %w = ingot.constant dense<0.05> : tensor<64x100xf32> : tensor<64x100xf32>
  %product = ingot.matmul %pixels, %w : (tensor<?x64xf32>, tensor<64x100xf32>) -> tensor<?x100xf32>
  %softmax = ingot.softmax %x : (tensor<?x36864xf32>) -> tensor<?x36864xf32>
  %transposed = ingot.transpose %x {permutation = array<i64: 1, 0>} : (tensor<?x36864xf32>) -> tensor<36864x?xf32>
  return %rows, %panels, %depthwise, %product, %softmax, %transposed : tensor<?x24x24x40xf32>,
      tensor<?x12x12x300xf32>, tensor<?x24x24x64xf32>, tensor<?x100xf32>, tensor<?x36864xf32>, tensor<36864x?xf32>
}
