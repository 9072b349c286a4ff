# ingot_add_model(TARGET MODEL path [SIGNATURES name ...] [OPTIONS option ...])
#
# A library TARGET made of the model, compiled when the model or the compiler
# changes. Linking it gives the code, the header TARGET.h and its include path.
# The C names begin with TARGET unless OPTIONS has --name. When CMake cross
# compiles, the code is for CMAKE_C_COMPILER_TARGET or CMAKE_SYSTEM_PROCESSOR.
function(ingot_add_model target)
  cmake_parse_arguments(ARG "" "MODEL" "SIGNATURES;OPTIONS" ${ARGN})
  if(NOT ARG_MODEL)
    message(FATAL_ERROR "ingot_add_model(${target}): MODEL is missing")
  endif()
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "ingot_add_model(${target}): unknown ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(model "${ARG_MODEL}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  if(IS_DIRECTORY "${model}")
    file(GLOB_RECURSE files CONFIGURE_DEPENDS "${model}/*")
  else()
    set(files "${model}")
  endif()

  set(options ${ARG_OPTIONS})
  if(NOT "${options}" MATCHES "--name")
    list(APPEND options --name=${target})
  endif()
  foreach(signature ${ARG_SIGNATURES})
    list(APPEND options --signature=${signature})
  endforeach()
  if(CMAKE_CROSSCOMPILING AND NOT "${options}" MATCHES "--target")
    set(triple "${CMAKE_C_COMPILER_TARGET}")
    if(NOT triple)
      set(triple "${CMAKE_SYSTEM_PROCESSOR}-unknown-linux-gnu")
    endif()
    list(APPEND options --target=${triple})
  endif()

  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${target}.ingot")
  set(object "${folder}/${target}.o")
  set(header "${folder}/${target}.h")
  file(MAKE_DIRECTORY "${folder}")
  add_custom_command(
    OUTPUT "${object}" "${header}"
    COMMAND Ingot::ingot compile "${model}" -o "${object}" ${options}
    DEPENDS ${files} Ingot::ingot
    COMMENT "Compiling the model ${target}"
    VERBATIM)
  add_library(${target} STATIC "${object}" "${header}")
  set_source_files_properties("${object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${target} PUBLIC "${folder}")
  target_link_libraries(${target} PUBLIC Ingot::runtime m)
endfunction()
