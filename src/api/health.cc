// What operators and their machines ask.
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "api/request.h"
#include "api/routes.h"

namespace code_exec::api {
namespace {

net::awaitable<http::Response> readiness(std::function<Task<void>()> check_ready) {
  Task<void> check = check_ready();
  auto ready = co_await std::move(check);
  if (ready) co_return json_response(200, R"({"status":"ready"})");
  co_return http::problem(503, "Not ready", ready.error().detail, {}, 1);
}

net::awaitable<http::Response> answer(http::Response response) {
  co_return response;
}

}  // namespace

void add_health_routes(http::Router& router, std::function<Task<void>()> check_ready,
                       prometheus::Registry& metrics) {
  using http::Method;
  using http::Request;
  router.add(
      Method::get, "/healthz", [](Request) { return answer(json_response(200, R"({"status":"ok"})")); },
      http::Access::open);
  router.add(
      Method::get, "/readyz",
      [check_ready = std::move(check_ready)](Request) { return readiness(check_ready); }, http::Access::open);
  router.add(Method::get, "/version", [](Request) {
    return answer(json_response(200, R"({"name":"code-exec","version":")" CODE_EXEC_VERSION R"("})"));
  });
  router.add(Method::get, "/metrics", [&metrics](Request) {
    http::Response response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = prometheus::TextSerializer().Serialize(metrics.Collect());
    return answer(std::move(response));
  });
}

}  // namespace code_exec::api
