"""Prints a model of many sums of constants that do not depend on each other, and of a gather that fails."""

COUNT = 100
results = ["tensor<2xf32>"] * (COUNT + 1)
names = [f'{t} {{ingot.name = "y{i}"}}' for i, t in enumerate(results)]
print(f'func.func @f() -> ({", ".join(names)}) attributes {{ingot.signature = "f"}} {{')
print('  %a = ingot.constant dense<[1.0, 2.0]> : tensor<2xf32> : tensor<2xf32>')
for i in range(COUNT):
    print(f'  %c{i} = ingot.constant dense<[{i}.0, {i + 1}.0]> : tensor<2xf32> : tensor<2xf32>')
    print(f'  %s{i} = ingot.add %a, %c{i} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>')
print('  %i = ingot.constant dense<[0, 7]> : tensor<2xi32> : tensor<2xi32>')
print(f'  %s{COUNT} = ingot.gather %a, %i {{axis = 0 : i64}} : (tensor<2xf32>, tensor<2xi32>) -> tensor<2xf32>')
print(f'  return {", ".join(f"%s{i}" for i in range(COUNT + 1))} : {", ".join(results)}')
print('}')
