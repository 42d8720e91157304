# The first process of a container (src/sandbox/oci/init/): a static program, put into the library as bytes.
# It runs where nothing of ours is installed, so it is linked with nothing that could be missing there, and built
# without sanitizers, whatever the preset.
file(GLOB slot_sources CONFIGURE_DEPENDS src/sandbox/slot/*.cc)  # more than it uses: the linker leaves the rest out
add_executable(container-init src/sandbox/oci/init/main.cc src/base/result.cc src/sandbox/description.cc
               src/sandbox/wire.cc ${slot_sources})
target_include_directories(container-init PRIVATE src)
target_compile_options(container-init PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Werror -Wno-missing-field-initializers
                       -Os -g0 -ffunction-sections -fdata-sections)
target_link_options(container-init PRIVATE -static -s -Wl,--gc-sections)

set(container_init_file ${CMAKE_BINARY_DIR}/container-init)
set_target_properties(container-init PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
set_source_files_properties(src/sandbox/oci/init_program.cc PROPERTIES
  OBJECT_DEPENDS ${container_init_file}
  COMPILE_DEFINITIONS CONTAINER_INIT_FILE="${container_init_file}")
add_dependencies(code_exec_lib container-init)
