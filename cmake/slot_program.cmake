# The program of a slot's init: src/sandbox/slot/, linked statically and without the sanitizers of the rest, carried
# by the library as bytes.
file(GLOB slot_sources CONFIGURE_DEPENDS src/sandbox/slot/*.cc)
add_executable(code-exec-slot ${slot_sources} src/sandbox/wire.cc src/sandbox/description.cc)
target_include_directories(code-exec-slot PRIVATE src)
target_compile_options(code-exec-slot PRIVATE -O2 -g0 -Wall -Wextra -Wpedantic -Wshadow -Werror
                       -Wno-missing-field-initializers -fstack-protector-strong -fPIE -fno-exceptions -fno-rtti
                       -ffunction-sections -fdata-sections)
target_link_options(code-exec-slot PRIVATE -static-pie -s -Wl,--gc-sections -Wl,-z,relro,-z,now)
set_source_files_properties(src/sandbox/host/slot_program.S PROPERTIES
  COMPILE_DEFINITIONS "CODE_EXEC_SLOT_PROGRAM=\"$<TARGET_FILE:code-exec-slot>\""
  OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/code-exec-slot)
set(slot_program_sources src/sandbox/host/slot_program.S)
