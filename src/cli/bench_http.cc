#include "cli/bench_http.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "base/task_group.h"
#include "cli/main_loop.h"

namespace code_exec::cli {
namespace {

namespace beast = boost::beast;
namespace beast_http = boost::beast::http;
using SteadyClock = std::chrono::steady_clock;
using tcp = net::ip::tcp;

constexpr std::chrono::seconds answer_bound{120};  // longer than a server waits before it answers 202
constexpr std::size_t answer_bytes_max = 64 << 20;

struct Target {
  std::string host;  // as in the Host header
  std::string target;
  tcp::resolver::results_type endpoints;
};

Result<Target> resolve(net::io_context& loop, const BenchLoad& load) {
  const auto url = boost::urls::parse_uri(load.url);
  if (!url || url->scheme() != "http" || url->host().empty())
    return Error{Errc::invalid, "must look like http://127.0.0.1:3000", "--url"};
  std::string path(url->encoded_path());
  while (path.ends_with('/')) path.pop_back();
  const char* route = load.answer == BenchAnswer::result ? "/submit-code?wait=true" : "/submit-code";
  const std::string port = url->has_port() && !url->port().empty() ? std::string(url->port()) : "80";

  boost::system::error_code error;
  tcp::resolver resolver(loop);
  auto endpoints = resolver.resolve(url->host_address(), port, error);
  if (error) return Error{Errc::unavailable, load.url + ": " + error.message(), {}};
  return Target{std::string(url->encoded_host_and_port()), path + route, std::move(endpoints)};
}

// The whole request, written as it is for every job: nothing is serialized while we measure.
std::string request_text(const Target& target, const BenchLoad& load) {
  boost::json::object body{{"code", load.code}, {"language", load.language}};
  if (load.cold) body["warm"] = false;
  const std::string text = boost::json::serialize(body);
  const std::string key = load.api_key.empty() ? "" : "\r\nAuthorization: Bearer " + load.api_key;
  return "POST " + target.target + " HTTP/1.1\r\nHost: " + target.host + key +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(text.size()) + "\r\n\r\n" +
         text;
}

std::string text_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

// Of the request itself, not of its moment, as a timeout (408) or a rate limit (429) is.
bool is_refusal(unsigned status) {
  return status / 100 == 4 && status != 408 && status != 429;
}

std::string problem_of(unsigned status, const boost::json::value& answer) {
  const std::string problem = "HTTP status " + std::to_string(status);
  const std::string detail = answer.is_object() ? text_of(answer.get_object(), "detail") : "";
  if (detail.empty()) return problem;
  const std::string field = text_of(answer.get_object(), "field");
  return problem + ": " + (field.empty() ? "" : field + " ") + detail;
}

class Load {
 public:
  Load(net::io_context& loop, BenchLoad load, Target target)
      : load_(std::move(load)),
        target_(std::move(target)),
        request_(request_text(target_, load_)),
        budget_(load_.bound),
        clients_(loop.get_executor()) {
    report_.clients = load_.clients;
    report_.latencies.reserve(load_.bound.jobs);
  }

  net::awaitable<void> run() {
    budget_.start();
    for (std::size_t i = 0; i < load_.clients; ++i) clients_.spawn("client", run_client());
    auto joined = co_await clients_.join();
    if (!joined) note_error(joined.error().detail);
    report_.elapsed = budget_.elapsed();
  }

  BenchReport report() && { return std::move(report_); }

 private:
  struct Connection {
    explicit Connection(net::any_io_executor executor) : stream(std::move(executor)) {}
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    bool open = false;
  };

  void note_error(std::string kind) {
    ++report_.errors;
    ++report_.error_kinds[std::move(kind)];
  }

  net::awaitable<void> run_client() {
    auto executor = co_await net::this_coro::executor;
    Connection connection(executor);
    while (budget_.take()) {
      const auto start = SteadyClock::now();
      std::string problem = co_await run_job(connection);
      if (problem.empty()) {
        report_.latencies.push_back(SteadyClock::now() - start);
      } else {
        note_error(std::move(problem));
      }
    }
  }

  // What went wrong, or nothing.
  net::awaitable<std::string> run_job(Connection& connection) {
    boost::system::error_code error;
    connection.stream.expires_after(answer_bound);
    if (!connection.open) {
      co_await connection.stream.async_connect(target_.endpoints,
                                               net::redirect_error(net::use_awaitable, error));
      if (error) co_return "connect: " + error.message();
      connection.stream.socket().set_option(tcp::no_delay(true));
      connection.open = true;
    }
    co_await net::async_write(connection.stream, net::buffer(request_),
                              net::redirect_error(net::use_awaitable, error));
    if (error) co_return lost(connection, "write: ", error);

    beast_http::response_parser<beast_http::string_body> parser;
    parser.body_limit(answer_bytes_max);
    co_await beast_http::async_read(connection.stream, connection.buffer, parser,
                                    net::redirect_error(net::use_awaitable, error));
    if (error) co_return lost(connection, "read: ", error);
    const auto& answer = parser.get();
    if (!answer.keep_alive()) {
      connection.stream.close();
      connection.open = false;
    }
    co_return judge(answer.result_int(), answer.body());
  }

  static std::string lost(Connection& connection, const char* what, const boost::system::error_code& error) {
    connection.stream.close();
    connection.buffer.clear();
    connection.open = false;
    return what + error.message();
  }

  std::string judge(unsigned status, const std::string& body) {
    const bool waits = load_.answer == BenchAnswer::result;
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(body, error);
    if (status != (waits ? 200U : 201U)) {
      if (is_refusal(status)) budget_.end();
      return problem_of(status, parsed);
    }
    if (error || !parsed.is_object()) return "the answer is not a JSON object";
    const boost::json::object& object = parsed.get_object();
    if (!waits) return text_of(object, "jobId").empty() ? "the answer has no jobId" : "";
    if (const std::string job_status = text_of(object, "status"); job_status != "completed")
      return "job " + job_status + " (" + text_of(object, "reason") + ")";
    if (load_.expect && text_of(object, "result") != *load_.expect)
      return "job completed with another result";
    return {};
  }

  BenchLoad load_;
  Target target_;
  std::string request_;
  BenchBudget budget_;
  BenchReport report_;
  TaskGroup clients_;
};

}  // namespace

Result<BenchReport> measure_http(BenchLoad load) {
  net::io_context loop(1);
  auto target = resolve(loop, load);
  if (!target) return target.error();
  Load running(loop, std::move(load), std::move(*target));
  run_main(loop, running.run());
  return std::move(running).report();
}

}  // namespace code_exec::cli
