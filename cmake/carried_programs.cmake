# The first process of a slot and that of a container are programs of their own, which the library carries as bytes:
# small, linked statically, for nothing may be missing where they run, and without the sanitizers of the rest.
file(GLOB slot_sources CONFIGURE_DEPENDS src/sandbox/slot/*.cc)
list(FILTER slot_sources EXCLUDE REGEX "/main\\.cc$")
list(APPEND slot_sources src/base/result.cc src/sandbox/description.cc src/sandbox/wire.cc)

set(carrier src/sandbox/carried_programs.cc)
set_source_files_properties(${carrier} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)

# More sources than are used: the linker leaves them out. The carrier finds the program's path in `definition`.
function(carry_program name definition)
  add_executable(${name} ${ARGN})
  target_include_directories(${name} PRIVATE src)
  target_compile_options(${name} PRIVATE -O2 -g0 -Wall -Wextra -Wpedantic -Wshadow -Werror
                         -Wno-missing-field-initializers -fstack-protector-strong -fPIE
                         -ffunction-sections -fdata-sections)
  target_link_options(${name} PRIVATE -static-pie -s -Wl,--gc-sections -Wl,-z,relro,-z,now)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  set_property(SOURCE ${carrier} APPEND PROPERTY OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${name})
  set_property(SOURCE ${carrier} APPEND PROPERTY COMPILE_DEFINITIONS ${definition}="${CMAKE_BINARY_DIR}/${name}")
  add_dependencies(code_exec_lib ${name})
endfunction()

carry_program(code-exec-slot SLOT_PROGRAM_FILE src/sandbox/slot/main.cc ${slot_sources})
carry_program(code-exec-container CONTAINER_PROGRAM_FILE src/sandbox/oci/init/main.cc ${slot_sources})
