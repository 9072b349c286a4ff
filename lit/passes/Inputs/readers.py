"""N ops that read one tensor, an argument or a constant: readers.py N"""

import sys


def readers(name, argument, first):
    print(f"func.func @{name}({argument}) -> f32 {{")
    print("  %c0 = arith.constant 0 : index")
    print(first)
    for i in range(int(sys.argv[1])):
        print(f"  %{i} = tensor.extract %x[%c0] : tensor<4xf32>")
    print("  return %0 : f32\n}")


readers("argument", "%x: tensor<4xf32>", "")
readers("constant", "", "  %x = arith.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>")
