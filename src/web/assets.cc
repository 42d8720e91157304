#include "web/assets.h"

#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <span>

#ifdef WEB_TABLE_FILE
asm(".pushsection .rodata\ncode_exec_web_assets:\n.incbin \"" WEB_BYTES_FILE "\"\n.popsection\n");
extern "C" const char code_exec_web_assets[];
#endif

namespace code_exec::web {
namespace {

// Sorted by path: web/pack.mjs writes the lines.
std::span<const Asset> assets() {
#ifdef WEB_TABLE_FILE
#define ASSET(path, type, etag, offset, gzip_size, size, immutable) \
  Asset{path, type, etag, {code_exec_web_assets + (offset), gzip_size}, size, immutable},
  static const Asset table[] = {
#include WEB_TABLE_FILE
  };
#undef ASSET
  return table;
#else
  return {};
#endif
}

}  // namespace

const Asset* find_asset(std::string_view path) {
  const auto all = assets();
  const auto found =
      std::lower_bound(all.begin(), all.end(), path,
                       [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return found != all.end() && found->path == path ? &*found : nullptr;
}

std::string unpack(const Asset& asset) {
  constexpr int gzip_window_bits = 16 + MAX_WBITS;  // 16: with gzip's header
  std::string content(asset.size, '\0');
  z_stream stream{};
  // zlib's interface is older than const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(asset.gzip.data()));
  stream.avail_in = static_cast<uInt>(asset.gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(content.data());
  stream.avail_out = static_cast<uInt>(content.size());
  [[maybe_unused]] int status = inflateInit2(&stream, gzip_window_bits);
  assert(status == Z_OK);
  status = inflate(&stream, Z_FINISH);
  assert(status == Z_STREAM_END && stream.avail_out == 0);
  inflateEnd(&stream);
  return content;
}

}  // namespace code_exec::web
