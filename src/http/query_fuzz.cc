// Whatever the bytes of a request target, parsing ends; and what is accepted keeps its promises.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "http/query.h"

namespace {

void expect(bool held) {
  if (!held) std::abort();
}

std::string encode(std::string_view text) {
  std::string out;
  for (char c : text) out += "%" + code_exec::hex({&c, 1});
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace code_exec::http;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto target = parse_target(text)) {
    expect(target->path.front() == '/' && code_exec::is_utf8(target->path));
    expect(std::none_of(target->path.begin(), target->path.end(),
                        [](unsigned char c) { return c < 0x20 || c == 0x7f; }));
    expect(target->query.size() <= query_parameters_max);
    for (const auto& [name, value] : target->query)
      expect(!name.empty() && code_exec::is_utf8(name) && code_exec::is_utf8(value));
  }
  if (code_exec::is_utf8(text)) {
    const auto back = percent_decode(encode(text), PlusSign::space);
    expect(back && *back == text);
  }
  return 0;
}
