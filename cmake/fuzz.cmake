# One fuzz target per *_fuzz.cc; its corpus is tests/fuzz/<name>/.
file(GLOB_RECURSE fuzz_sources CONFIGURE_DEPENDS src/*_fuzz.cc)
foreach(source ${fuzz_sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} ${source})
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE code_exec_lib)
endforeach()
