// Bull Board: the entry page, which is a template of the UI's, and the UI's files.
#include <boost/json/serialize.hpp>

#include "api/board.h"
#include "api/pages.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using http::Method;
using http::Request;
using http::Response;

constexpr const char* base = "/admin/queues";
constexpr const char* title = "code-exec";
constexpr const char* icon = "static/images/logo.svg";
constexpr const char* other_icon = "static/favicon-32x32.png";

// As that of our other pages, but for the base element, by which the UI finds its files at every depth.
constexpr const char* page_policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// No line of the page may make a browser ask another server.
void drop_line_with(std::string& page, std::string_view what) {
  const std::size_t at = page.find(what);
  if (at == page.npos) return;
  const std::size_t begin = page.rfind('\n', at) + 1;
  page.erase(begin, page.find('\n', at) + 1 - begin);
}

json::object ui_config(bool has_server) {
  auto link = [](const char* text, const char* url) { return json::object{{"text", text}, {"url", url}}; };
  json::object config{
      {"boardTitle", title},       {"favIcon", {{"default", icon}, {"alternative", other_icon}}},
      {"hideDocsLink", true},      {"hideRedisDetails", !has_server},
      {"showMetrics", true},       {"hasHistoryProvider", false},
      {"hasHistoryUsage", false},  {"canPurgeHistory", false},
      {"hasLatencyHistory", false}};
  config["miscLinks"] = json::array{link("Playground", "/"), link("Status", "/status"), link("API", "/docs")};
  return config;
}

BoardAnswer page(Board& board, Request) {
  const web::Asset* asset = web::find_asset("board/index.ejs");
  if (!asset) co_return http::problem(404, "Not found", "this build does not carry the pages for browsers");
  auto info = co_await board.parts.save_queue.server_info();
  const bool has_server = info || info.error().code != Errc::not_found;
  std::string config = json::serialize(ui_config(has_server));
  replace_all(config, "<", "\\u003c");
  replace_all(config, ">", "\\u003e");

  std::string html = web::unpack(*asset);
  drop_line_with(html, "fonts.googleapis.com");
  replace_all(html, "<%= basePath %>", std::string(base) + "/");
  replace_all(html, "<%= title %>", title);
  replace_all(html, "<%= favIconDefault %>", icon);
  replace_all(html, "<%= favIconAlternative %>", other_icon);
  replace_all(html, "<%- uiConfig %>", config);
  Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(html);
  response.headers = {{"Cache-Control", "no-cache"},
                      {"Content-Security-Policy", page_policy},
                      {"Referrer-Policy", "same-origin"}};
  co_return response;
}

BoardAnswer file(std::string path, Request request) {
  const web::Asset* asset = web::find_asset(path);
  if (!asset) co_return http::problem(404, "Not found", "the board has no such file");
  co_return asset_response(request, *asset);
}

}  // namespace

void add_board_pages(http::Router& router, std::shared_ptr<Board> board) {
  for (const char* path :
       {"", "/", "/metrics-history", "/job-schedulers", "/queue/{queue}", "/queue/{queue}/{job}"})
    router.add(
        Method::get, std::string(base) + path,
        [board](Request request) { return page(*board, std::move(request)); }, http::Access::admin);
  for (const char* pattern : {"/static/{a}", "/static/{a}/{b}", "/static/{a}/{b}/{c}"})
    router.add(
        Method::get, std::string(base) + pattern,
        [](Request request) {
          std::string path = "board" + request.path.substr(std::string_view(base).size());
          return file(std::move(path), std::move(request));
        },
        http::Access::admin);
}

}  // namespace code_exec::api
