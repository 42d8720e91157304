#include "api/openapi.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string_view>

#include "api/encode.h"
#include "api/pages.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/text.h"

extern "C" const char code_exec_openapi[];
asm(".pushsection .rodata\ncode_exec_openapi:\n.incbin \"" OPENAPI_FILE "\"\n.byte 0\n.popsection\n");

namespace code_exec::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;

constexpr std::size_t etag_digits = 16;

net::awaitable<Response> show(const std::string& document, const std::string& etag, Request request) {
  Response response;
  response.headers = {{"ETag", etag}, {"Cache-Control", "no-cache"}};
  if (is_known(request, etag)) {
    response.status = 304;
  } else {
    response.body = document;
  }
  co_return response;
}

}  // namespace

std::string openapi_document(const job::LimitRules& limits) {
  json::value document = json::parse(code_exec_openapi);
  document.at("info").at("version") = CODE_EXEC_VERSION;
  json::value& fields = document.at("components").at("schemas").at("Limits").at("properties");
  for (const auto& [name, value] : to_json(limits.defaults)) fields.at(name).at("default") = value;
  for (const auto& [name, value] : to_json(limits.maxima)) fields.at(name).at("maximum") = value;
  return json::serialize(document);
}

void add_openapi_routes(http::Router& router, service::JobService& service) {
  std::string document = openapi_document(service.options().limits);
  std::string etag = "\"" + sha256_hex(document).substr(0, etag_digits) + "\"";
  router.add(http::Method::get, "/openapi.json",
             [document = std::move(document), etag = std::move(etag)](Request request) {
               return show(document, etag, std::move(request));
             });
}

}  // namespace code_exec::api
