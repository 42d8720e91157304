// The API of the system that code-exec replaces. Its clients know only status, result and jobId.
#include "api/request.h"
#include "api/routes.h"

namespace code_exec::api {
namespace {

http::Response not_found() {
  return json_response(404, R"({"status":"not_found","result":null})");
}

net::awaitable<http::Response> exec_result(service::JobService& service, http::Request request) {
  const std::string* text = request.query_value("jobId");
  if (!text || text->empty()) {
    const Error missing{Errc::malformed, "is required", "jobId"};
    co_return http::problem_for(missing);
  }
  auto wait = wait_asked(request, service.options().wait_max);
  if (!wait) co_return http::problem_for(wait.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  auto id = job::JobId::parse(*text);
  if (!id) co_return not_found();

  auto asked = *wait ? service.wait(*id, **wait) : service.result(*id);
  auto job = co_await std::move(asked);
  if (job) co_return json_response(200, encode_job(*job, *encoding));
  if (job.error().code == Errc::not_found) co_return not_found();
  co_return http::problem_for(job.error());
}

}  // namespace

void add_original_routes(http::Router& router, service::JobService& service) {
  for (const std::string prefix : {"", "/job"}) {
    router.add(http::Method::post, prefix + "/submit-code",
               [&service](http::Request request) { return submit(service, std::move(request), {}); });
    router.add(http::Method::get, prefix + "/exec-result",
               [&service](http::Request request) { return exec_result(service, std::move(request)); });
  }
}

}  // namespace code_exec::api
