#include "api/pages.h"

#include <algorithm>

#include "api/routes.h"
#include "http/http.h"

namespace code_exec::api {
namespace {

using http::Request;
using http::Response;

// The editor writes its styles into the page.
constexpr const char* page_policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

// Whether `list`, as in "a, b;q=0.5", has an element of one of these spellings.
bool has_element(std::string_view list, std::initializer_list<std::string_view> spellings) {
  while (!list.empty()) {
    std::string_view element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), element.size() + 1));
    while (element.starts_with(' ')) element.remove_prefix(1);
    while (element.ends_with(' ')) element.remove_suffix(1);
    if (std::find(spellings.begin(), spellings.end(), element) != spellings.end()) return true;
  }
  return false;
}

// "gzip;q=0.5" is answered as it is, which every client takes: browsers and curl ask without weights.
bool takes_gzip(const Request& request) {
  const std::string* accepted = request.header("accept-encoding");
  return accepted && has_element(*accepted, {"gzip", "gzip;q=1.0", "*"});
}

net::awaitable<Response> answer(Request request, std::string path) {
  const web::Asset* asset = web::find_asset(path);
  if (asset) co_return asset_response(request, *asset);
  co_return http::problem(404, "Not found", "there is nothing at " + request.path);
}

}  // namespace

bool is_known(const Request& request, std::string_view etag) {
  const std::string* known = request.header("if-none-match");
  return known && has_element(*known, {etag, "W/" + std::string(etag), "*"});
}

Response asset_response(const Request& request, const web::Asset& asset) {
  Response response;
  response.content_type = asset.content_type;
  response.headers = {
      {"ETag", std::string(asset.etag)},
      {"Vary", "Accept-Encoding"},
      {"Cache-Control", asset.immutable ? "private, max-age=31536000, immutable" : "no-cache"}};
  if (asset.content_type.starts_with("text/html")) {
    response.headers.emplace_back("Content-Security-Policy", page_policy);
    response.headers.emplace_back("Referrer-Policy", "same-origin");
  }
  if (is_known(request, asset.etag)) {
    response.status = 304;
  } else if (takes_gzip(request)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = asset.gzip;
  } else {
    response.body = web::unpack(asset);
  }
  return response;
}

void add_pages_routes(http::Router& router) {
  auto add = [&](const char* pattern, const char* path) {
    router.add(http::Method::get, pattern,
               [path](Request request) { return answer(std::move(request), path); });
  };
  add("/", "playground/index.html");
  add("/status", "playground/status.html");
  add("/favicon.svg", "playground/favicon.svg");
  add("/docs", "playground/docs.html");
  auto add_files = [&](const char* pattern, const char* directory) {
    router.add(http::Method::get, pattern, [directory](Request request) {
      std::string path = directory + request.path_params.at("name");
      return answer(std::move(request), std::move(path));
    });
  };
  add_files("/assets/{name}", "playground/assets/");
  add_files("/docs/{name}", "docs/");
}

}  // namespace code_exec::api
