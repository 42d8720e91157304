#include "http/gate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <set>

#include "base/event.h"
#include "base/fake_clock.h"
#include "base/run_for_test.h"
#include "base/text.h"
#include "http/credentials.h"
#include "http/query.h"

namespace code_exec::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using Headers = std::map<std::string, std::string>;

access::Key key_of(const std::string& name, bool admin = false) {
  return {.name = name, .id = name, .digest = access::digest_of(name), .admin = admin};
}

std::string header_of(const Response& response, std::string_view name) {
  for (const auto& [each, value] : response.headers)
    if (each == name) return value;
  return {};
}

Headers bearer(const std::string& key) {
  return {{"authorization", "Bearer " + key}};
}
Headers basic(const std::string& key) {
  return {{"authorization", "Basic " + base64_encode("anybody:" + key)}};
}

class GateTest : public testing::Test {
 protected:
  GateTest() {
    const auto add = [this](Method method, std::string pattern, Access access) {
      router_.add(
          method, std::move(pattern), [this](Request request) { return handle(std::move(request)); }, access);
    };
    add(Method::get, "/healthz", Access::open);
    add(Method::get, "/jobs", Access::key);
    add(Method::post, "/jobs", Access::key);
    add(Method::post, "/batch", Access::key);
    add(Method::get, "/admin", Access::admin);
    add(Method::post, "/admin", Access::admin);
  }

  net::awaitable<Response> handle(Request request) {
    ++handled_;
    Response response;
    if (request.path == "/batch") response.cost = 10;
    co_return response;
  }

  // Call once, before the first request.
  void start(std::vector<access::Key> keys, GateOptions options = {}) {
    keys_.emplace(clock_, std::move(keys));
    router_.set_gate(make_gate(*keys_, clock_, metrics_, std::move(options)));
  }
  void start_with_two_keys(GateOptions options = {}) {
    start({key_of("user"), key_of("admin", true)}, std::move(options));
  }

  Response ask(Method method, std::string_view target, Headers headers = {}) {
    Request request{.method = method, .headers = std::move(headers), .remote_address = address_};
    auto parsed = parse_target(target);
    request.path = parsed->path;
    request.headers.try_emplace("host", "localhost:3000");
    const Router::Match match = router_.match(request);
    return *run_to_end(loop_, as_task(router_.answer(match, std::move(request))));
  }
  int status(Method method, std::string_view target, Headers headers = {}) {
    return ask(method, target, std::move(headers)).status;
  }
  static Task<Response> as_task(net::awaitable<Response> answer) {
    Response response = co_await std::move(answer);
    co_return response;
  }

  std::string metrics() { return prometheus::TextSerializer().Serialize(metrics_.Collect()); }

  net::io_context loop_;
  FakeClock clock_;
  prometheus::Registry metrics_;
  std::optional<access::KeyRing> keys_;
  Router router_;
  std::string address_ = "127.0.0.1";
  int handled_ = 0;
};

TEST_F(GateTest, WithoutKeysNobodyNeedsOne) {
  start({});
  for (const char* path : {"/healthz", "/jobs", "/admin"}) EXPECT_EQ(status(Method::get, path), 200) << path;
  EXPECT_EQ(status(Method::get, "/nowhere"), 404);
  EXPECT_EQ(status(Method::get, "/jobs", bearer("any")), 200);
}

TEST_F(GateTest, AKeyIsTakenFromWhereverItIsShown) {
  start_with_two_keys();
  for (const Headers& headers : {bearer("user"), basic("user"), Headers{{"x-auth-token", "user"}},
                                 Headers{{"authorization", "bEARER   user"}},
                                 Headers{{"authorization", "Basic of a proxy"}, {"x-auth-token", "user"}}})
    EXPECT_EQ(status(Method::get, "/jobs", headers), 200) << headers.begin()->second;
  EXPECT_EQ(handled_, 5);
  for (const Headers& headers :
       {Headers{}, bearer(""), bearer("User"), bearer("user "), bearer("user, user"), basic(""),
        Headers{{"authorization", "user"}}, Headers{{"authorization", "Bearer"}},
        Headers{{"authorization", "Basic " + base64_encode("user")}}, Headers{{"authorization", "Basic =="}},
        Headers{{"authorization", "Digest user"}}, Headers{{"x-auth-token", ""}},
        Headers{{"authorization", "Bearer user"}, {"x-auth-token", "wrong"}},
        Headers{{"cookie", "key=user"}}})
    EXPECT_EQ(status(Method::get, "/jobs", headers), 401);
  EXPECT_EQ(handled_, 5);
}

TEST_F(GateTest, NothingButHealthAnswersWithoutAKey) {
  start_with_two_keys();
  EXPECT_EQ(status(Method::get, "/healthz"), 200);
  EXPECT_EQ(status(Method::head, "/healthz"), 200);
  EXPECT_EQ(status(Method::get, "http://elsewhere/healthz"), 200);
  EXPECT_EQ(handled_, 3);
  for (const char* target :
       {"/jobs", "/admin", "/nowhere", "/", "//healthz", "/healthz/", "/healthz/../jobs", "/./healthz",
        "/%2e/healthz", "/healthz;/jobs", "http://localhost/jobs", "/HEALTHZ"})
    for (Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del,
                          Method::options, Method::other})
      EXPECT_EQ(status(method, target), 401) << to_string(method) << target;
  EXPECT_EQ(status(Method::post, "/healthz"), 401);
  EXPECT_EQ(handled_, 3);
}

TEST_F(GateTest, WhoHasNoKeyIsToldInTheWayHeUnderstands) {
  start_with_two_keys();
  const Response program = ask(Method::get, "/jobs");
  EXPECT_EQ(program.content_type, "application/problem+json");
  EXPECT_EQ(header_of(program, "WWW-Authenticate"), "Bearer realm=\"code-exec\"");
  const Response person = ask(Method::get, "/jobs", {{"accept", "text/html,*/*;q=0.8"}});
  EXPECT_EQ(person.status, 401);
  EXPECT_EQ(header_of(person, "WWW-Authenticate"), "Basic realm=\"code-exec\"");
  EXPECT_EQ(program.body.find("nowhere"), std::string::npos);
  EXPECT_EQ(ask(Method::get, "/nowhere").body, program.body) << "what is not there looks like what is";
}

TEST_F(GateTest, WhatAPageOfOursNeedsIsToldOfBasicAsThePageWas) {
  start_with_two_keys();
  auto scheme = [&](Headers headers) {
    const Response response = ask(Method::get, "/jobs", std::move(headers));
    EXPECT_EQ(response.status, 401);
    const std::string told = header_of(response, "WWW-Authenticate");
    return told.substr(0, told.find(' '));
  };
  EXPECT_EQ(scheme({{"sec-fetch-site", "same-origin"}}), "Basic");
  EXPECT_EQ(scheme({{"host", "box:3000"}, {"referer", "http://box:3000/admin/queues/queue/x"}}), "Basic");
  EXPECT_EQ(scheme({{"sec-fetch-site", "cross-site"}}), "Bearer");
  EXPECT_EQ(scheme({{"host", "box:3000"}, {"referer", "http://box:30001/"}}), "Bearer");
  EXPECT_EQ(scheme({{"host", "box:3000"}, {"referer", "http://box:3000/"}, {"sec-fetch-site", "same-site"}}),
            "Bearer");
}

TEST_F(GateTest, AdminRoutesNeedAnAdminsKey) {
  start_with_two_keys();
  EXPECT_EQ(status(Method::get, "/admin", bearer("admin")), 200);
  EXPECT_EQ(status(Method::get, "/jobs", bearer("admin")), 200);
  const Response refused = ask(Method::get, "/admin", bearer("user"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.content_type, "application/problem+json");
  Headers person = basic("user");
  person["accept"] = "text/html";
  const Response asked_again = ask(Method::get, "/admin", person);
  EXPECT_EQ(asked_again.status, 401) << "a browser would show the same key for ever";
  EXPECT_EQ(header_of(asked_again, "WWW-Authenticate"), "Basic realm=\"code-exec admin\"");
  EXPECT_EQ(handled_, 2);
}

TEST_F(GateTest, PagesOfOtherOriginsChangeNothing) {
  start({});
  const std::vector<Headers> foreign = {
      {{"origin", "https://evil.example"}},
      {{"origin", "http://localhost:8080"}},
      {{"origin", "null"}},
      {{"sec-fetch-site", "cross-site"}},
      {{"sec-fetch-site", "same-site"}},
      {{"sec-fetch-site", "cross-site"}, {"origin", "http://localhost:3000"}}};
  for (const Headers& headers : foreign) {
    EXPECT_EQ(status(Method::post, "/jobs", headers), 403) << headers.begin()->second;
    Headers upgrade = headers;
    upgrade["upgrade"] = "websocket";
    EXPECT_EQ(status(Method::get, "/jobs", upgrade), 403) << headers.begin()->second;
    EXPECT_EQ(status(Method::get, "/jobs", headers), 200)
        << "the browser does not show the answer to the page";
  }
  EXPECT_EQ(handled_, 6);
  for (const Headers& own : {Headers{}, Headers{{"origin", "http://localhost:3000"}},
                             Headers{{"sec-fetch-site", "same-origin"}, {"origin", "https://behind.proxy"}},
                             Headers{{"sec-fetch-site", "none"}}})
    EXPECT_EQ(status(Method::post, "/jobs", own), 200);
}

TEST_F(GateTest, AnOriginThatIsListedMayAskAndReadTheAnswer) {
  start_with_two_keys({.origins = *Origins::parse({"https://a.example", "http://localhost:8080"})});
  const Headers from_a = {{"origin", "https://a.example"},
                          {"sec-fetch-site", "cross-site"},
                          {"access-control-request-method", "POST"}};
  const Response preflight = ask(Method::options, "/anything", from_a);
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(header_of(preflight, "Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_EQ(header_of(preflight, "Access-Control-Allow-Credentials"), "true");
  EXPECT_THAT(header_of(preflight, "Access-Control-Allow-Headers"), HasSubstr("Authorization"));
  EXPECT_THAT(header_of(preflight, "Access-Control-Allow-Methods"), HasSubstr("DELETE"));
  EXPECT_EQ(header_of(preflight, "Vary"), "Origin");

  Headers with_key = from_a;
  with_key["authorization"] = "Bearer user";
  const Response answer = ask(Method::post, "/jobs", with_key);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header_of(answer, "Access-Control-Allow-Origin"), "https://a.example");
  EXPECT_THAT(header_of(answer, "Access-Control-Expose-Headers"),
              HasSubstr("Location, Retry-After, RateLimit"));
  const Response without_key = ask(Method::post, "/jobs", from_a);
  EXPECT_EQ(without_key.status, 401);
  EXPECT_EQ(header_of(without_key, "Access-Control-Allow-Origin"), "https://a.example")
      << "so that it is read";

  for (std::string other : {"https://b.example", "https://a.example.evil", "http://a.example", "null"}) {
    Headers from_b = with_key;
    from_b["origin"] = other;
    const Response refused = ask(Method::post, "/jobs", from_b);
    EXPECT_EQ(refused.status, 403) << other;
    EXPECT_EQ(header_of(refused, "Access-Control-Allow-Origin"), "");
    EXPECT_EQ(header_of(refused, "Vary"), "Origin");
    from_b.erase("authorization");
    EXPECT_EQ(status(Method::options, "/jobs", from_b), 401) << other;
  }
}

TEST_F(GateTest, EveryOriginMayAskWithItsOwnKeyButNotWithTheBrowsers) {
  start_with_two_keys({.origins = *Origins::parse({"*"})});
  Headers foreign = bearer("user");
  foreign["origin"] = "https://a.example";
  const Response answer = ask(Method::post, "/jobs", foreign);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(header_of(answer, "Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(header_of(answer, "Access-Control-Allow-Credentials"), "");
  foreign["authorization"] = basic("user")["authorization"];
  EXPECT_EQ(status(Method::post, "/jobs", foreign), 403);
  EXPECT_EQ(status(Method::post, "/jobs", basic("user")), 200);
}

TEST_F(GateTest, WithoutKeysANameThatWasMadeToMeanThisMachineIsRefused) {
  start({}, {.local_hosts_only = true});
  for (const char* host : {"localhost", "localhost:3000", "LOCALHOST", "app.localhost:80", "127.0.0.1:3000",
                           "127.9.9.9", "[::1]:3000", "[::1]"})
    EXPECT_EQ(status(Method::get, "/jobs", {{"host", host}}), 200) << host;
  for (const char* host :
       {"evil.example", "evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example",
        "192.168.1.1:3000", "[2001:db8::1]:3000", "", "[", "xlocalhost"}) {
    EXPECT_EQ(status(Method::get, "/jobs", {{"host", host}}), 403) << host;
    EXPECT_EQ(status(Method::get, "/healthz", {{"host", host}}), 200) << host;
  }
}

TEST_F(GateTest, WithKeysAnyNameWillDo) {
  start_with_two_keys({.local_hosts_only = true});
  Headers headers = bearer("user");
  headers["host"] = "code.example.org";
  EXPECT_EQ(status(Method::get, "/jobs", headers), 200);
}

TEST_F(GateTest, WhoSubmitsTooFastIsToldWhenToComeBack) {
  start_with_two_keys({.limits = {.rate = 0.5, .burst = 2}});
  const Response first = ask(Method::post, "/jobs", bearer("user"));
  EXPECT_EQ(header_of(first, "RateLimit-Policy"), R"("submissions";q=2;w=4)");
  EXPECT_EQ(header_of(first, "RateLimit"), R"("submissions";r=1;t=2)");
  EXPECT_EQ(status(Method::post, "/jobs", bearer("user")), 200);
  const Response refused = ask(Method::post, "/jobs", bearer("user"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(header_of(refused, "Retry-After"), "2");
  EXPECT_EQ(header_of(refused, "RateLimit"), R"("submissions";r=0;t=4)");
  EXPECT_EQ(status(Method::post, "/jobs", bearer("admin")), 200) << "another client";
  EXPECT_EQ(status(Method::get, "/jobs", bearer("user")), 200) << "only submissions are counted";
  EXPECT_EQ(status(Method::post, "/admin", bearer("admin")), 200);
  clock_.advance(2s);
  EXPECT_EQ(status(Method::post, "/jobs", bearer("user")), 200);
  EXPECT_EQ(status(Method::post, "/jobs", bearer("user")), 429);
}

TEST_F(GateTest, ABatchCountsAsManyAsItHas) {
  start({}, {.limits = {.rate = 1, .burst = 5}});
  EXPECT_EQ(status(Method::post, "/batch"), 200);
  const Response refused = ask(Method::post, "/jobs");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header_of(refused, "Retry-After"), "6");
}

TEST_F(GateTest, AKeysOwnLimitsHold) {
  access::Key free = key_of("free");
  free.rate = 0;
  access::Key slow = key_of("slow");
  slow.rate = 1;
  start({free, slow, key_of("usual")}, {.limits = {.rate = 3, .burst = 4}});
  const auto admitted = [this](const std::string& key) {
    int count = 0;
    for (int i = 0; i < 20; ++i) count += status(Method::post, "/jobs", bearer(key)) == 200;
    return count;
  };
  EXPECT_EQ(admitted("free"), 20);
  EXPECT_EQ(admitted("slow"), 1);
  EXPECT_EQ(admitted("usual"), 4);
}

TEST_F(GateTest, WithoutKeysAClientIsAnAddress) {
  start({}, {.limits = {.rate = 1}, .trusted_proxies = {*access::Network::parse("10.0.0.1")}});
  const auto from = [this](std::string address, Headers headers = {}) {
    address_ = std::move(address);
    return status(Method::post, "/jobs", std::move(headers));
  };
  EXPECT_EQ(from("1.1.1.1"), 200);
  EXPECT_EQ(from("1.1.1.1"), 429);
  EXPECT_EQ(from("1.1.1.1", {{"x-forwarded-for", "9.9.9.9"}}), 429) << "it says so itself";
  EXPECT_EQ(from("1.1.1.2"), 200);
  EXPECT_EQ(from("2001:db8::1"), 200);
  EXPECT_EQ(from("2001:db8::2"), 429);
  EXPECT_EQ(from("10.0.0.1", {{"x-forwarded-for", "9.9.9.9"}}), 200);
  EXPECT_EQ(from("10.0.0.1", {{"x-forwarded-for", "8.8.8.8, 9.9.9.9"}}), 429);
  EXPECT_EQ(from("10.0.0.1", {{"x-forwarded-for", "8.8.8.8"}}), 200);
}

TEST_F(GateTest, ARequestIsUnderWayUntilItsAnswerHasGone) {
  start_with_two_keys({.limits = {.concurrency = 1}});
  std::optional<Response> streaming = ask(Method::get, "/jobs", bearer("user"));
  const Response refused = ask(Method::get, "/jobs", bearer("user"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(header_of(refused, "Retry-After"), "1");
  EXPECT_EQ(status(Method::get, "/jobs", bearer("admin")), 200);
  EXPECT_EQ(status(Method::get, "/healthz"), 200);
  streaming.reset();
  EXPECT_EQ(status(Method::get, "/jobs", bearer("user")), 200);
}

TEST_F(GateTest, CountsWhatItRefuses) {
  start_with_two_keys({.limits = {.rate = 1}});
  ask(Method::get, "/jobs");
  ask(Method::get, "/nowhere", bearer("guess"));
  ask(Method::get, "/admin", bearer("user"));
  ask(Method::post, "/jobs", {{"origin", "https://evil.example"}});
  ask(Method::post, "/jobs", bearer("user"));
  ask(Method::post, "/jobs", bearer("user"));
  for (const char* reason : {"no_key", "unknown_key", "not_admin", "cross_origin", "rate"})
    EXPECT_THAT(metrics(),
                HasSubstr("code_exec_http_refused_total{reason=\"" + std::string(reason) + "\"} 1"));
  EXPECT_THAT(metrics(), HasSubstr("code_exec_http_refused_total{reason=\"concurrency\"} 0"));
  EXPECT_THAT(metrics(), testing::Not(HasSubstr("user")));
}

TEST(OriginsTest, AreWhatBrowsersSend) {
  for (std::vector<std::string> right : {std::vector<std::string>{"*"},
                                         {"https://example.org"},
                                         {"http://localhost:8080", "https://[::1]:3"},
                                         {"chrome-extension://abcdef"}})
    EXPECT_TRUE(Origins::parse(right)) << right[0];
  for (std::vector<std::string> wrong : {std::vector<std::string>{"*", "https://example.org"},
                                         {"example.org"},
                                         {"https://example.org/"},
                                         {"https://Example.org"},
                                         {"https://*.example.org"},
                                         {"null"},
                                         {""},
                                         {"://x"},
                                         {"https://a b"}})
    EXPECT_FALSE(Origins::parse(wrong)) << wrong[0];
  EXPECT_FALSE(Origins::parse({})->any());
}

}  // namespace
}  // namespace code_exec::http
