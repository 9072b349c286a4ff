"""A function that joins COUNT tensors: joined.py COUNT"""

import sys

count = int(sys.argv[1])
print(f"func.func @join(%x: tensor<1xf32>) -> tensor<{count}xf32> {{")
print("  %0 = ingot.concat " + ", ".join(["%x"] * count) + " {axis = 0 : i64} : (" +
      ", ".join(["tensor<1xf32>"] * count) + f") -> tensor<{count}xf32>")
print(f"  return %0 : tensor<{count}xf32>\n}}")
