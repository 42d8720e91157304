# The first process of a slot and that of a container are programs of their own, which the library carries as bytes:
# small, linked statically, for nothing may be missing where they run, and without the sanitizers of the rest.
file(GLOB slot_sources CONFIGURE_DEPENDS src/sandbox/slot/*.cc)
list(FILTER slot_sources EXCLUDE REGEX "/main\\.cc$")
list(APPEND slot_sources src/base/result.cc src/sandbox/description.cc src/sandbox/wire.cc)

# `carrier` is the source that holds the bytes of PROGRAM_FILE; more sources than are used: the linker leaves them out.
function(carry_program name carrier)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE src)
  target_compile_options(${name} PRIVATE -O2 -g0 -Wall -Wextra -Wpedantic -Wshadow -Werror
                         -Wno-missing-field-initializers -fstack-protector-strong -fPIE
                         -ffunction-sections -fdata-sections)
  target_link_options(${name} PRIVATE -static-pie -s -Wl,--gc-sections -Wl,-z,relro,-z,now)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  set_source_files_properties(${carrier} PROPERTIES
    OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${name}
    COMPILE_DEFINITIONS PROGRAM_FILE="${CMAKE_BINARY_DIR}/${name}"
    SKIP_PRECOMPILE_HEADERS ON)
  add_dependencies(code_exec_lib ${name})
endfunction()

carry_program(code-exec-slot src/sandbox/host/slot_program.cc src/sandbox/slot/main.cc ${slot_sources})
carry_program(code-exec-container src/sandbox/oci/init_program.cc src/sandbox/oci/init/main.cc ${slot_sources})
