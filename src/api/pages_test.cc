#include "api/pages.h"

#include <gtest/gtest.h>

namespace code_exec::api {
namespace {

using http::Request;
using http::Response;
using namespace std::string_view_literals;

// printf 'hello' | gzip -9n
constexpr std::string_view hello =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00"sv;

constexpr web::Asset page{"playground/index.html", "text/html; charset=utf-8", "\"abc\"", hello, 5, false};
constexpr web::Asset script{
    "playground/assets/main.1a2b3c4d.js", "text/javascript", "\"def\"", hello, 5, true};

Response ask(const web::Asset& asset, std::map<std::string, std::string> headers) {
  Request request;
  request.headers = std::move(headers);
  return asset_response(request, asset);
}

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [each, value] : response.headers)
    if (each == name) return value;
  return {};
}

TEST(Pages, AreCompressedForThoseWhoTakeIt) {
  for (const char* accepted : {"gzip", "deflate, gzip, br", "*", "br,gzip;q=1.0"}) {
    const Response response = ask(page, {{"accept-encoding", accepted}});
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header_of(response, "Content-Encoding"), "gzip") << accepted;
    EXPECT_EQ(response.body, hello);
    EXPECT_EQ(header_of(response, "Vary"), "Accept-Encoding");
  }
}

TEST(Pages, AreUnpackedForOthers) {
  for (const char* accepted : {"", "identity", "gzip;q=0", "gzipped", "br;q=1.0, gzip; q=0"}) {
    const Response response = ask(page, {{"accept-encoding", accepted}});
    EXPECT_EQ(header_of(response, "Content-Encoding"), "") << accepted;
    EXPECT_EQ(response.body, "hello");
  }
  EXPECT_EQ(ask(page, {}).body, "hello");
}

TEST(Pages, AreNotSentAgainToWhoeverHasThem) {
  for (const char* known : {"\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"}) {
    const Response response = ask(page, {{"if-none-match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(header_of(response, "ETag"), "\"abc\"");
  }
  EXPECT_EQ(ask(page, {{"if-none-match", "\"abd\""}}).status, 200);
}

TEST(Pages, AreAskedForEachTimeAndFilesNamedByContentAreKept) {
  EXPECT_EQ(header_of(ask(page, {}), "Cache-Control"), "no-cache");
  EXPECT_EQ(header_of(ask(script, {}), "Cache-Control"), "private, max-age=31536000, immutable");
}

TEST(Pages, HaveAPolicyWithoutInlineScripts) {
  const std::string policy = header_of(ask(page, {}), "Content-Security-Policy");
  EXPECT_NE(policy.find("default-src 'self';"), std::string::npos);
  EXPECT_EQ(policy.find("script-src"), std::string::npos);
  EXPECT_EQ(header_of(ask(script, {}), "Content-Security-Policy"), "");
}

}  // namespace
}  // namespace code_exec::api
