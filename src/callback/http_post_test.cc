#include "callback/http_post.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <latch>

#include "base/fd.h"
#include "base/run_for_test.h"
#include "base/task_group.h"
#include "callback/resolver.h"

namespace code_exec::callback {
namespace {

using namespace std::chrono_literals;
using net::ip::tcp;

// Answers every request with the same bytes; with none it keeps silent and the connection open.
class RawServer {
 public:
  explicit RawServer(net::io_context& loop, std::string answer)
      : acceptor_(loop, tcp::endpoint(net::ip::address_v4::loopback(), 0)),
        answer_(std::move(answer)),
        group_(loop.get_executor()) {
    group_.spawn("server", accept());
  }
  Task<void> stop() {
    boost::system::error_code error;
    acceptor_.close(error);
    for (auto& socket : sockets_) socket->close(error);
    co_return co_await group_.stop();
  }
  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + "/done?x";
  }
  std::string request;

 private:
  net::awaitable<void> accept() {
    for (;;) {
      boost::system::error_code error;
      auto socket = co_await acceptor_.async_accept(net::redirect_error(net::use_awaitable, error));
      if (error) co_return;
      sockets_.push_back(std::make_shared<tcp::socket>(std::move(socket)));
      group_.spawn("connection", answer(sockets_.back()));
    }
  }
  net::awaitable<void> answer(std::shared_ptr<tcp::socket> socket) {
    boost::system::error_code error;
    std::string received;
    co_await net::async_read_until(*socket, net::dynamic_buffer(received), "body",
                                   net::redirect_error(net::use_awaitable, error));
    request += received;
    if (answer_.empty()) {  // until the client goes
      co_await net::async_read_until(*socket, net::dynamic_buffer(received), "nothing",
                                     net::redirect_error(net::use_awaitable, error));
      co_return;
    }
    co_await net::async_write(*socket, net::buffer(answer_), net::redirect_error(net::use_awaitable, error));
    socket->shutdown(tcp::socket::shutdown_send, error);
  }

  tcp::acceptor acceptor_;
  std::string answer_;
  std::vector<std::shared_ptr<tcp::socket>> sockets_;  // shared with their coroutines
  TaskGroup group_;
};

class HttpPostTest : public testing::Test {
 protected:
  Result<Answer> post_to(const std::string& url, HttpPostOptions options = {.reach = Reach::private_too}) {
    http_ = make_http_post(loop_.get_executor(), options);
    return run_to_end(loop_, http_->post(make(url)));
  }
  Result<Answer> answer_to(const std::string& bytes) {
    RawServer server(loop_, bytes);
    auto answer = post_to(server.url());
    request_ = server.request;
    EXPECT_TRUE(run_to_end(loop_, server.stop()));
    return answer;
  }
  static Post make(const std::string& url) {
    auto parsed = parse_url(url);
    EXPECT_TRUE(parsed) << url;
    return {.url = *parsed, .headers = {{"X-Test", "yes"}}, .body = "the body"};
  }

  net::io_context loop_;
  std::unique_ptr<HttpPost> http_;
  std::string request_;
};

TEST_F(HttpPostTest, SendsTheWholeAndGivesTheStatus) {
  auto answer = answer_to("HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok");

  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 202);
  EXPECT_FALSE(answer->retry_after);
  EXPECT_EQ(request_.find("POST /done?x HTTP/1.1\r\n"), 0U) << request_;
  EXPECT_NE(request_.find("\r\nHost: 127.0.0.1:"), std::string::npos);
  EXPECT_NE(request_.find("\r\nX-Test: yes\r\n"), std::string::npos);
  EXPECT_NE(request_.find("\r\nContent-Length: 8\r\n"), std::string::npos);
  EXPECT_NE(request_.find("\r\n\r\nthe body"), std::string::npos);
}

TEST_F(HttpPostTest, GivesARedirectAsItIs) {
  auto answer = answer_to("HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\n\r\n");

  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 307);
}

TEST_F(HttpPostTest, ReadsRetryAfterInSeconds) {
  auto retry_after = [this](const std::string& value) {
    auto answer = answer_to("HTTP/1.1 503 Busy\r\nRetry-After: " + value + "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(answer);
    return answer ? answer->retry_after : std::nullopt;
  };
  EXPECT_EQ(retry_after("120"), 120s);
  EXPECT_FALSE(retry_after("-1"));
  EXPECT_FALSE(retry_after("99999999999999999999"));
  EXPECT_FALSE(retry_after("Fri, 31 Dec 1999 23:59:59 GMT"));
}

TEST_F(HttpPostTest, IsContentWithTheStatusOfAnEndlessAnswer) {
  auto answer = answer_to("HTTP/1.1 200 OK\r\n\r\n" + std::string(4 << 20, 'x'));

  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 200);
}

TEST_F(HttpPostTest, IsContentWithTheStatusOfALongAnswer) {
  auto answer = answer_to("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 999999999999999\r\n\r\nx");

  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 503);
  EXPECT_EQ(answer->retry_after, 7s);
}

TEST_F(HttpPostTest, WaitsForTheFinalAnswer) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";

  auto answer = answer_to(interim + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 200);

  std::string endless;
  for (int i = 0; i < 100; ++i) endless += interim;
  EXPECT_FALSE(answer_to(endless));
}

TEST_F(HttpPostTest, RefusesWhatIsNoAnswer) {
  for (const std::string& bytes :
       {std::string("hello\r\n\r\n"), "HTTP/1.1 200 OK\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n"}) {
    auto answer = answer_to(bytes);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::unavailable);
  }
}

TEST_F(HttpPostTest, GivesUpOnWhoDoesNotAnswer) {
  RawServer server(loop_, "");

  auto answer = post_to(server.url(), {.reach = Reach::private_too, .whole_max = 200ms});

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
  EXPECT_TRUE(run_to_end(loop_, server.stop()));
}

TEST_F(HttpPostTest, EndsWhatIsUnderWayWhenItStops) {
  RawServer server(loop_, "");
  http_ = make_http_post(loop_.get_executor(), {.reach = Reach::private_too});
  TaskGroup group(loop_.get_executor());
  auto stop_soon = [](HttpPost& http, RawServer& silent) -> net::awaitable<void> {
    auto executor = co_await net::this_coro::executor;
    net::steady_timer timer(executor);
    while (silent.request.empty()) {
      timer.expires_after(5ms);
      co_await timer.async_wait(net::use_awaitable);
    }
    http.stop();
  };
  group.spawn("stop", stop_soon(*http_, server));

  auto answer = run_to_end(loop_, http_->post(make(server.url())));
  auto later = run_to_end(loop_, http_->post(make(server.url())));

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::cancelled);
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, Errc::cancelled);
  EXPECT_TRUE(run_to_end(loop_, server.stop()));
  EXPECT_TRUE(run_to_end(loop_, group.join()));
}

// Takes no connection and does not say so: its backlog is full. At 127.0.0.2.
class SilentPort {
 public:
  explicit SilentPort(std::uint16_t port) {
    sockaddr_in at{
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(0x7f000002)}, .sin_zero = {}};
    const auto* address = reinterpret_cast<const sockaddr*>(&at);
    EXPECT_EQ(bind(listening_.get(), address, sizeof at), 0);
    EXPECT_EQ(listen(listening_.get(), 0), 0);
    for (const Fd& one : waiting_) (void)connect(one.get(), address, sizeof at);
  }

 private:
  static Fd make() { return Fd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)); }
  Fd listening_ = make();
  std::array<Fd, 4> waiting_{make(), make(), make(), make()};
};

std::vector<net::ip::address> silent_and_ready(const std::string&) {
  return {net::ip::make_address("127.0.0.2"), net::ip::make_address("127.0.0.1")};
}

TEST_F(HttpPostTest, TriesTheNextAddressWhereOneIsSilent) {
  RawServer server(loop_, "HTTP/1.1 200 OK\r\n\r\n");
  const std::string port = server.url().substr(std::string("http://127.0.0.1:").size());
  SilentPort silent(static_cast<std::uint16_t>(std::stoi(port)));

  auto answer = post_to("http://two.example:" + port,
                        {.reach = Reach::private_too, .connect_max = 1s, .lookup = silent_and_ready});

  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(answer->status, 200);
  EXPECT_TRUE(run_to_end(loop_, server.stop()));
}

TEST_F(HttpPostTest, HasABoundOnPostsToOneAddressWhateverTheNames) {
  RawServer server(loop_, "");
  const std::string port = server.url().substr(std::string("http://127.0.0.1:").size());
  http_ =
      make_http_post(loop_.get_executor(),
                     {.reach = Reach::private_too, .per_address_max = 2, .lookup = [](const std::string&) {
                        return std::vector{net::ip::make_address("127.0.0.1")};
                      }});
  TaskGroup group(loop_.get_executor());
  std::vector<Errc> ends;
  auto post = [&](std::string host) -> net::awaitable<void> {
    Post message = make("http://" + host + ":" + port);
    auto answer = co_await http_->post(std::move(message));
    EXPECT_FALSE(answer);
    ends.push_back(answer.error().code);
    if (ends.size() == 1) http_->stop();
  };
  for (const char* host : {"a.example", "b.example", "c.example"}) group.spawn("post", post(host));

  EXPECT_TRUE(run_to_end(loop_, group.join()));

  EXPECT_EQ(ends, (std::vector{Errc::full, Errc::cancelled, Errc::cancelled}));
  EXPECT_TRUE(run_to_end(loop_, server.stop()));
}

TEST_F(HttpPostTest, ConnectsToNoPrivateAddressHoweverItIsWritten) {
  RawServer server(loop_, "HTTP/1.1 200 OK\r\n\r\n");
  const std::string port = server.url().substr(std::string("http://127.0.0.1").size());
  for (const char* host :
       {"127.0.0.1", "127.1", "0x7f.1", "2130706433", "localhost", "[::1]", "[::ffff:127.0.0.1]"}) {
    auto answer = post_to("http://" + std::string(host) + port, {});
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().code, Errc::invalid) << host << ": " << answer.error().detail;
  }
  EXPECT_TRUE(server.request.empty());
  EXPECT_TRUE(run_to_end(loop_, server.stop()));
}

// --- lookups

TEST(Resolver, LooksUpNoAddress) {
  net::io_context loop;
  Resolver resolver(loop.get_executor(), [](const std::string&) { return std::vector<net::ip::address>(); });
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    auto found = run_to_end(loop, resolver.resolve(address, 1s));
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, std::vector{net::ip::make_address(address)});
  }
}

std::latch& hanging() {
  static std::latch latch(1);
  return latch;
}

std::vector<net::ip::address> hang(const std::string&) {
  hanging().wait();
  return {};
}

TEST(Resolver, LeavesALookupThatDoesNotEnd) {
  net::io_context loop;
  {
    Resolver resolver(loop.get_executor(), hang);
    for (int i = 0; i < lookups_max; ++i) {
      auto found = run_to_end(loop, resolver.resolve("slow.example", 1ms));
      ASSERT_FALSE(found);
      EXPECT_EQ(found.error().code, Errc::timeout);
    }
    auto full = run_to_end(loop, resolver.resolve("slow.example", 1ms));
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().code, Errc::full);
  }
  hanging().count_down();
}

}  // namespace
}  // namespace code_exec::callback
