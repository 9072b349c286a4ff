// RUN: ingot-opt --split-input-file --ingot-split-kernels --canonicalize %s | FileCheck %s

// Enough work for sure: always in parts. What follows the loop is done with the last one.
// CHECK-LABEL: func.func private @large.parts(!llvm.ptr, memref<1000x4096xf32>, index)
// CHECK-SAME:    passthrough = ["nounwind", ["ingot-in-parts", "large"]]
// CHECK-LABEL: func.func private @large(
// CHECK-SAME:    %[[A:.*]]: memref<1000x4096xf32>, %[[BEGIN:.*]]: index, %[[END:.*]]: index)
// CHECK:         scf.for %{{.*}} = %[[BEGIN]] to %[[END]] step
// CHECK:         %[[LAST:.*]] = arith.cmpi sge, %[[END]], %c1000
// CHECK:         scf.if %[[LAST]] {
// CHECK-NEXT:      memref.store %{{.*}}, %[[A]][%c0, %c0]
func.func private @large(%a: memref<1000x4096xf32>) attributes {llvm.bareptr} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 1000 : index
  %m = arith.constant 4096 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %m step %c1 {
      %x = memref.load %a[%i, %j] : memref<1000x4096xf32>
      %y = arith.addf %x, %x : f32
      memref.store %y, %a[%i, %j] : memref<1000x4096xf32>
    }
  } {ingot.parallel}
  memref.store %zero, %a[%c0, %c0] : memref<1000x4096xf32>
  return
}
// CHECK-LABEL: func.func @calls_large(
// CHECK-NEXT:    %[[N:.*]] = arith.constant 1000 : index
// CHECK-NEXT:    call @large.parts(%arg0, %arg1, %[[N]])
// CHECK-NEXT:    return
func.func @calls_large(%context: !llvm.ptr, %a: memref<1000x4096xf32>) {
  func.call @large(%a) : (memref<1000x4096xf32>) -> ()
  return
}

// -----

// The call knows how long the loop is: in parts if that is worth it.
// CHECK-LABEL: func.func private @rows(
// CHECK:         %[[FROM:.*]] = arith.muli %{{.*}}, %c4
// CHECK:         %[[TO:.*]] = arith.muli %{{.*}}, %c4
// CHECK:         scf.for %{{.*}} = %[[FROM]] to %[[TO]] step %c4
func.func private @rows(%a: memref<4096xf32>, %n: index) attributes {llvm.bareptr} {
  %c0 = arith.constant 0 : index
  %c4 = arith.constant 4 : index
  scf.for %i = %c0 to %n step %c4 {
    %x = memref.load %a[%i] : memref<4096xf32>
    %y = math.exp %x : f32
    memref.store %y, %a[%i] : memref<4096xf32>
  } {ingot.parallel}
  return
}
// CHECK-LABEL: func.func @calls_rows(
// CHECK:         %[[COUNT:.*]] = arith.ceildivsi %arg2, %c4
// CHECK:         %[[WORK:.*]] = arith.muli %[[COUNT]], %c17
// CHECK:         %[[PAYS:.*]] = arith.cmpi sge, %[[WORK]], %c1048576
// CHECK:         scf.if %[[PAYS]] {
// CHECK-NEXT:      call @rows.parts(%arg0, %arg1, %arg2, %[[COUNT]])
// CHECK-NEXT:    } else {
// CHECK-NEXT:      call @rows(%arg1, %arg2, %c0, %[[COUNT]])
func.func @calls_rows(%context: !llvm.ptr, %a: memref<4096xf32>, %n: index) {
  func.call @rows(%a, %n) : (memref<4096xf32>, index) -> ()
  return
}

// -----

// Few iterations outside: the loop inside is split.
// CHECK-LABEL: func.func private @inside(
// CHECK:         scf.for %{{.*}} = %c0 to %c2 step
// CHECK:           scf.for %{{.*}} = %arg1 to %arg2 step
func.func private @inside(%a: memref<2x1048576xf32>) attributes {llvm.bareptr} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %n = arith.constant 1048576 : index
  scf.for %i = %c0 to %c2 step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      %x = memref.load %a[%i, %j] : memref<2x1048576xf32>
      %y = arith.addf %x, %x : f32
      memref.store %y, %a[%i, %j] : memref<2x1048576xf32>
    } {ingot.parallel}
  } {ingot.parallel}
  return
}
func.func @calls_inside(%context: !llvm.ptr, %a: memref<2x1048576xf32>) {
  func.call @inside(%a) : (memref<2x1048576xf32>) -> ()
  return
}

// -----

// Little work, no mark, or something written in front of the loop: one piece.
// CHECK-LABEL: func.func private @little(
// CHECK-NOT:   {{parts|index\)}}
func.func private @little(%a: memref<8xf32>) attributes {llvm.bareptr} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f32
  scf.for %i = %c0 to %n step %c1 {
    memref.store %zero, %a[%i] : memref<8xf32>
  } {ingot.parallel}
  return
}
func.func private @unmarked(%a: memref<4194304xf32>) attributes {llvm.bareptr} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 4194304 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<4194304xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %a[%i] : memref<4194304xf32>
  }
  return
}
func.func private @before(%a: memref<4194304xf32>) attributes {llvm.bareptr} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 4194304 : index
  %zero = arith.constant 0.0 : f32
  memref.store %zero, %a[%c0] : memref<4194304xf32>
  scf.for %i = %c0 to %n step %c1 {
    %x = memref.load %a[%i] : memref<4194304xf32>
    %y = arith.addf %x, %x : f32
    memref.store %y, %a[%i] : memref<4194304xf32>
  } {ingot.parallel}
  return
}
func.func @calls(%context: !llvm.ptr, %a: memref<8xf32>, %b: memref<4194304xf32>) {
  func.call @little(%a) : (memref<8xf32>) -> ()
  func.call @unmarked(%b) : (memref<4194304xf32>) -> ()
  func.call @before(%b) : (memref<4194304xf32>) -> ()
  return
}
