# Targets of the compiler's libraries: one place for flags, the precompiled
# header and the shared LLVM and MLIR libraries.

add_library(ingot_flags INTERFACE)
target_include_directories(ingot_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}
  ${CMAKE_SOURCE_DIR}/runtime/include)
target_include_directories(ingot_flags SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_compile_options(ingot_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wno-unused-parameter -Wno-deprecated-declarations>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:Clang>>:SHELL:-Xclang -fno-pch-timestamp>)
if(INGOT_ASSERTIONS)
  # CMake puts -DNDEBUG into its optimised build types.
  target_compile_options(ingot_flags INTERFACE -UNDEBUG)
endif()
if(INGOT_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_link_options(-fuse-ld=lld)
endif()

# ingot_library(NAME [MLIR] [FUZZED] SOURCES a.cpp ... [DEPENDS targets] [LIBS libraries])
#
# A static library of the compiler. MLIR: uses MLIR (precompiled header, shared
# libMLIR); without it only LLVM's support library is linked. FUZZED: its branches
# guide libFuzzer, which makes everything that is watched several times slower.
# DEPENDS: generated headers that must exist first.
function(ingot_library name)
  cmake_parse_arguments(ARG "MLIR;FUZZED" "" "SOURCES;DEPENDS;LIBS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ingot_flags ${ARG_LIBS})
  if(ARG_MLIR)
    target_link_libraries(${name} PUBLIC MLIR LLVM)
    ingot_use_pch(${name})
  else()
    target_link_libraries(${name} PUBLIC LLVM)
  endif()
  if(ARG_FUZZED AND INGOT_FUZZERS)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# The precompiled header is compiled once, in this target, and reused.
function(ingot_use_pch name)
  if(NOT TARGET ingot_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp.tmp "// Carries the precompiled header.\n")
    configure_file(${CMAKE_BINARY_DIR}/pch.cpp.tmp ${CMAKE_BINARY_DIR}/pch.cpp COPYONLY)
    add_library(ingot_pch STATIC ${CMAKE_BINARY_DIR}/pch.cpp)
    target_link_libraries(ingot_pch PUBLIC ingot_flags)
    target_precompile_headers(ingot_pch PRIVATE
      <mlir/IR/Builders.h> <mlir/IR/BuiltinOps.h> <mlir/IR/PatternMatch.h> <mlir/Pass/Pass.h>
      <mlir/Dialect/Arith/IR/Arith.h> <mlir/Dialect/Func/IR/FuncOps.h>
      <mlir/Dialect/Linalg/IR/Linalg.h> <mlir/Dialect/Math/IR/Math.h>
      <mlir/Dialect/MemRef/IR/MemRef.h> <mlir/Dialect/SCF/IR/SCF.h>
      <mlir/Dialect/Tensor/IR/Tensor.h> <mlir/Dialect/Complex/IR/Complex.h>
      # What passes/Passes.h names besides: five of the six seconds of a small pass.
      <mlir/Dialect/Bufferization/IR/Bufferization.h>
      <mlir/Dialect/ControlFlow/IR/ControlFlowOps.h> <mlir/Dialect/LLVMIR/LLVMDialect.h>
      <mlir/Dialect/UB/IR/UBOps.h> <mlir/Dialect/Vector/IR/VectorOps.h>)
  endif()
  target_precompile_headers(${name} REUSE_FROM ingot_pch)
endfunction()
