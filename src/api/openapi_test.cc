#include "api/openapi.h"

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <boost/json/parse.hpp>
#include <cctype>
#include <set>

#include "api/routes.h"
#include "base/run_for_test.h"
#include "sandbox/signals.h"
#include "service/fake_job_service.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;

class OpenApi : public testing::Test {
 protected:
  std::set<std::string> words(const char* schema) const {
    std::set<std::string> found;
    for (const json::value& word : document_.at("components").at("schemas").at(schema).at("enum").as_array())
      if (!word.is_null()) found.emplace(word.as_string());
    return found;
  }

  const json::value document_ = json::parse(openapi_document({}));
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::set<std::string> reasons() {
  std::set<std::string> all;
  const int first = static_cast<int>(job::Reason::none) + 1;
  for (int i = first; !job::to_string(static_cast<job::Reason>(i)).empty(); ++i)
    all.emplace(job::to_string(static_cast<job::Reason>(i)));
  return all;
}

TEST_F(OpenApi, DescribesEveryRouteAndNoOther) {
  net::io_context loop;
  service::FakeJobService service(loop.get_executor());
  prometheus::Registry metrics;
  http::Router router;
  add_original_routes(router, service);
  add_jobs_routes(router, service);
  add_live_routes(router, service);
  add_openapi_routes(router, service);
  add_pages_routes(router);
  add_health_routes(
      router, [&] { return service.check_ready(); }, metrics);

  std::set<std::string> served;
  std::set<std::string> beneath_job;
  std::set<std::string> open;
  for (const http::Router::Route& route : router.routes()) {
    const std::string method = std::string(http::to_string(route.method)) + " ";
    if (route.pattern.starts_with("/job/")) {
      beneath_job.insert(method + route.pattern.substr(4));
    } else {
      served.insert(method + route.pattern);
      if (route.access == http::Access::open) open.insert(method + route.pattern);
    }
  }
  std::set<std::string> described;
  std::set<std::string> original;
  std::set<std::string> without_key;
  for (const auto& path : document_.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      if (operation.key() == "parameters") continue;
      const std::string name = upper(operation.key()) + " " + std::string(path.key());
      described.insert(name);
      const json::object& members = operation.value().as_object();
      if (members.at("tags").at(0) == "Original API") original.insert(name);
      if (members.contains("security")) without_key.insert(name);
    }
  }
  EXPECT_EQ(described, served);
  EXPECT_EQ(original, beneath_job);
  EXPECT_EQ(without_key, open);
}

TEST_F(OpenApi, KnowsTheWordsOfResults) {
  EXPECT_EQ(words("Reason"), reasons());
  std::set<std::string> verdicts = reasons();
  verdicts.insert({"accepted", "skipped"});
  EXPECT_EQ(words("Verdict"), verdicts);
  std::set<std::string> signals;
  for (const auto& [name, number] : sandbox::signals_to_programs) signals.emplace(name);
  EXPECT_EQ(words("Signal"), signals);
}

TEST_F(OpenApi, HasTheVersionAndTheLimitsOfTheOperator) {
  EXPECT_EQ(document_.at("info").at("version").as_string(), CODE_EXEC_VERSION);
  job::LimitRules rules;
  rules.defaults.processes = 7;
  rules.maxima.processes = 77;
  const json::value changed = json::parse(openapi_document(rules));
  const json::value& processes =
      changed.at("components").at("schemas").at("Limits").at("properties").at("processes");
  EXPECT_EQ(processes.at("default").to_number<int>(), 7);
  EXPECT_EQ(processes.at("maximum").to_number<int>(), 77);
}

}  // namespace
}  // namespace code_exec::api
