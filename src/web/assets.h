// web/assets.h - the files that browsers are given: the playground, the board and the viewer of the API's
// documentation, built by scripts/web.sh and carried by this binary as bytes. There are none in a build
// without CODE_EXEC_WEB. Views are valid for the life of the process.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace code_exec::web {

struct Asset {
  std::string_view path;  // "playground/index.html", "board/static/js/main.4c9f061c66.js"
  std::string_view content_type;
  std::string_view etag;   // with its quotes
  std::string_view gzip;   // the content, compressed
  std::size_t size = 0;    // of the content
  bool immutable = false;  // another content would have another name
};

// nullptr: there is no such file.
const Asset* find_asset(std::string_view path);

// The content itself, for templates and for clients that do not take gzip.
std::string unpack(const Asset& asset);

}  // namespace code_exec::web
