"""A function of N branches in a row, each of which may hand on its operand as it is."""
import sys

count = int(sys.argv[1])
print("func.func @branches(%p: i1, %x0: tensor<4xf32>) -> tensor<4xf32> {")
for i in range(count):
    print(f"""  %x{i + 1} = scf.if %p -> tensor<4xf32> {{
    %e = tensor.empty() : tensor<4xf32>
    %a = linalg.negf ins(%x{i} : tensor<4xf32>) outs(%e : tensor<4xf32>) -> tensor<4xf32>
    scf.yield %a : tensor<4xf32>
  }} else {{
    scf.yield %x{i} : tensor<4xf32>
  }}""")
print(f"  return %x{count} : tensor<4xf32>\n}}")
