// A few bytes of a file must not ask for gigabytes of packed weights.
// RUN: not ingot compile %s -o %t.o 2>&1 | FileCheck %s
// CHECK: ingot: error: {{.*}}limits.mlir: large: the model's constants of one repeated value take more than 1024 MiB when written out
// CHECK-NOT: error
func.func @main(%x: tensor<1x20000xf32> {ingot.name = "x"}) -> (tensor<1x20000xf32> {ingot.name = "y"}) attributes {ingot.signature = "main"} {
  %w = "ingot.constant"() <{value = dense<0.5> : tensor<20000x20000xf32>}> : () -> tensor<20000x20000xf32> loc("large")
  %y = "ingot.matmul"(%x, %w) <{to = f32}> : (tensor<1x20000xf32>, tensor<20000x20000xf32>) -> tensor<1x20000xf32>
  return %y : tensor<1x20000xf32>
}
