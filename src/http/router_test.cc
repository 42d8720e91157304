#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/run_for_test.h"
#include "http/http.h"

namespace code_exec::http {
namespace {

Handler says(std::string text) {
  return [text = std::move(text)](Request) -> net::awaitable<Response> {
    Response response;
    response.body = text;
    co_return response;
  };
}

class Routes : public testing::Test {
 protected:
  Routes() {
    router_.add(Method::get, "/", says("root"));
    router_.add(Method::get, "/jobs", says("list"));
    router_.add(Method::post, "/jobs", says("create"));
    router_.add(Method::post, "/jobs/batch", says("batch"));
    router_.add(Method::get, "/jobs/{id}", says("show"));
    router_.add(Method::del, "/jobs/{token}", says("cancel"));
    router_.add(Method::get, "/queues/{queue}/jobs/{id}", says("entry"));
  }

  Response ask(Method method, std::string path) {
    request_ = Request();
    request_.method = method;
    request_.path = std::move(path);
    const Router::Match match = router_.match(request_);
    pattern_ = match.pattern;
    net::io_context loop;
    return *run_to_end(loop, as_task(*match.handler, request_));
  }

  static Task<Response> as_task(const Handler& handler, Request request) {
    net::awaitable<Response> answer = handler(std::move(request));
    Response response = co_await std::move(answer);
    co_return response;
  }

  Router router_;
  Request request_;
  std::string pattern_;
};

TEST_F(Routes, LiteralBeatsParameter) {
  EXPECT_EQ(ask(Method::post, "/jobs/batch").body, "batch");
  EXPECT_EQ(pattern_, "/jobs/batch");
  EXPECT_EQ(ask(Method::get, "/jobs/x").body, "show");
}

TEST_F(Routes, AParameterServesTheMethodThatTheLiteralLacks) {
  EXPECT_EQ(ask(Method::get, "/jobs/batch").body, "show");
  EXPECT_EQ(request_.path_params.at("id"), "batch");
}

TEST_F(Routes, ParametersAreNamedByTheirOwnPattern) {
  EXPECT_EQ(ask(Method::del, "/jobs/7").body, "cancel");
  EXPECT_EQ(request_.path_params.at("token"), "7");
  EXPECT_EQ(ask(Method::get, "/queues/code-exec/jobs/7").body, "entry");
  EXPECT_EQ(request_.path_params.at("queue"), "code-exec");
  EXPECT_EQ(request_.path_params.at("id"), "7");
}

TEST_F(Routes, HeadIsAnsweredFromGet) {
  EXPECT_EQ(ask(Method::head, "/jobs").body, "list");
}

TEST_F(Routes, TheRootIsAPath) {
  EXPECT_EQ(ask(Method::get, "/").body, "root");
}

TEST_F(Routes, UnknownPathsAre404) {
  for (std::string path : {"/nowhere", "/jobs/", "/jobs//x", "/jobs/x/y", "//", "/queues/a/jobs", "*", "",
                           "/a/b/c/d/e/f/g/h/i/j"}) {
    const Response response = ask(Method::get, path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(pattern_, "unmatched") << path;
  }
}

TEST_F(Routes, AnotherMethodIs405WithAllow) {
  const Response response = ask(Method::put, "/jobs");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.content_type, "application/problem+json");
  ASSERT_EQ(response.headers.size(), 1u);
  EXPECT_EQ(response.headers[0].second, "GET, HEAD, POST");
  EXPECT_EQ(ask(Method::head, "/jobs/batch").body, "show");
}

TEST_F(Routes, SaysWhoMayAskAndNeedsAKeyWhereNothingWasSaid) {
  router_.add(Method::get, "/healthz", says("well"), Access::open);
  router_.add(Method::get, "/admin/{queue}", says("board"), Access::admin);
  const auto access = [this](Method method, std::string path) {
    Request request{.method = method, .path = std::move(path)};
    return router_.match(request).access;
  };
  EXPECT_EQ(access(Method::get, "/healthz"), Access::open);
  EXPECT_EQ(access(Method::head, "/healthz"), Access::open);
  EXPECT_EQ(access(Method::get, "/admin/x"), Access::admin);
  EXPECT_EQ(access(Method::get, "/jobs"), Access::key);
  EXPECT_EQ(access(Method::post, "/healthz"), Access::key);
  EXPECT_EQ(access(Method::get, "/nowhere"), Access::key);
  EXPECT_EQ(access(Method::get, "//healthz"), Access::key);
}

TEST_F(Routes, ListsWhatWasAdded) {
  router_.add(Method::get, "/healthz", says("well"), Access::open);
  std::set<std::string> listed;
  for (const Router::Route& route : router_.routes())
    listed.insert(std::string(to_string(route.method)) + " " + route.pattern);
  EXPECT_THAT(listed, testing::UnorderedElementsAre("GET /", "GET /jobs", "POST /jobs", "POST /jobs/batch",
                                                    "GET /jobs/{id}", "DELETE /jobs/{token}",
                                                    "GET /queues/{queue}/jobs/{id}", "GET /healthz"));
}

TEST_F(Routes, TheGateDecidesWhetherTheHandlerIsCalled) {
  std::vector<std::string> seen;
  const Handler refuse = says("refused");
  router_.set_gate([&](const Router::Match& match, Request request) {
    seen.emplace_back(match.pattern);
    return (request.header("key") ? *match.handler : refuse)(std::move(request));
  });
  const auto answer = [this](Request request) {
    const Router::Match match = router_.match(request);
    net::io_context loop;
    const Handler handler = [&](Request asked) { return router_.answer(match, std::move(asked)); };
    return run_to_end(loop, as_task(handler, std::move(request)))->body;
  };
  EXPECT_EQ(answer({.path = "/jobs"}), "refused");
  EXPECT_EQ(answer({.path = "/nowhere"}), "refused");
  EXPECT_EQ(answer({.path = "/jobs", .headers = {{"key", "k"}}}), "list");
  EXPECT_THAT(seen, testing::ElementsAre("/jobs", "unmatched", "/jobs"));
}

TEST_F(Routes, WhatTheClientChoseIsCutInProblems) {
  const Response response = ask(Method::get, "/" + std::string(100'000, 'x'));
  EXPECT_EQ(response.status, 404);
  EXPECT_LT(response.body.size(), 1000u);
}

TEST(Problem, NamesTheFieldAndMapsEveryCause) {
  const std::map<Errc, int> statuses = {
      {Errc::malformed, 400}, {Errc::invalid, 422},  {Errc::not_found, 404}, {Errc::conflict, 409},
      {Errc::too_large, 413}, {Errc::full, 503},     {Errc::timeout, 504},   {Errc::unavailable, 503},
      {Errc::internal, 500},  {Errc::cancelled, 500}};
  for (const auto& [code, status] : statuses)
    EXPECT_EQ(problem_for(Error{code, "why", "field"}).status, status) << to_string(code);
  const Response response = problem_for(Error{Errc::invalid, "must be more", "limits.cpuTimeMs"});
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Invalid value","status":422,"detail":"must be more",)"
            R"("field":"limits.cpuTimeMs"})");
  EXPECT_EQ(problem_for(Error{Errc::full, "", ""}).headers.at(0).first, "Retry-After");
  EXPECT_EQ(problem_for(Error{Errc::conflict, "", "Idempotency-Key"}).status, 422);
}

TEST(Problem, KeepsTheDetailOfAnInternalErrorToItself) {
  EXPECT_EQ(problem_for(Error{Errc::internal, "open /secret", "x"}).body.find("secret"), std::string::npos);
}

TEST(Problem, IsUtf8WhateverTheDetailIs) {
  const Response response = problem(400, "Bad", "caf\xe9 " + std::string(499, '\xc3'));
  EXPECT_NE(response.body.find("\xef\xbf\xbd"), std::string::npos);
  EXPECT_EQ(response.body.find('\xe9'), std::string::npos);
}

}  // namespace
}  // namespace code_exec::http
