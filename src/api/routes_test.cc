#include "api/routes.h"

#include <gtest/gtest.h>
#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <boost/json/parse.hpp>
#include <set>

#include "base/run_for_test.h"
#include "base/text.h"
#include "http/gate.h"
#include "http/query.h"
#include "service/fake_job_service.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using http::Method;
using http::Request;
using http::Response;

const std::string unknown_id = "0190163d-8694-739b-aea5-966c26f8ad91";

// Every dialect over a fake service, asked without sockets.
class Api : public testing::Test {
 protected:
  Api() : service_(loop_.get_executor()) {
    add_original_routes(router_, service_);
    add_jobs_routes(router_, service_);
    add_live_routes(router_, service_);
    add_health_routes(
        router_, [this] { return service_.check_ready(); }, registry_);
  }

  Response ask(Method method, std::string_view target, std::string body = {},
               std::map<std::string, std::string> headers = {}) {
    Request request;
    auto parsed = http::parse_target(target);
    request.method = method;
    request.path = parsed->path;
    request.query = parsed->query;
    request.headers = std::move(headers);
    request.body = std::move(body);
    const http::Router::Match match = router_.match(request);
    return *run_to_end(loop_, as_task((*match.handler)(std::move(request))));
  }
  Response get(std::string_view target) { return ask(Method::get, target); }
  Response post(std::string_view target, std::string body) {
    return ask(Method::post, target, std::move(body));
  }

  static Task<Response> as_task(net::awaitable<Response> answer) {
    Response response = co_await std::move(answer);
    co_return response;
  }

  static std::string field_of(const Response& response) {
    EXPECT_EQ(response.content_type, "application/problem+json");
    return std::string(json::parse(response.body).at("field").as_string());
  }
  static std::string header_of(const Response& response, const std::string& name) {
    for (const auto& [each, value] : response.headers)
      if (each == name) return value;
    return {};
  }

  job::JobId submitted() { return service_.add({.code = "x"}); }
  job::JobId completed(std::string stdout_bytes) {
    const job::JobId id = submitted();
    finish(id, std::move(stdout_bytes));
    return id;
  }
  void finish(const job::JobId& id, std::string stdout_bytes) {
    service_.finish(id, {.status = job::Status::completed,
                         .reason = job::Reason::none,
                         .exit_code = 0,
                         .stdout_bytes = std::move(stdout_bytes)});
  }
  // Finishes the next job as soon as a request waits for it.
  void finish_when_waited_for(std::string stdout_bytes) {
    net::post(loop_, [this, stdout_bytes] {
      if (service_.waiters == 0) return finish_when_waited_for(stdout_bytes);
      finish(service_.jobs.rbegin()->first, stdout_bytes);
    });
  }

  net::io_context loop_;
  service::FakeJobService service_;
  prometheus::Registry registry_;
  http::Router router_;
};

TEST_F(Api, TheOriginalSubmitsAndShowsResults) {
  for (const std::string prefix : {"", "/job"}) {
    const Response created = post(prefix + "/submit-code", R"({"code":"print 1"
  })");
    EXPECT_EQ(created.status, 201);
    const json::value body = json::parse(created.body);
    EXPECT_EQ(body.as_object().size(), 1u);
    const std::string id(body.at("jobId").as_string());

    Response result = get(prefix + "/exec-result?jobId=" + id);
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(json::parse(result.body).at("status").as_string(), "pending");
    EXPECT_TRUE(json::parse(result.body).at("result").is_null());

    finish(*job::JobId::parse(id), "1\n");
    result = get(prefix + "/exec-result?jobId=" + id);
    EXPECT_EQ(json::parse(result.body).at("status").as_string(), "completed");
    EXPECT_EQ(json::parse(result.body).at("result").as_string(), "1");
  }
}

TEST_F(Api, TheOriginalAnswersUnknownAndImpossibleIdsAlike) {
  for (const std::string& id : {unknown_id, std::string("7"), std::string("../x")}) {
    const Response result = get("/exec-result?jobId=" + id);
    EXPECT_EQ(result.status, 404);
    EXPECT_EQ(result.body, R"({"status":"not_found","result":null})");
  }
  const Response missing = get("/exec-result");
  EXPECT_EQ(missing.status, 400);
  EXPECT_EQ(field_of(missing), "jobId");
}

TEST_F(Api, ShowsTheSourceOfAJob) {
  const Response source = get("/api/v1/jobs/" + submitted().text() + "/source");
  EXPECT_EQ(source.status, 200);
  EXPECT_EQ(json::parse(source.body).at("code").as_string(), "x");
  EXPECT_EQ(get("/api/v1/jobs/" + unknown_id + "/source").status, 404);
  EXPECT_EQ(field_of(get("/api/v1/jobs/" + submitted().text() + "/source?encoding=hex")), "encoding");
}

TEST_F(Api, SubmitWithWaitAnswersTheResult) {
  finish_when_waited_for("done\n");
  const Response result = post("/submit-code?wait=true", R"({"code":"x"})");
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(json::parse(result.body).at("result").as_string(), "done");
}

TEST_F(Api, SubmitWithWaitAnswersTheIdAfterTheBound) {
  service_.service_options.wait_max = std::chrono::milliseconds(1);
  for (const char* target : {"/submit-code?wait=true", "/api/v1/jobs?wait=60000"}) {
    const Response result = post(target, R"({"code":"x"})");
    EXPECT_EQ(result.status, 202) << target;
    EXPECT_EQ(json::parse(result.body).as_object().size(), 1u);
  }
  EXPECT_EQ(post("/submit-code?wait=0", R"({"code":"x"})").status, 201);
  EXPECT_EQ(post("/submit-code?wait=false", R"({"code":"x"})").status, 201);
}

TEST_F(Api, ReadingAResultCanWaitForIt) {
  const job::JobId id = submitted();
  finish_when_waited_for("late");
  const Response result = get("/exec-result?jobId=" + id.text() + "&wait=10000");
  EXPECT_EQ(json::parse(result.body).at("result").as_string(), "late");
  const Response exact = get("/api/v1/jobs/" + id.text() + "?wait=true&encoding=base64");
  EXPECT_EQ(json::parse(exact.body).at("result").as_string(), base64_encode("late"));
}

TEST_F(Api, RefusesParametersItCannotRead) {
  const std::string id = submitted().text();
  EXPECT_EQ(field_of(get("/exec-result?jobId=" + id + "&wait=soon")), "wait");
  EXPECT_EQ(field_of(get("/api/v1/jobs/" + id + "?wait=-1")), "wait");
  EXPECT_EQ(field_of(get("/api/v1/jobs/" + id + "?encoding=hex")), "encoding");
  EXPECT_EQ(field_of(post("/submit-code?wait=soon", R"({"code":"x"})")), "wait");
  EXPECT_TRUE(service_.submitted.size() == 1u) << "a refused request submits nothing";
}

TEST_F(Api, CreatesAJobWithItsLocation) {
  const Response created = post("/api/v1/jobs", R"({"code":"x","limits":{"cpuTimeMs":5}})");
  EXPECT_EQ(created.status, 201);
  const std::string id = service_.jobs.begin()->first.text();
  EXPECT_EQ(header_of(created, "Location"), "/api/v1/jobs/" + id);
  EXPECT_EQ(created.body, R"({"jobId":")" + id + R"("})");
  EXPECT_EQ(service_.submitted[0].limits.cpu_time, std::chrono::milliseconds(5));
}

TEST_F(Api, NamesTheFieldOfABadBody) {
  const Response mistyped = post("/api/v1/jobs", R"({"code":1})");
  EXPECT_EQ(mistyped.status, 400);
  EXPECT_EQ(field_of(mistyped), "code");
  const Response disallowed = post("/submit-code", R"({"code":"","limits":{"cpuTimeMs":-1}})");
  EXPECT_EQ(disallowed.status, 422);
  EXPECT_EQ(field_of(disallowed), "limits.cpuTimeMs");
  EXPECT_EQ(post("/submit-code", "code=1").status, 400);
}

TEST_F(Api, SubmitsBatchesWhole) {
  const Response created = post("/api/v1/jobs/batch", R"({"jobs":[{"code":"a"},{"code":"b"}]})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(json::parse(created.body).at("jobs").as_array().size(), 2u);
  EXPECT_EQ(service_.submitted.size(), 2u);
  const Response refused = post("/api/v1/jobs/batch", R"({"jobs":[{"code":"a"},{}]})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(field_of(refused), "jobs[1].code");
  EXPECT_EQ(service_.submitted.size(), 2u);
}

TEST_F(Api, PassesTheIdempotencyKeyWithAFingerprintOfTheRequest) {
  const std::string body = R"({"code":"x"})";
  ask(Method::post, "/api/v1/jobs?wait=0", body, {{"idempotency-key", "k-1"}});
  ASSERT_TRUE(service_.idempotency);
  EXPECT_EQ(service_.idempotency->key, "k-1");
  EXPECT_EQ(service_.idempotency->fingerprint, sha256_hex("POST /api/v1/jobs\n" + body));
  ask(Method::post, "/api/v1/jobs/batch", R"({"jobs":[{"code":"x"}]})",
      {{"idempotency-key", std::string(255, 'k')}});
  EXPECT_EQ(service_.idempotency->key.size(), 255u);
  for (std::string key :
       {std::string(), std::string(256, 'k'), std::string("a\x01"), std::string("\xc3\xa9")}) {
    const Response refused = ask(Method::post, "/api/v1/jobs", body, {{"idempotency-key", key}});
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(field_of(refused), "Idempotency-Key");
  }
  service_.failure = Error{Errc::conflict, "was used with another body", "Idempotency-Key"};
  EXPECT_EQ(ask(Method::post, "/api/v1/jobs", body, {{"idempotency-key", "k-1"}}).status, 422);
}

TEST_F(Api, ListsByFilterAndPage) {
  submitted();
  const job::JobId before = submitted();
  const Response page = get("/api/v1/jobs?status=failed&language=c&limit=1&before=" + before.text());
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(service_.filter.status, job::Status::failed);
  EXPECT_EQ(service_.filter.language, "c");
  EXPECT_EQ(service_.filter.limit, 1u);
  EXPECT_EQ(service_.filter.before, before);
  EXPECT_EQ(json::parse(page.body).at("jobs").as_array().size(), 1u);
  EXPECT_TRUE(json::parse(page.body).at("next").is_string());
  for (const char* bad : {"status=gone", "limit=0", "limit=201", "limit=x", "before=7"}) {
    const Response refused = get(std::string("/api/v1/jobs?") + bad);
    EXPECT_GE(refused.status, 400) << bad;
    EXPECT_EQ(field_of(refused), std::string(bad).substr(0, std::string(bad).find('='))) << bad;
  }
}

TEST_F(Api, CancelsOnceAndOnlyWhatIsNotFinal) {
  const job::JobId id = submitted();
  const Response cancelled = ask(Method::del, "/api/v1/jobs/" + id.text());
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(json::parse(cancelled.body).at("reason").as_string(), "cancelled");
  EXPECT_EQ(ask(Method::del, "/api/v1/jobs/" + id.text()).status, 409);
  EXPECT_EQ(ask(Method::del, "/api/v1/jobs/" + unknown_id).status, 404);
}

TEST_F(Api, UnknownJobsAreNotFound) {
  EXPECT_EQ(get("/api/v1/jobs/" + unknown_id).status, 404);
  EXPECT_EQ(get("/api/v1/jobs/seven").status, 404);
}

TEST_F(Api, ADeadStoreOrAFullQueueIs503WithRetryAfter) {
  for (Errc code : {Errc::unavailable, Errc::full}) {
    service_.failure = Error{code, "try later", {}};
    const std::vector<Response> responses = {post("/submit-code", R"({"code":"x"})"),
                                             post("/api/v1/jobs", R"({"code":"x"})"),
                                             get("/exec-result?jobId=" + unknown_id), get("/api/v1/jobs")};
    for (const Response& response : responses) {
      EXPECT_EQ(response.status, 503);
      EXPECT_EQ(header_of(response, "Retry-After"), "1");
    }
  }
}

TEST_F(Api, ListsRuntimes) {
  EXPECT_EQ(get("/api/v1/runtimes").body, R"({"runtimes":[]})");
}

TEST_F(Api, TellsItsHealth) {
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/readyz").status, 200);
  EXPECT_EQ(json::parse(get("/version").body).at("version").as_string(), CODE_EXEC_VERSION);
  service_.failure = Error{Errc::unavailable, "the store is away", {}};
  const Response unready = get("/readyz");
  EXPECT_EQ(unready.status, 503);
  EXPECT_EQ(json::parse(unready.body).at("detail").as_string(), "the store is away");
  EXPECT_EQ(get("/healthz").status, 200);
}

TEST_F(Api, NoRouteButHealthAnswersWithoutAKey) {
  access::KeyRing keys(system_clock(), {{.name = "k", .id = "k", .digest = access::digest_of("k")}});
  router_.set_gate(http::make_gate(keys, system_clock(), registry_, {}));
  std::set<std::string> open;
  for (const http::Router::Route& route : router_.routes()) {
    Request request{.method = route.method, .path = route.pattern};
    const http::Router::Match match = router_.match(request);
    ASSERT_EQ(match.pattern, route.pattern);
    const int status = run_to_end(loop_, as_task(router_.answer(match, std::move(request))))->status;
    if (status != 401) open.insert(route.pattern);
  }
  EXPECT_EQ(open, (std::set<std::string>{"/healthz", "/readyz"}));
  EXPECT_TRUE(service_.submitted.empty());
}

TEST_F(Api, ShowsMetricsAsText) {
  prometheus::BuildCounter().Name("seen_total").Register(registry_).Add({}).Increment();
  const Response response = get("/metrics");
  EXPECT_TRUE(response.content_type.starts_with("text/plain; version=0.0.4"));
  EXPECT_NE(response.body.find("seen_total 1"), std::string::npos);
}

}  // namespace
}  // namespace code_exec::api
