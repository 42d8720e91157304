# The pages that browsers see (web/): built by scripts/web.sh, carried by the binary as bytes. The presets of the unit
# tests leave them out, so that they need no npm; then the table of src/web/assets.cc is empty.
option(CODE_EXEC_WEB "Build the pages of web/ (needs npm) and carry them" OFF)
if(NOT CODE_EXEC_WEB)
  return()
endif()

set(web_directory ${CMAKE_SOURCE_DIR}/build/web)
file(GLOB web_sources CONFIGURE_DEPENDS web/*.html web/*.json web/*.mjs web/*.ts)
file(GLOB_RECURSE web_sources_beneath CONFIGURE_DEPENDS web/src/* web/public/*)
add_custom_command(
  OUTPUT ${web_directory}/assets.inc
  BYPRODUCTS ${web_directory}/assets.bin
  DEPENDS ${web_sources} ${web_sources_beneath} ${CMAKE_SOURCE_DIR}/scripts/web.sh
  COMMAND ${CMAKE_SOURCE_DIR}/scripts/web.sh
  COMMENT "Building the pages of web/"
  VERBATIM)
add_custom_target(web DEPENDS ${web_directory}/assets.inc)
add_dependencies(code_exec_lib web)
set_source_files_properties(src/web/assets.cc PROPERTIES SKIP_PRECOMPILE_HEADERS ON
                            OBJECT_DEPENDS "${web_directory}/assets.inc;${web_directory}/assets.bin"
                            COMPILE_DEFINITIONS "WEB_TABLE_FILE=\"${web_directory}/assets.inc\";WEB_BYTES_FILE=\"${web_directory}/assets.bin\"")
