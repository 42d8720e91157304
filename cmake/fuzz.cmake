# The libFuzzer targets. clang 14 cannot compile C++20 coroutines against libstdc++, so each target lists the
# coroutine-free sources it needs instead of linking the library. Corpora are in tests/fuzz/<name>/; run one with
#   build/fuzz/<name> -max_total_time=30 tests/fuzz/<name>
# New inputs are written to the first directory given: name another before it to keep the corpus as it is.

# Boost.JSON from its sources, so that what parses hostile bytes is instrumented too.
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/boost_json.cc CONTENT "#include <boost/json/src.hpp>\n")
add_library(fuzz_boost_json STATIC ${CMAKE_BINARY_DIR}/boost_json.cc)
target_link_libraries(fuzz_boost_json PUBLIC code_exec_options)
target_compile_options(fuzz_boost_json PRIVATE -fsanitize=fuzzer-no-link -w)

function(add_fuzz_target name)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE src)
  target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE code_exec_options OpenSSL::Crypto fuzz_boost_json)
endfunction()

set(base_sources src/base/result.cc src/base/text.cc)
set(job_sources src/base/random.cc src/job/job.cc src/job/job_id.cc src/job/limits.cc src/job/outcome.cc)

add_fuzz_target(decode_fuzz src/api/decode_fuzz.cc src/api/decode.cc src/api/board_decode.cc src/api/json.cc ${job_sources} ${base_sources})
add_fuzz_target(query_fuzz src/http/query_fuzz.cc src/http/query.cc ${base_sources})
add_fuzz_target(request_parser_fuzz src/http/request_parser_fuzz.cc src/http/request_parser.cc
                src/http/message.cc src/http/query.cc ${base_sources})
add_fuzz_target(description_fuzz src/sandbox/description_fuzz.cc src/sandbox/description.cc ${base_sources})
add_fuzz_target(messages_fuzz src/sandbox/host/messages_fuzz.cc src/sandbox/host/messages.cc ${base_sources})
add_fuzz_target(wire_fuzz src/sandbox/wire_fuzz.cc src/sandbox/wire.cc)
