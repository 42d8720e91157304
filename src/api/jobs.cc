// The resource API beneath /api/v1.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "api/decode.h"
#include "api/request.h"
#include "api/routes.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;
using service::JobService;

constexpr std::size_t page_jobs_max = 200;
constexpr std::size_t page_jobs_default = 50;

net::awaitable<Response> create(JobService& service, Request request) {
  return submit(service, std::move(request), "/api/v1/jobs/");
}

net::awaitable<Response> create_batch(JobService& service, Request request) {
  auto idempotency = idempotency_of(request);
  if (!idempotency) co_return http::problem_for(idempotency.error());
  auto submissions = decode_batch(request.body, service.options().batch_max);
  if (!submissions) co_return http::problem_for(submissions.error());
  auto ids = co_await service.submit_batch(*std::move(submissions), *std::move(idempotency));
  if (!ids) co_return http::problem_for(ids.error());
  Response response = json_response(201, encode_job_ids(*ids));
  response.cost = ids->size();
  co_return response;
}

net::awaitable<Response> show(JobService& service, Request request) {
  auto id = id_in_path(request);
  if (!id) co_return http::problem_for(id.error());
  auto wait = wait_asked(request, service.options().wait_max);
  if (!wait) co_return http::problem_for(wait.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  auto asked = *wait ? service.wait(*id, **wait) : service.result(*id);
  auto job = co_await std::move(asked);
  if (!job) co_return http::problem_for(job.error());
  co_return json_response(200, encode_job(*job, *encoding));
}

net::awaitable<Response> show_source(JobService& service, Request request) {
  auto id = id_in_path(request);
  if (!id) co_return http::problem_for(id.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  auto job = co_await service.result(*id);
  if (!job) co_return http::problem_for(job.error());
  co_return json_response(200, encode_source(job->submission, *encoding));
}

Result<store::JobFilter> filter_asked(const Request& request) {
  store::JobFilter filter;
  if (const std::string* status = request.query_value("status")) {
    filter.status = job::parse_status(*status);
    if (!filter.status)
      return Error{Errc::invalid, "must be pending, running, completed or failed", "status"};
  }
  if (const std::string* language = request.query_value("language")) filter.language = *language;
  if (const std::string* before = request.query_value("before")) {
    auto id = job::JobId::parse(*before);
    if (!id) return Error{Errc::malformed, id.error().detail, "before"};
    filter.before = *id;
  }
  auto limit = count_asked(request, "limit", 1, page_jobs_max, page_jobs_default);
  if (!limit) return limit.error();
  filter.limit = *limit;
  return filter;
}

net::awaitable<Response> list(JobService& service, Request request) {
  auto filter = filter_asked(request);
  if (!filter) co_return http::problem_for(filter.error());
  auto page = co_await service.list(*std::move(filter));
  if (!page) co_return http::problem_for(page.error());
  co_return json_response(200, encode_page(page->jobs, page->more));
}

net::awaitable<Response> cancel(JobService& service, Request request) {
  auto id = id_in_path(request);
  if (!id) co_return http::problem_for(id.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  auto job = co_await service.cancel(*id);
  if (!job) co_return http::problem_for(job.error());
  co_return json_response(200, encode_job(*job, *encoding));
}

net::awaitable<Response> runtimes(JobService& service, Request) {
  json::array list;
  for (const runtime::Runtime& runtime : service.runtimes().all()) {
    json::object body;
    body["name"] = runtime.name;
    body["version"] = runtime.version;
    body["aliases"] = json::array(runtime.aliases.begin(), runtime.aliases.end());
    body["sourceFile"] = runtime.source_file;
    body["compiled"] = runtime.compile.has_value();
    list.push_back(std::move(body));
  }
  json::object body;
  body["runtimes"] = std::move(list);
  co_return json_response(200, json::serialize(body));
}

}  // namespace

void add_jobs_routes(http::Router& router, JobService& service) {
  using Route = net::awaitable<Response> (*)(JobService&, Request);
  auto add = [&](http::Method method, const char* pattern, Route route) {
    router.add(method, pattern,
               [&service, route](Request request) { return route(service, std::move(request)); });
  };
  add(http::Method::post, "/api/v1/jobs", create);
  add(http::Method::get, "/api/v1/jobs", list);
  add(http::Method::post, "/api/v1/jobs/batch", create_batch);
  add(http::Method::get, "/api/v1/jobs/{id}", show);
  add(http::Method::get, "/api/v1/jobs/{id}/source", show_source);
  add(http::Method::del, "/api/v1/jobs/{id}", cancel);
  add(http::Method::get, "/api/v1/runtimes", runtimes);
}

}  // namespace code_exec::api
