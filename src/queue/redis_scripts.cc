#include "queue/redis_scripts.h"

#include <openssl/sha.h>

#include <array>

#define LUA(name)                                                                          \
  extern "C" const char code_exec_lua_##name[];                                            \
  asm(".pushsection .rodata\ncode_exec_lua_" #name ":\n.incbin \"" LUA_DIRECTORY "/" #name \
      ".lua\"\n.byte 0\n.popsection\n")

LUA(common);
LUA(clean);
LUA(complete);
LUA(concurrency);
LUA(counts);
LUA(fail);
LUA(fetch);
LUA(find);
LUA(incarnation);
LUA(list);
LUA(pause);
LUA(promote);
LUA(push);
LUA(release);
LUA(remove);
LUA(renew);
LUA(resume);
LUA(retry);
LUA(stalled);

namespace code_exec::queue {
namespace {

std::string sha1(const std::string& text) {
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

}  // namespace

RedisScript::RedisScript(std::string_view own_text)
    : text_(std::string(code_exec_lua_common) + std::string(own_text)), sha_(sha1(text_)) {}

Task<redis::Reply> RedisScript::run(redis::Connection& connection, std::string prefix,
                                    std::vector<std::string> arguments) const {
  redis::Command command{"EVALSHA", sha_, "1", std::move(prefix)};
  for (std::string& argument : arguments) command.push_back(std::move(argument));
  auto reply = co_await connection.call(command);
  if (reply && reply->type == redis::Reply::Type::error && reply->text.starts_with("NOSCRIPT")) {
    command[0] = "EVAL";
    command[1] = text_;
    reply = co_await connection.call(std::move(command));
  }
  if (reply && reply->type == redis::Reply::Type::error)
    co_return Error{Errc::unavailable, "redis: " + reply->text, {}};
  co_return reply;
}

namespace scripts {
const RedisScript clean(code_exec_lua_clean), complete(code_exec_lua_complete),
    concurrency(code_exec_lua_concurrency), counts(code_exec_lua_counts), fail(code_exec_lua_fail),
    fetch(code_exec_lua_fetch), find(code_exec_lua_find), incarnation(code_exec_lua_incarnation),
    list(code_exec_lua_list), pause(code_exec_lua_pause), promote(code_exec_lua_promote),
    push(code_exec_lua_push), release(code_exec_lua_release), remove(code_exec_lua_remove),
    renew(code_exec_lua_renew), resume(code_exec_lua_resume), retry(code_exec_lua_retry),
    stalled(code_exec_lua_stalled);
}  // namespace scripts

}  // namespace code_exec::queue
