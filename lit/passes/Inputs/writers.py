"""A function that writes one element of a tensor after the other: COUNT writes."""
import sys

print("func.func @write(%out: memref<8xf32>, %x: f32, %i: index) {")
print("  %0 = bufferization.alloc_tensor() : tensor<8xf32>")
for i in range(int(sys.argv[1])):
    print(f"  %{i + 1} = tensor.insert %x into %{i}[%i] : tensor<8xf32>")
print(f"  bufferization.materialize_in_destination %{i + 1} in restrict writable %out")
print("    : (tensor<8xf32>, memref<8xf32>) -> ()\n  return\n}")
