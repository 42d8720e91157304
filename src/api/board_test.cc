// Every route of Bull Board's server API, over real queues in memory and the real service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "api/board_decode.h"
#include "api/board_encode.h"
#include "api/board_metrics.h"
#include "api/routes.h"
#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "http/query.h"
#include "queue/local_queue.h"
#include "store/fake_store.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using http::Method;
using http::Request;
using http::Response;
using queue::FailAs;
using queue::Lease;
using queue::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* unknown_id = "0190163d-8694-739b-aea5-966c26f8ad91";

// Ends what it is told to cancel, as a worker does; knows nothing else.
struct Runs final : service::RunningJobs {
  Task<bool> cancel(job::Job job) override {
    if (!on_cancel || job.status != job::Status::running) co_return false;
    on_cancel(job.id);
    co_return true;
  }
  std::function<void(job::JobId)> on_cancel;
};

class BoardTest : public testing::Test {
 protected:
  BoardTest()
      : save_(queue::make_local_queue({.name = "code-save"}, loop_.get_executor(), clock_)),
        exec_(queue::make_local_queue({.name = "code-exec"}, loop_.get_executor(), clock_)) {
    service::ServiceParts parts{
        loop_.get_executor(), clock_, store_, *save_, *exec_, runtimes_, runs_, live_, metrics_};
    service_ = service::make_job_service(parts, {});
    open({});
  }
  ~BoardTest() override {
    router_.reset();
    EXPECT_TRUE(run(service_->stop()));
    EXPECT_TRUE(run(save_->stop()));
    EXPECT_TRUE(run(exec_->stop()));
  }

  void open(BoardOptions options) {
    router_ = std::make_unique<http::Router>();
    add_board_routes(*router_, {loop_.get_executor(), clock_, *service_, *save_, *exec_}, std::move(options));
  }

  template <class T>
  Result<T> run(Task<T> task) {
    return run_to_end(loop_, std::move(task));
  }
  static Task<Response> as_task(net::awaitable<Response> answer) {
    Response response = co_await std::move(answer);
    co_return response;
  }
  Response ask(Method method, const std::string& path, std::string body = {}) {
    Request request;
    auto parsed = http::parse_target("/admin/queues/api" + path);
    EXPECT_TRUE(parsed) << path;
    request.method = method;
    request.path = parsed->path;
    request.query = parsed->query;
    request.body = std::move(body);
    const http::Router::Match match = router_->match(request);
    return *run(as_task((*match.handler)(std::move(request))));
  }
  Response get(const std::string& path) { return ask(Method::get, path); }
  Response put(const std::string& path, std::string body = {}) {
    return ask(Method::put, path, std::move(body));
  }
  json::value seen(const std::string& path) {
    const Response response = get(path);
    EXPECT_EQ(response.status, 200) << path << " " << response.body;
    return json::parse(response.body);
  }
  static std::string error_of(const Response& response) {
    const json::value body = json::parse(response.body);
    const json::value* error = body.as_object().if_contains("error");
    return error ? std::string(error->at("key").as_string()) : response.body;
  }

  job::JobId submit(service::SubmissionRequest request = {.code = "print(1)"}) {
    auto id = run(service_->submit(std::move(request), std::nullopt));
    EXPECT_TRUE(id);
    return *id;
  }
  Lease claim(queue::Queue& queue) { return *run(queue.claim("host:1")); }
  void complete(queue::Queue& queue, const Lease& lease, std::string value) {
    EXPECT_TRUE(run(queue.complete(lease, std::move(value))));
  }
  // As the workers do it, up to a run that has begun.
  Lease run_begins(const job::JobId& id) {
    const Lease lease = claim(*save_);
    EXPECT_EQ(lease.id, id);
    EXPECT_TRUE(run(exec_->push(id, {})));
    complete(*save_, lease, std::string(service::saved_value));
    const Lease running = claim(*exec_);
    EXPECT_TRUE(run(store_.start(id, clock_.now())));
    return running;
  }
  void finish(const job::JobId& id, job::Reason reason = job::Reason::none) {
    job::Outcome outcome{.reason = reason};
    outcome.status = reason == job::Reason::none ? job::Status::completed : job::Status::failed;
    outcome.exit_code = 0;
    outcome.stdout_bytes = "printed\n";
    EXPECT_TRUE(run(store_.finish(id, outcome, clock_.now())));
    service_->final_results().publish(store_.jobs.at(id));
  }
  job::JobId completed_job() {
    const job::JobId id = submit();
    const Lease lease = run_begins(id);
    finish(id);
    complete(*exec_, lease, R"({"status":"completed","reason":null})");
    return id;
  }
  // Failed for good in the queue; its job has no result unless `is_final`.
  job::JobId failed_entry(bool is_final) {
    const job::JobId id = submit();
    EXPECT_TRUE(run(save_->fail(claim(*save_), "no such runtime", FailAs::final)));
    if (is_final) finish(id, job::Reason::internal_error);
    return id;
  }
  job::JobId delayed_entry() {
    const job::JobId id = submit();
    EXPECT_TRUE(run(save_->fail(claim(*save_), "the sandbox is away", FailAs::retryable)));
    return id;
  }
  std::size_t count(queue::Queue& queue, State state) { return (*run(queue.counts()))[state]; }
  const job::Job& job(const job::JobId& id) { return store_.jobs.at(id); }
  bool is_cancelled(const job::JobId& id) {
    return job(id).outcome && job(id).outcome->reason == job::Reason::cancelled;
  }

  net::io_context loop_;
  FakeClock clock_;
  store::FakeStore store_;
  Runs runs_;
  runtime::Registry runtimes_ = runtime::Registry::of({{.name = "python", .source_file = "main.py"}});
  live::LiveRuns live_;
  prometheus::Registry metrics_;
  std::unique_ptr<queue::Queue> save_;
  std::unique_ptr<queue::Queue> exec_;
  std::unique_ptr<service::JobService> service_;
  std::unique_ptr<http::Router> router_;
};

// --- queues and lists --------------------------------------------------------------------------------------

TEST_F(BoardTest, ShowsBothQueuesWithTheirCounts) {
  completed_job();
  submit();

  const json::value body = seen("/queues?page=1&jobsPerPage=10");

  const json::array& queues = body.at("queues").as_array();
  ASSERT_EQ(queues.size(), 2u);
  const json::object& save = queues[0].as_object();
  EXPECT_EQ(save.at("name"), "code-save");
  EXPECT_EQ(json::serialize(save.at("statuses")),
            R"(["latest","active","waiting","prioritized","completed","failed","delayed"])");
  EXPECT_EQ(save.at("counts").at("waiting"), 1);
  EXPECT_EQ(save.at("counts").at("completed"), 1);
  EXPECT_EQ(save.at("counts").at("waiting-children"), 0);
  EXPECT_EQ(save.at("jobs").as_array().size(), 0u);
  EXPECT_EQ(json::serialize(save.at("pagination")), R"({"pageCount":1,"range":{"start":0,"end":9}})");
  EXPECT_EQ(save.at("isPaused"), false);
  EXPECT_EQ(save.at("readOnlyMode"), false);
  EXPECT_EQ(save.at("allowRetries"), true);
  EXPECT_EQ(save.at("allowCompletedRetries"), false);
  EXPECT_EQ(queues[1].at("allowCompletedRetries"), true);
  EXPECT_EQ(save.at("type"), "bullmq");
  EXPECT_TRUE(save.at("globalConcurrency").is_null());
  EXPECT_EQ(save.at("hasWorkers"), true);
}

TEST_F(BoardTest, ListsAStatusPageByPageNewestFirst) {
  std::vector<job::JobId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(submit());

  const json::value body = seen("/queues?activeQueue=code-save&status=waiting&page=2&jobsPerPage=2");

  const json::value& queue = body.at("queues").at(0);
  EXPECT_EQ(json::serialize(queue.at("pagination")), R"({"pageCount":3,"range":{"start":2,"end":3}})");
  ASSERT_EQ(queue.at("jobs").as_array().size(), 2u);
  EXPECT_EQ(queue.at("jobs").at(0).at("id"), ids[2].text().c_str());
  EXPECT_EQ(queue.at("jobs").at(1).at("id"), ids[1].text().c_str());
  EXPECT_EQ(json::serialize(queue.at("jobs").at(0).at("data")), R"({"jobId":")" + ids[2].text() + R"("})");
  EXPECT_EQ(body.at("queues").at(1).at("jobs").as_array().size(), 0u);
}

TEST_F(BoardTest, TheLatestAreThoseOfEveryStatus) {
  completed_job();
  failed_entry(true);
  delayed_entry();
  submit();
  for (const char* status : {"", "&status=latest", "&status="}) {
    const json::value body =
        seen(std::string("/queues?activeQueue=code-save&page=1&jobsPerPage=10") + status);
    EXPECT_EQ(body.at("queues").at(0).at("jobs").as_array().size(), 4u);
    EXPECT_EQ(body.at("queues").at(0).at("pagination").at("pageCount"), 1);
  }
}

TEST_F(BoardTest, RefusesImpossibleQueriesByField) {
  for (const auto& [query, field] :
       {std::pair("status=done", "status"), std::pair("page=0", "page"), std::pair("page=x", "page"),
        std::pair("jobsPerPage=301", "jobsPerPage"), std::pair("page=99999999999999999999", "page")}) {
    const Response response = get(std::string("/queues?activeQueue=code-save&") + query);
    EXPECT_EQ(response.status, 400) << query;
    EXPECT_EQ(error_of(response), "ERRORS.INVALID_QUERY_PARAM");
    EXPECT_EQ(json::parse(response.body).at("error").at("options").at("field"), field);
    EXPECT_EQ(json::parse(response.body).at("code"), "INVALID_REQUEST");
  }
  for (const char* query : {"status=paused", "status=waiting-children"}) {
    const json::value body = seen(std::string("/queues?activeQueue=code-save&page=&") + query);
    EXPECT_EQ(body.at("queues").at(0).at("pagination").at("pageCount"), 0);
  }
  seen("/queues?activeQueue=nobody%20knows&page=1000000000&jobsPerPage=300");
}

// --- one job -----------------------------------------------------------------------------------------------

TEST_F(BoardTest, ShowsAJobWithWhatWasSubmittedAndWhatBecameOfIt) {
  const job::JobId id = submit({.code = "print(\"\xff\")",
                                .stdin_bytes = "in",
                                .args = {"a"},
                                .files = {{"data.txt", "x"}},
                                .priority = 3});
  const Lease lease = run_begins(id);
  clock_.advance(10ms);
  finish(id, job::Reason::runtime_error);
  complete(*exec_, lease, R"({"status":"failed","reason":"runtime_error"})");

  const json::value body = seen("/queues/code-exec/" + id.text());

  EXPECT_EQ(body.at("status"), "completed");
  const json::object& shown = body.at("job").as_object();
  EXPECT_EQ(shown.at("id"), id.text().c_str());
  EXPECT_EQ(shown.at("name"), "execCode");
  EXPECT_EQ(shown.at("attempts"), 1);
  EXPECT_EQ(shown.at("progress"), 0);
  EXPECT_EQ(shown.at("isFailed"), false);
  EXPECT_EQ(shown.at("processedBy"), "host:1");
  EXPECT_EQ(shown.at("finishedOn").as_int64(), to_ms(clock_.now()));
  EXPECT_EQ(shown.at("opts").at("attempts"), 3);
  EXPECT_EQ(shown.at("opts").at("backoff").at("type"), "exponential");
  const json::value& data = shown.at("data");
  EXPECT_EQ(data.at("jobId"), id.text().c_str());
  EXPECT_EQ(data.at("language"), "python");
  EXPECT_EQ(data.at("code"), "print(\"\xEF\xBF\xBD\")");
  EXPECT_EQ(data.at("stdin"), "in");
  EXPECT_EQ(json::serialize(data.at("args")), R"(["a"])");
  EXPECT_EQ(data.at("files").at(0).at("name"), "data.txt");
  EXPECT_EQ(data.at("limits").at("cpuTimeMs"), 5000);
  EXPECT_EQ(data.at("priority"), 3);
  EXPECT_FALSE(data.as_object().contains("tests"));
  EXPECT_EQ(shown.at("returnValue").at("reason"), "runtime_error");
  EXPECT_EQ(shown.at("returnValue").at("exitCode"), 0);
  EXPECT_EQ(shown.at("returnValue").at("stdout"), "printed\n");
  // What the save stage made of it.
  const json::value saved = seen("/queues/code-save/" + id.text());
  EXPECT_EQ(json::serialize(saved.at("job").at("returnValue")), service::saved_value);
}

TEST_F(BoardTest, HidesSourcesAndOutputsWhereItIsToldTo) {
  bool shows = false;
  open({.shows_sources = [&] { return shows; }});
  const job::JobId id = submit({.code = "secret = 1", .stdin_bytes = "secret", .args = {"secret"}});
  const Lease lease = run_begins(id);
  finish(id);
  complete(*exec_, lease, R"({"status":"completed","reason":null})");

  const std::string hidden = get("/queues/code-exec/" + id.text()).body;
  shows = true;
  const std::string shown = get("/queues/code-exec/" + id.text()).body;

  EXPECT_THAT(hidden, Not(HasSubstr("secret")));
  EXPECT_THAT(hidden, Not(HasSubstr("printed")));
  EXPECT_THAT(hidden, HasSubstr(R"("language":"python")"));
  EXPECT_THAT(hidden, HasSubstr(R"("reason":null)"));
  EXPECT_THAT(shown, HasSubstr("secret = 1"));
}

TEST_F(BoardTest, LeavesOutWhatIsTooMuchToLayOut) {
  const job::JobId id = submit({.code = "x", .stdin_bytes = std::string(board_bytes_max, 'x')});

  const json::value body = seen("/queues/code-save/" + id.text());

  EXPECT_FALSE(body.at("job").at("data").as_object().contains("code"));
  EXPECT_EQ(body.at("job").at("data").at("language"), "python");
}

TEST_F(BoardTest, ShowsWhyAnEntryFailed) {
  const job::JobId id = submit();
  EXPECT_TRUE(run(save_->fail(claim(*save_), "first", FailAs::retryable)));
  const json::value delayed = seen("/queues/code-save/" + id.text());
  EXPECT_EQ(delayed.at("status"), "delayed");
  EXPECT_EQ(delayed.at("job").at("delay"), 1000);
  clock_.advance(1s);
  EXPECT_TRUE(run(save_->fail(claim(*save_), "second", FailAs::final)));

  const json::value body = seen("/queues/code-save/" + id.text());

  EXPECT_EQ(body.at("status"), "failed");
  EXPECT_EQ(body.at("job").at("failedReason"), "second");
  EXPECT_EQ(json::serialize(body.at("job").at("stacktrace")), R"(["second","first"])");
  EXPECT_EQ(body.at("job").at("isFailed"), true);
  EXPECT_FALSE(body.at("job").as_object().contains("delay"));
}

TEST_F(BoardTest, AJobIsShownAfterItsEntryIsGone) {
  const job::JobId id = completed_job();
  ASSERT_TRUE(run(exec_->remove(id)));

  const json::value body = seen("/queues/code-exec/" + id.text());

  EXPECT_EQ(body.at("status"), "completed");
  EXPECT_EQ(body.at("job").at("data").at("code"), "print(1)");
  EXPECT_EQ(body.at("job").at("returnValue").at("status"), "completed");
  const job::JobId pending = submit();
  EXPECT_EQ(seen("/queues/code-exec/" + pending.text()).at("status"), "unknown");
}

TEST_F(BoardTest, AnEntryIsShownAfterItsJobIsGone) {
  const job::JobId id = completed_job();
  store_.jobs.erase(id);

  const json::value body = seen("/queues/code-exec/" + id.text());

  EXPECT_EQ(json::serialize(body.at("job").at("data")), R"({"jobId":")" + id.text() + R"("})");
  EXPECT_EQ(body.at("job").at("returnValue").at("status"), "completed");
}

TEST_F(BoardTest, LogsTellTheWayOfAJobInOrder) {
  const job::JobId id = submit();
  clock_.advance(5ms);
  const Lease lease = run_begins(id);
  clock_.advance(5ms);
  finish(id, job::Reason::time_limit);
  complete(*exec_, lease, "{}");

  const json::value logs = seen("/queues/code-exec/" + id.text() + "/logs");
  std::vector<std::string> lines;
  for (const json::value& line : logs.as_array()) lines.emplace_back(line.as_string());

  EXPECT_THAT(lines, ElementsAre(HasSubstr("job submitted"), HasSubstr("added to the queue"),
                                 HasSubstr("taken by host:1"), HasSubstr("run 1 began"),
                                 HasSubstr("ended in the queue as completed"), HasSubstr("time_limit")));
  EXPECT_TRUE(lines.front().starts_with("info: 20"));
  EXPECT_TRUE(lines.back().starts_with("warn: "));
  EXPECT_EQ(get(std::string("/queues/code-exec/") + unknown_id + "/logs").body, "[]");
}

TEST_F(BoardTest, ThereAreNoFlowsSchedulersAndRateLimits) {
  const job::JobId id = submit();
  const std::string queue = "/queues/code-save";
  const std::string entry = queue + "/" + id.text();
  EXPECT_EQ(get(entry + "/flow?depth=10").body,
            R"({"nodeId":")" + id.text() + R"(","isFlowNode":false,"flowRoot":null})");
  EXPECT_EQ(get("/job-schedulers").body, R"({"schedulers":[]})");
  EXPECT_EQ(get(queue + "/rate-limit").body, R"({"supported":false,"rateLimit":null})");
  EXPECT_EQ(get(queue + "/default-job-options").body, "{}");
  EXPECT_EQ(error_of(put(queue + "/rate-limit", R"({"max":1})")), "ERRORS.RATE_LIMIT_NOT_SUPPORTED");
  EXPECT_EQ(error_of(put(queue + "/rate-limit/release")), "ERRORS.RATE_LIMIT_NOT_SUPPORTED");
  EXPECT_EQ(error_of(put(entry + "/remove-unprocessed-children")),
            "ERRORS.JOB_UNPROCESSED_CHILDREN_NOT_SUPPORTED");
  for (const auto& [method, path] :
       {std::pair(Method::put, "/run"), std::pair(Method::put, "/remove"), std::pair(Method::patch, "")}) {
    const Response response = ask(method, queue + "/job-schedulers/every%20day" + path, "{}");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(error_of(response), "ERRORS.JOB_SCHEDULER_NOT_FOUND");
  }
}

TEST_F(BoardTest, NamesWorkersAndLanguages) {
  submit();
  claim(*save_);
  clock_.advance(3s);
  EXPECT_EQ(get("/queues/code-save/workers").body,
            R"({"workers":[{"id":"host:1","addr":"","age":3,"name":"host:1"}]})");
  EXPECT_EQ(
      json::serialize(seen("/queues/code-save/job-data-schema").at("properties").at("language").at("enum")),
      R"(["python"])");
}

TEST_F(BoardTest, CountsWhatEndsByTheMinute) {
  completed_job();
  failed_entry(true);

  const json::value body = seen("/queues/code-save/metrics");

  EXPECT_EQ(body.at("completed").at("meta").at("count"), 1);
  EXPECT_EQ(body.at("completed").at("meta").at("prevTS").as_int64(), to_ms(clock_.now()));
  EXPECT_EQ(body.at("failed").at("meta").at("count"), 1);
  EXPECT_EQ(json::serialize(body.at("failed").at("data")), "[]");
}

TEST(MinuteCounts, KeepsTheLatestMinutesTheNewestFirst) {
  MinuteCounts counts;
  const TimePoint start = from_ms(60'000 * 1000);
  counts.add(start);
  counts.add(start + 59s);
  counts.add(start + 1min);
  counts.add(start + 4min);
  EXPECT_EQ(json::serialize(counts.encode()),
            R"({"meta":{"count":4,"prevTS":60240000,"prevCount":3},"data":[0,0,1,2],"count":4})");
  counts.add(start + 1000min);
  EXPECT_EQ(counts.encode().at("count"), 60);
}

TEST_F(BoardTest, UnknownQueuesAndJobsAreNotFound) {
  EXPECT_EQ(error_of(get("/queues/nobody/metrics")), "ERRORS.QUEUE_NOT_FOUND");
  EXPECT_EQ(error_of(get("/queues/%C3%BCber%20all/" + std::string(unknown_id))), "ERRORS.QUEUE_NOT_FOUND");
  EXPECT_EQ(error_of(put("/queues/nobody/pause")), "ERRORS.QUEUE_NOT_FOUND");
  for (const std::string id : {unknown_id, "7", "a%20b", "%C3%BC", "code-save"}) {
    const std::string entry = "/queues/code-save/" + id;
    for (const Response& response :
         {get(entry), get(entry + "/flow"), put(entry + "/retry"), put(entry + "/clean"),
          put(entry + "/promote"), ask(Method::patch, entry + "/update-data", R"({"jobData":1})"),
          ask(Method::patch, entry + "/priority", R"({"priority":1})"),
          ask(Method::patch, entry + "/delay", R"({"runAt":1})")}) {
      EXPECT_EQ(response.status, 404) << id;
      EXPECT_EQ(error_of(response), "ERRORS.JOB_NOT_FOUND") << id;
    }
  }
  EXPECT_EQ(get("/nothing").status, 404);
  // A slash in an id cannot be told from one between segments by a proxy, so the server refuses it; no id of
  // ours has one.
  EXPECT_FALSE(http::parse_target("/admin/queues/api/queues/code-save/a%2Fb"));
}

TEST_F(BoardTest, WithoutAServerItsDetailsAreHidden) {
  const Response response = get("/redis/stats");
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(error_of(response), "ERRORS.FORBIDDEN");
}

TEST(BoardEncode, ReadsWhatRedisSaysOfItself) {
  EXPECT_EQ(
      json::serialize(
          encode_server("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\nos:Linux\r\n"
                        "tcp_port:6379\r\nuptime_in_seconds:12\r\nconnected_clients:3\r\n"
                        "used_memory:100\r\nused_memory_peak:200\r\nmaxmemory:0\r\n"
                        "total_system_memory:1000\r\nmem_fragmentation_ratio:1.5\r\n")),
      R"({"backend":"redis","version":"7.0.15","mode":"standalone","port":6379,"os":"Linux","uptime":12,)"
      R"("memory":{"total":1000,"used":100,"fragmentationRatio":1.5E0,"peak":200},)"
      R"("clients":{"connected":3,"blocked":0}})");
}

// --- retry -------------------------------------------------------------------------------------------------

TEST_F(BoardTest, RetryOfAJobWithAResultSubmitsItAgainAndLeavesTheResult) {
  const job::JobId id = completed_job();
  const job::Job before = job(id);

  const Response response = put("/queues/code-exec/" + id.text() + "/retry");

  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(job(id), before);
  EXPECT_EQ(count(*exec_, State::completed), 0u);
  ASSERT_EQ(count(*save_, State::waiting), 1u);
  const job::JobId again = claim(*save_).id;
  EXPECT_NE(again, id);
  EXPECT_EQ(job(again).submission, before.submission);
  EXPECT_EQ(error_of(put("/queues/code-exec/" + id.text() + "/retry")), "ERRORS.JOB_NOT_FOUND");
}

TEST_F(BoardTest, RetryWhoseEntryWasNotRemovedMakesNoSecondJob) {
  const job::JobId id = failed_entry(true);
  ASSERT_EQ(put("/queues/code-save/" + id.text() + "/retry").status, 204);
  // As after a crash between the two steps.
  ASSERT_TRUE(run(save_->push(id, {})));
  claim(*save_);  // the new job
  ASSERT_TRUE(run(save_->fail(claim(*save_), "x", FailAs::final)));

  ASSERT_EQ(put("/queues/code-save/" + id.text() + "/retry").status, 204);

  EXPECT_EQ(store_.jobs.size(), 2u);
}

TEST_F(BoardTest, RetryOfAFailedEntryWithoutAResultMakesItWaitAgain) {
  const job::JobId id = failed_entry(false);

  EXPECT_EQ(put("/queues/code-save/" + id.text() + "/retry").status, 204);

  EXPECT_EQ(store_.jobs.size(), 1u);
  EXPECT_EQ(claim(*save_).id, id);
}

TEST_F(BoardTest, WhatIsNotFinishedIsNotRetried) {
  const job::JobId id = submit();
  auto retry = [&](const char* queue) {
    return put("/queues/" + std::string(queue) + "/" + id.text() + "/retry");
  };
  EXPECT_EQ(error_of(retry("code-save")), "ERRORS.JOB_NOT_RETRIABLE");
  const Lease lease = run_begins(id);
  const Response running = retry("code-exec");
  EXPECT_EQ(running.status, 400);
  EXPECT_EQ(json::parse(running.body).at("error").at("options").at("state"), "active");
  EXPECT_EQ(error_of(retry("code-save")), "ERRORS.JOB_NOT_RETRIABLE");
  complete(*exec_, lease, "{}");  // without a result in the store, which no worker of ours does
  EXPECT_EQ(error_of(retry("code-exec")), "ERRORS.JOB_NOT_RETRIABLE");
  EXPECT_EQ(store_.jobs.size(), 1u);
}

TEST_F(BoardTest, RetriesAllOfAStatus) {
  for (int i = 0; i < 50; ++i) failed_entry(true);
  const job::JobId expired = failed_entry(true);
  store_.jobs.erase(expired);

  const Response response = put("/queues/code-save/retry/failed");

  EXPECT_EQ(response.body, R"({"retried":50,"skipped":1})");
  EXPECT_EQ(count(*save_, State::waiting), 50u);
  EXPECT_EQ(count(*save_, State::failed), 1u);
  for (const char* path : {"/queues/code-save/retry/completed", "/queues/code-exec/retry/waiting",
                           "/queues/code-exec/retry/x%20y"})
    EXPECT_EQ(error_of(put(path)), "ERRORS.STATUS_NOT_RETRIABLE");
}

TEST_F(BoardTest, RetriesAllThatCompletedOnTheSecondQueueOnly) {
  completed_job();
  completed_job();
  EXPECT_EQ(put("/queues/code-exec/retry/completed").body, R"({"retried":2,"skipped":0})");
  EXPECT_EQ(count(*save_, State::waiting), 2u);
  EXPECT_EQ(count(*exec_, State::completed), 0u);
}

TEST_F(BoardTest, SaysWhyRetryDidNotGoOn) {
  const job::JobId id = failed_entry(true);
  store_.away = true;

  for (const std::string& path :
       {std::string("/queues/code-save/retry/failed"), "/queues/code-save/" + id.text() + "/retry"}) {
    const Response response = put(path);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(error_of(response), "ERRORS.INTERNAL_SERVER_ERROR");
    EXPECT_EQ(json::parse(response.body).at("message"), "the store is away");
  }
  store_.away = false;
  EXPECT_EQ(count(*save_, State::failed), 1u);
}

// --- clean, remove, empty ----------------------------------------------------------------------------------

TEST_F(BoardTest, RemovingAWaitingEntryCancelsItsJob) {
  const job::JobId id = submit();

  EXPECT_EQ(put("/queues/code-save/" + id.text() + "/clean").status, 204);

  EXPECT_TRUE(is_cancelled(id));
  EXPECT_EQ(count(*save_, State::waiting), 0u);
}

TEST_F(BoardTest, RemovingAFinishedEntryLeavesItsJob) {
  const job::JobId id = submit();
  const Lease lease = run_begins(id);
  EXPECT_EQ(put("/queues/code-save/" + id.text() + "/clean").status, 204);
  EXPECT_FALSE(job(id).outcome);

  const Response active = put("/queues/code-exec/" + id.text() + "/clean");
  EXPECT_EQ(active.status, 409);
  EXPECT_EQ(active.body, R"({"error":{"key":"ERRORS.JOB_IS_ACTIVE","options":{"jobId":")" + id.text() +
                             R"("}},"message":{"key":"ERRORS.JOB_IS_ACTIVE_DETAILS","options":{"jobId":")" +
                             id.text() + R"("}}})");
  EXPECT_FALSE(job(id).outcome);

  finish(id);
  complete(*exec_, lease, "{}");
  EXPECT_EQ(put("/queues/code-exec/" + id.text() + "/clean").status, 204);
  EXPECT_EQ(job(id).status, job::Status::completed);
  EXPECT_EQ(count(*exec_, State::completed), 0u);
}

TEST_F(BoardTest, RemovingAFailedEntryEndsAJobWithoutAResult) {
  const job::JobId id = failed_entry(false);
  EXPECT_EQ(put("/queues/code-save/" + id.text() + "/clean").status, 204);
  EXPECT_TRUE(is_cancelled(id));
}

TEST_F(BoardTest, CleansWhatIsOlderThanAMoment) {
  const job::JobId old = failed_entry(false);
  completed_job();
  const job::JobId delayed = delayed_entry();
  clock_.advance(4s);
  const job::JobId young = failed_entry(false);
  clock_.advance(2s);

  EXPECT_EQ(put("/queues/code-save/clean/failed").body, "{}");
  EXPECT_EQ(put("/queues/code-exec/clean/completed").body, "{}");

  EXPECT_TRUE(is_cancelled(old));
  EXPECT_FALSE(job(young).outcome);
  EXPECT_EQ(count(*save_, State::failed), 1u);
  EXPECT_EQ(count(*save_, State::completed), 1u);
  EXPECT_EQ(count(*exec_, State::completed), 0u);
  EXPECT_FALSE(job(delayed).outcome);
  for (const char* status : {"active", "latest", "nothing%20such"})
    EXPECT_EQ(put(std::string("/queues/code-save/clean/") + status).body, "{}");
}

TEST_F(BoardTest, EmptyingAQueueCancelsWhatWaits) {
  std::vector<job::JobId> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(submit({.code = "x", .priority = i % 2 ? 1u : 0u}));
  const Lease lease = claim(*save_);

  EXPECT_EQ(put("/queues/code-save/empty").body, "{}");

  for (const job::JobId& id : ids) EXPECT_EQ(is_cancelled(id), id != lease.id);
  EXPECT_EQ(count(*save_, State::waiting) + count(*save_, State::prioritized), 0u);
  EXPECT_EQ(count(*save_, State::active), 1u);
}

TEST_F(BoardTest, ObliteratesAPausedQueue) {
  const job::JobId running = submit();
  const Lease lease = run_begins(running);
  const job::JobId waiting = submit();
  EXPECT_TRUE(run(exec_->push(waiting, {})));
  EXPECT_EQ(error_of(put("/queues/code-exec/obliterate")), "ERRORS.QUEUE_NOT_PAUSED");
  ASSERT_EQ(put("/queues/code-exec/pause").status, 200);
  const Response active = put("/queues/code-exec/obliterate", R"({"force":false})");
  EXPECT_EQ(active.status, 409);
  EXPECT_EQ(json::parse(active.body).at("message").at("key"), "ERRORS.QUEUE_HAS_ACTIVE_JOBS_DETAILS");
  EXPECT_EQ(error_of(put("/queues/code-exec/obliterate", R"({"force":1})")), "ERRORS.INVALID_REQUEST_BODY");
  EXPECT_EQ(error_of(put("/queues/code-exec/obliterate", "{")), "ERRORS.INVALID_REQUEST_BODY");
  runs_.on_cancel = [&](job::JobId id) {
    finish(id, job::Reason::cancelled);
    runs_.on_cancel = nullptr;
  };

  EXPECT_EQ(put("/queues/code-exec/obliterate", R"({"force":true})").body, "{}");

  EXPECT_TRUE(is_cancelled(running));
  EXPECT_TRUE(is_cancelled(waiting));
  EXPECT_EQ(count(*exec_, State::waiting), 0u);
  EXPECT_EQ(seen("/queues").at("queues").at(1).at("isPaused"), true);
}

// --- the rest of the buttons -------------------------------------------------------------------------------

TEST_F(BoardTest, PausesAndResumesOneQueueOrAll) {
  auto paused = [&] {
    const json::value body = seen("/queues");
    return std::pair(body.at("queues").at(0).at("isPaused").as_bool(),
                     body.at("queues").at(1).at("isPaused").as_bool());
  };
  EXPECT_EQ(put("/queues/code-save/pause").body, "{}");
  EXPECT_EQ(paused(), std::pair(true, false));
  EXPECT_EQ(put("/queues/pause").body, "{}");
  EXPECT_EQ(paused(), std::pair(true, true));
  EXPECT_EQ(put("/queues/code-exec/resume").body, "{}");
  EXPECT_EQ(paused(), std::pair(true, false));
  EXPECT_EQ(put("/queues/resume").body, "{}");
  EXPECT_EQ(paused(), std::pair(false, false));
}

TEST_F(BoardTest, SetsTheConcurrency) {
  EXPECT_EQ(put("/queues/code-exec/concurrency", R"({"concurrency":2,"other":1})").body, "{}");
  EXPECT_EQ(seen("/queues").at("queues").at(1).at("globalConcurrency"), 2);
  for (const char* body :
       {"", "{}", R"({"concurrency":-1})", R"({"concurrency":"2"})", R"({"concurrency":1.5})", "[", "2"}) {
    const Response response = put("/queues/code-exec/concurrency", body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_EQ(error_of(response), "ERRORS.INVALID_CONCURRENCY");
  }
  EXPECT_EQ(put("/queues/code-exec/concurrency", R"({"concurrency":0})").status, 200);
  EXPECT_TRUE(seen("/queues").at("queues").at(1).at("globalConcurrency").is_null());
}

TEST_F(BoardTest, PromotesWhatIsDelayed) {
  const job::JobId one = delayed_entry();
  EXPECT_EQ(put("/queues/code-save/" + one.text() + "/promote").status, 204);
  const Response again = put("/queues/code-save/" + one.text() + "/promote");
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(error_of(again), "ERRORS.JOB_NOT_DELAYED");
  EXPECT_EQ(claim(*save_).id, one);
  delayed_entry();
  delayed_entry();

  EXPECT_EQ(put("/queues/code-save/promote").body, "{}");

  EXPECT_EQ(count(*save_, State::waiting), 2u);
  EXPECT_EQ(count(*save_, State::delayed), 0u);
}

TEST_F(BoardTest, AddsAJobAsAClientWould) {
  const Response response =
      ask(Method::post, "/queues/code-exec/add",
          R"j({"name":"__default__","data":{"code":"print(2)","language":"python","stdin":"x"},)j"
          R"("options":{"priority":5,"attempts":3}})");

  ASSERT_EQ(response.status, 200) << response.body;
  const json::value body = json::parse(response.body);
  EXPECT_EQ(body.at("status"), "prioritized");
  const auto id = job::JobId::parse(body.at("job").at("id").as_string());
  ASSERT_TRUE(id);
  EXPECT_EQ(job(*id).submission.code, "print(2)");
  EXPECT_EQ(job(*id).submission.stdin_bytes, "x");
  EXPECT_EQ(job(*id).submission.priority, 5u);
  EXPECT_EQ(count(*save_, State::prioritized), 1u);
}

TEST_F(BoardTest, WhatIsShownOfAJobCanBeAddedAsItIs) {
  service::SubmissionRequest request{.code = "print(input())", .files = {{"data.txt", "x"}}};
  request.tests.cases = {{"1", {"c"}, "1"}, {"2", {}, std::nullopt}};
  request.tests.comparison = job::Comparison::numeric;
  request.tests.stop_at_first_failure = true;
  const job::JobId id = submit(std::move(request));
  const json::value shown = seen("/queues/code-save/" + id.text());
  json::object body{{"name", shown.at("job").at("name")},
                    {"data", shown.at("job").at("data")},
                    {"options", shown.at("job").at("opts")}};

  const Response added = ask(Method::post, "/queues/code-exec/add", json::serialize(body));
  body["data"] = json::object{{"jobId", id.text()}, {"language", "python"}};  // as where sources are hidden
  const Response copied = ask(Method::post, "/queues/code-exec/add", json::serialize(body));

  for (const Response& response : {added, copied}) {
    ASSERT_EQ(response.status, 200) << response.body;
    const auto again = job::JobId::parse(json::parse(response.body).at("job").at("id").as_string());
    EXPECT_NE(*again, id);
    EXPECT_EQ(job(*again).submission, job(id).submission);
  }
}

TEST_F(BoardTest, RefusesToAddWhatIsNoJobByField) {
  for (const auto& [body, field] :
       {std::pair("", "data"), std::pair("[1]", "body"), std::pair("{", ""),
        std::pair(R"({"name":1,"data":{"code":""}})", "name"), std::pair(R"({"data":7})", "data"),
        std::pair(R"({"data":{}})", "data.code"), std::pair(R"({"data":{"code":1}})", "data.code"),
        std::pair(R"({"data":{"jobId":"7"}})", "data.jobId"),
        std::pair(R"({"data":{"jobId":7}})", "data.jobId"),
        std::pair(R"({"data":{"code":"","language":"klingon"}})", "data.language"),
        std::pair(R"({"data":{"code":""},"options":[]})", "options"),
        std::pair(R"({"data":{"code":""},"options":{"delay":5}})", "options.delay"),
        std::pair(R"({"data":{"code":""},"options":{"priority":"x"}})", "data.priority")}) {
    const Response response = ask(Method::post, "/queues/code-save/add", body);
    EXPECT_EQ(response.status, 400) << body << response.body;
    EXPECT_EQ(error_of(response), "ERRORS.INVALID_REQUEST_BODY");
    EXPECT_EQ(json::parse(response.body).at("error").at("options").at("field"), field) << body;
  }
  const std::string large = R"({"data":{"code":")" + std::string(2 << 20, 'x') + R"("}})";
  EXPECT_EQ(error_of(ask(Method::post, "/queues/code-save/add", large)), "ERRORS.INVALID_REQUEST_BODY");
  const std::string unknown = R"({"data":{"jobId":")" + std::string(unknown_id) + R"("}})";
  EXPECT_EQ(error_of(ask(Method::post, "/queues/code-save/add", unknown)), "ERRORS.JOB_NOT_FOUND");
  EXPECT_TRUE(store_.jobs.empty());
}

TEST_F(BoardTest, WhatAClientSubmittedCannotBeEdited) {
  const job::JobId waiting = submit();
  const std::string entry = "/queues/code-save/" + waiting.text();
  const Response data = ask(Method::patch, entry + "/update-data", R"({"jobData":{}})");
  EXPECT_EQ(data.status, 405);
  EXPECT_EQ(error_of(data), "ERRORS.JOB_EDIT_NOT_SUPPORTED");
  EXPECT_EQ(error_of(ask(Method::patch, entry + "/priority", R"({"priority":1})")),
            "ERRORS.JOB_EDIT_NOT_SUPPORTED");
  EXPECT_EQ(error_of(ask(Method::patch, entry + "/delay", R"({"runAt":1})")), "ERRORS.JOB_NOT_DELAYED");
  put(entry + "/clean");
  const job::JobId delayed = delayed_entry();
  EXPECT_EQ(error_of(ask(Method::patch, "/queues/code-save/" + delayed.text() + "/delay", R"({"runAt":1})")),
            "ERRORS.JOB_EDIT_NOT_SUPPORTED");
}

TEST_F(BoardTest, EveryRouteIsAnAdministrators) {
  for (const http::Router::Route& route : router_->routes())
    EXPECT_EQ(route.access, http::Access::admin) << route.pattern;
}

TEST_F(BoardTest, InReadOnlyModeNothingChanges) {
  open({.read_only = true});
  const job::JobId id = submit();
  const json::value queue = seen("/queues").at("queues").at(0);
  EXPECT_EQ(queue.at("readOnlyMode"), true);
  EXPECT_EQ(queue.at("allowRetries"), false);
  const std::string entry = "/queues/code-save/" + id.text();
  const std::vector<std::pair<Method, std::string>> writes{
      {Method::post, "/queues/code-save/add"},
      {Method::put, "/queues/code-save/pause"},
      {Method::put, "/queues/code-save/resume"},
      {Method::put, "/queues/code-save/empty"},
      {Method::put, "/queues/code-save/obliterate"},
      {Method::put, "/queues/code-save/promote"},
      {Method::put, "/queues/code-save/concurrency"},
      {Method::put, "/queues/code-save/rate-limit"},
      {Method::put, "/queues/code-save/rate-limit/release"},
      {Method::put, "/queues/code-save/clean/failed"},
      {Method::put, "/queues/code-save/retry/failed"},
      {Method::put, entry + "/retry"},
      {Method::put, entry + "/clean"},
      {Method::put, entry + "/promote"},
      {Method::patch, entry + "/update-data"},
      {Method::patch, entry + "/delay"},
      {Method::patch, entry + "/priority"},
      {Method::put, entry + "/remove-unprocessed-children"}};
  for (const auto& [method, path] : writes) {
    const Response response = ask(method, path, "{}");
    EXPECT_EQ(response.status, 405) << path;
    EXPECT_EQ(error_of(response), "ERRORS.QUEUE_READ_ONLY") << path;
  }
  EXPECT_EQ(put("/queues/pause").status, 200);
  EXPECT_FALSE(*run(save_->is_paused()));
  EXPECT_FALSE(job(id).outcome);
  seen(entry);
}

}  // namespace
}  // namespace code_exec::api
