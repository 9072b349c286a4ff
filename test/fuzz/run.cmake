# Runs a fuzzer for a minute on a corpus of its own, seeded with the fixtures.
file(MAKE_DIRECTORY ${CORPUS})
file(GLOB seeds ${SEEDS})
foreach(seed ${seeds})
  string(MD5 name ${seed})
  configure_file(${seed} ${CORPUS}/${name} COPYONLY)
endforeach()
execute_process(
  COMMAND ${PROGRAM} -max_total_time=60 -timeout=20 -rss_limit_mb=2048 -detect_leaks=0
    -print_final_stats=1 -artifact_prefix=${CORPUS}- ${CORPUS}
  RESULT_VARIABLE code)
if(code)
  message(FATAL_ERROR "the fuzzer found something: see ${CORPUS}-*")
endif()
