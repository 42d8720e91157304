# The first process of a slot and that of a container are programs of their own, which the library carries as bytes:
# small, linked statically, for nothing may be missing where they run, and without the sanitizers of the rest. So is the
# library of a warm parent, which is loaded into an interpreter and finds CPython's API there.
file(GLOB slot_sources CONFIGURE_DEPENDS src/sandbox/slot/*.cc)
list(FILTER slot_sources EXCLUDE REGEX "/main\\.cc$")
list(APPEND slot_sources src/base/result.cc src/sandbox/description.cc src/sandbox/wire.cc)

set(carrier src/sandbox/carried_programs.cc)
set_source_files_properties(${carrier} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)

# What is common to them. The carrier finds the file's path in `definition`.
function(carry name file definition)
  target_include_directories(${name} PRIVATE src)
  target_compile_options(${name} PRIVATE -O2 -g0 -Wall -Wextra -Wpedantic -Wshadow -Werror
                         -Wno-missing-field-initializers -fstack-protector-strong
                         -ffunction-sections -fdata-sections)
  target_link_options(${name} PRIVATE -s -Wl,--gc-sections -Wl,-z,relro,-z,now)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  set_property(SOURCE ${carrier} APPEND PROPERTY OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${file})
  set_property(SOURCE ${carrier} APPEND PROPERTY COMPILE_DEFINITIONS ${definition}="${CMAKE_BINARY_DIR}/${file}")
  add_dependencies(code_exec_lib ${name})
endfunction()

# More sources than are used: the linker leaves them out.
function(carry_program name definition)
  add_executable(${name} ${ARGN})
  target_compile_options(${name} PRIVATE -fPIE)
  target_link_options(${name} PRIVATE -static-pie)
  carry(${name} ${name} ${definition})
endfunction()

carry_program(code-exec-slot SLOT_PROGRAM_FILE src/sandbox/slot/main.cc ${slot_sources})
carry_program(code-exec-container CONTAINER_PROGRAM_FILE src/sandbox/oci/init/main.cc ${slot_sources})

set(import_ahead ${CMAKE_SOURCE_DIR}/src/sandbox/warm/import_ahead.py)
set_source_files_properties(src/sandbox/warm/program.cc PROPERTIES OBJECT_DEPENDS ${import_ahead}
                            COMPILE_DEFINITIONS IMPORT_AHEAD_FILE="${import_ahead}")
file(GLOB ahead_sources CONFIGURE_DEPENDS src/sandbox/ahead/*.cc)
list(FILTER ahead_sources EXCLUDE REGEX "/(starter|library)\\.cc$")
list(APPEND ahead_sources ${slot_sources})
file(GLOB warm_sources CONFIGURE_DEPENDS src/sandbox/warm/*.cc)

function(carry_library name definition)
  add_library(${name} MODULE ${ARGN})
  target_compile_options(${name} PRIVATE -fPIC -fvisibility=hidden -fno-exceptions)
  target_link_options(${name} PRIVATE -static-libstdc++ -static-libgcc -Wl,--exclude-libs,ALL)
  carry(${name} lib${name}.so ${definition})
endfunction()

carry_library(code-exec-warm WARM_LIBRARY_FILE ${warm_sources} ${ahead_sources})
carry_library(code-exec-ahead AHEAD_LIBRARY_FILE src/sandbox/ahead/library.cc ${ahead_sources})
carry_program(code-exec-starter STARTER_PROGRAM_FILE src/sandbox/ahead/starter.cc ${ahead_sources})
