// RUN: make-npz %t.npz x:f32:2=0.25,0.75 y:f32:2=1.5,2.5 z:f32:2=0.25,0.5
// RUN: ingot run %s -O0 --inputs %t.npz | FileCheck %s
// RUN: ingot run %s -O3 --inputs %t.npz | FileCheck %s

// Every function of two floats: x = 0.25 and 0.75, y = 1.5 and 2.5; comparisons with 0.25
// and 0.5.
// CHECK-DAG: {{^}}add: float32 [2] = 1.75 3.25{{$}}
// CHECK-DAG: {{^}}atan2: float32 [2] = 0.1651{{[0-9]*}} 0.2914{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}div: float32 [2] = 0.1666{{[0-9]*}} 0.3{{$}}
// CHECK-DAG: {{^}}div_no_nan: float32 [2] = 0.1666{{[0-9]*}} 0.3{{$}}
// CHECK-DAG: {{^}}floor_div: float32 [2] = 0 0{{$}}
// CHECK-DAG: {{^}}floor_mod: float32 [2] = 0.25 0.75{{$}}
// CHECK-DAG: {{^}}igamma: float32 [2] = 0.9665{{[0-9]*}} 0.9505{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}igammac: float32 [2] = 0.03341{{[0-9]*}} 0.04946{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}maximum: float32 [2] = 1.5 2.5{{$}}
// CHECK-DAG: {{^}}minimum: float32 [2] = 0.25 0.75{{$}}
// CHECK-DAG: {{^}}mul: float32 [2] = 0.375 1.875{{$}}
// CHECK-DAG: {{^}}mul_no_nan: float32 [2] = 0.375 1.875{{$}}
// CHECK-DAG: {{^}}next_after: float32 [2] = 0.25000003 0.75000006{{$}}
// CHECK-DAG: {{^}}pow: float32 [2] = 0.125 0.4871{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}squared_difference: float32 [2] = 1.562{{[0-9]*}} 3.062{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}sub: float32 [2] = -1.25 -1.75{{$}}
// CHECK-DAG: {{^}}trunc_mod: float32 [2] = 0.25 0.75{{$}}
// CHECK-DAG: {{^}}xdivy: float32 [2] = 0.1666{{[0-9]*}} 0.3{{$}}
// CHECK-DAG: {{^}}xlog1py: float32 [2] = 0.2290{{[0-9]*}} 0.9395{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}xlogy: float32 [2] = 0.1013{{[0-9]*}} 0.6872{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}zeta: float32 [2] = 10.21{{[0-9]*}} 2.491{{[0-9]*}}{{$}}
// CHECK-DAG: {{^}}equal: bool [2] = true false{{$}}
// CHECK-DAG: {{^}}greater: bool [2] = false true{{$}}
// CHECK-DAG: {{^}}greater_equal: bool [2] = true true{{$}}
// CHECK-DAG: {{^}}less: bool [2] = false false{{$}}
// CHECK-DAG: {{^}}less_equal: bool [2] = true false{{$}}
// CHECK-DAG: {{^}}not_equal: bool [2] = false true{{$}}
func.func @values(%x: tensor<?xf32> {ingot.name = "x"}, %y: tensor<?xf32> {ingot.name = "y"}, %z: tensor<?xf32> {ingot.name = "z"})
    -> (tensor<?xf32> {ingot.name = "add"},
       tensor<?xf32> {ingot.name = "atan2"},
       tensor<?xf32> {ingot.name = "div"},
       tensor<?xf32> {ingot.name = "div_no_nan"},
       tensor<?xf32> {ingot.name = "floor_div"},
       tensor<?xf32> {ingot.name = "floor_mod"},
       tensor<?xf32> {ingot.name = "igamma"},
       tensor<?xf32> {ingot.name = "igammac"},
       tensor<?xf32> {ingot.name = "maximum"},
       tensor<?xf32> {ingot.name = "minimum"},
       tensor<?xf32> {ingot.name = "mul"},
       tensor<?xf32> {ingot.name = "mul_no_nan"},
       tensor<?xf32> {ingot.name = "next_after"},
       tensor<?xf32> {ingot.name = "pow"},
       tensor<?xf32> {ingot.name = "squared_difference"},
       tensor<?xf32> {ingot.name = "sub"},
       tensor<?xf32> {ingot.name = "trunc_mod"},
       tensor<?xf32> {ingot.name = "xdivy"},
       tensor<?xf32> {ingot.name = "xlog1py"},
       tensor<?xf32> {ingot.name = "xlogy"},
       tensor<?xf32> {ingot.name = "zeta"},
       tensor<?xi1> {ingot.name = "equal"},
       tensor<?xi1> {ingot.name = "greater"},
       tensor<?xi1> {ingot.name = "greater_equal"},
       tensor<?xi1> {ingot.name = "less"},
       tensor<?xi1> {ingot.name = "less_equal"},
       tensor<?xi1> {ingot.name = "not_equal"}) attributes {ingot.signature = "values"} {
  %add = ingot.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %atan2 = ingot.atan2 %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %div = ingot.div %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %div_no_nan = ingot.div_no_nan %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %floor_div = ingot.floor_div %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %floor_mod = ingot.floor_mod %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %igamma = ingot.igamma %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %igammac = ingot.igammac %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %maximum = ingot.maximum %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %minimum = ingot.minimum %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %mul = ingot.mul %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %mul_no_nan = ingot.mul_no_nan %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %next_after = ingot.next_after %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %pow = ingot.pow %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %squared_difference = ingot.squared_difference %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %sub = ingot.sub %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %trunc_mod = ingot.trunc_mod %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %xdivy = ingot.xdivy %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %xlog1py = ingot.xlog1py %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %xlogy = ingot.xlogy %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %zeta = ingot.zeta %y, %x : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %equal = ingot.equal %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  %greater = ingot.greater %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  %greater_equal = ingot.greater_equal %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  %less = ingot.less %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  %less_equal = ingot.less_equal %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  %not_equal = ingot.not_equal %x, %z : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xi1>
  return %add, %atan2, %div, %div_no_nan, %floor_div, %floor_mod, %igamma, %igammac, %maximum, %minimum, %mul, %mul_no_nan, %next_after, %pow, %squared_difference, %sub, %trunc_mod, %xdivy, %xlog1py, %xlogy, %zeta, %equal, %greater, %greater_equal, %less, %less_equal, %not_equal
      : tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xf32>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>, tensor<?xi1>
}
