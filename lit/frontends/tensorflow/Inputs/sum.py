"""Prints a graph whose batch is the sum of twelve sizes."""

FLOATS = 'attr { key: "dtype" value { type: 1 } }'
SHAPE = 'attr { key: "shape" value { shape { dim { size: -1 } dim { size: 2 } dim { size: 2 } } } }'
names = [f"x{i}" for i in range(12)]
for name in names:
    print(f'node {{ name: "{name}" op: "Placeholder" {FLOATS} {SHAPE} }}')
print('node { name: "axis" op: "Const" attr { key: "dtype" value { type: 3 } }'
      ' attr { key: "value" value { tensor { dtype: 3 tensor_shape { } int_val: 0 } } } }')
inputs = " ".join(f'input: "{name}"' for name in [*names, "axis"])
print(f'node {{ name: "all" op: "ConcatV2" {inputs} attr {{ key: "N" value {{ i: 12 }} }}'
      ' attr { key: "T" value { type: 1 } } attr { key: "Tidx" value { type: 3 } } }')
print('node { name: "y" op: "Cholesky" input: "all" attr { key: "T" value { type: 1 } } }')
