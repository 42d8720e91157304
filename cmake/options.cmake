# How everything of ours is compiled.
option(CODE_EXEC_TESTS "Build the unit tests" OFF)
option(CODE_EXEC_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
set(CODE_EXEC_SANITIZE "" CACHE STRING "Sanitizers for every target, as for -fsanitize=")

find_program(ccache_program ccache)
if(ccache_program)
  # Precompiled headers are cached too, which ccache does only when told that time stamps do not matter; another
  # clone of the same sources finds what this one compiled.
  set(ccache_launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${ccache_program})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache_launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${ccache_launcher})
endif()

add_library(code_exec_options INTERFACE)
target_compile_definitions(code_exec_options INTERFACE CODE_EXEC_VERSION="${PROJECT_VERSION}")
target_compile_options(code_exec_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror
                       -fstack-protector-strong -fPIC)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # -fpch-preprocess makes precompiled headers visible to ccache. GCC 12 takes Asio's own operator new and delete
  # of coroutine frames for a mismatched pair.
  target_compile_options(code_exec_options INTERFACE -fpch-preprocess -Wno-missing-field-initializers
                         -Wno-mismatched-new-delete)
else()
  target_compile_options(code_exec_options INTERFACE -Wno-missing-field-initializers -Wno-c99-designator)
endif()
target_link_options(code_exec_options INTERFACE -Wl,-z,relro,-z,now)
if(CODE_EXEC_SANITIZE)
  target_compile_options(code_exec_options INTERFACE -fsanitize=${CODE_EXEC_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(code_exec_options INTERFACE -fsanitize=${CODE_EXEC_SANITIZE})
  if(CODE_EXEC_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(code_exec_options INTERFACE -Wno-tsan)  # Asio has fences, which TSan does not model
  endif()
else()
  target_compile_definitions(code_exec_options INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()
