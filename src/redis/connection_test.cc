#include "redis/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "base/run_for_test.h"
#include "redis/server_for_test.h"

namespace code_exec::redis {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class RedisConnectionTest : public testing::Test {
 protected:
  void SetUp() override {
    auto url = server_for_test();
    if (!url) GTEST_SKIP() << url.error().detail;
    options_.url = *url;
  }
  void TearDown() override {
    if (!connection_) return;
    EXPECT_TRUE(run_to_end(loop_, connection_->stop()));
  }

  Connection& open() {
    connection_ = std::make_unique<Connection>(loop_.get_executor(), options_);
    return *connection_;
  }
  Result<Reply> call(Connection& connection, Command command) {
    return run_to_end(loop_, connection.call(std::move(command)));
  }

  net::io_context loop_;
  ConnectionOptions options_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(RedisConnectionTest, AnswersEveryTypeOfReply) {
  Connection& connection = open();
  const std::string bytes("a\r\n\0b", 5);
  ASSERT_TRUE(call(connection, {"DEL", "key", "list"}));

  EXPECT_EQ(call(connection, {"SET", "key", bytes})->text, "OK");
  EXPECT_EQ(call(connection, {"GET", "key"})->text, bytes);
  EXPECT_EQ(call(connection, {"RPUSH", "list", "x", "y"})->integer, 2);
  EXPECT_EQ(call(connection, {"GET", "nothing"})->type, Reply::Type::nil);
  const auto list = call(connection, {"LRANGE", "list", "0", "-1"});
  ASSERT_EQ(list->items.size(), 2u);
  EXPECT_EQ(list->items[1].text, "y");
  const auto nested = call(connection, {"EVAL", "return {1, {'two', {}}, false}", "0"});
  ASSERT_EQ(nested->items.size(), 3u);
  EXPECT_EQ(nested->items[1].items[0].text, "two");
  EXPECT_EQ(nested->items[2].type, Reply::Type::nil);
}

TEST_F(RedisConnectionTest, AnErrorReplyIsAnAnswer) {
  const auto reply = call(open(), {"NO-SUCH-COMMAND"});

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->type, Reply::Type::error);
  EXPECT_THAT(reply->text, HasSubstr("unknown command"));
}

TEST_F(RedisConnectionTest, EntersItsDatabaseUnderItsName) {
  options_.url.database = 3;
  options_.name = "worker:3";

  const auto reply = call(open(), {"CLIENT", "INFO"});

  EXPECT_THAT(reply->text, testing::AllOf(HasSubstr(" db=3 "), HasSubstr(" name=worker:3 ")));
}

TEST_F(RedisConnectionTest, TellsWhyItIsNotLetIn) {
  options_.url.password = "wrong";

  const auto reply = call(open(), {"PING"});

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
  EXPECT_THAT(reply.error().detail, testing::AllOf(HasSubstr("AUTH"), testing::Not(HasSubstr("wrong"))));
}

TEST_F(RedisConnectionTest, ComesBackAfterItWasCutOff) {
  Connection& connection = open();
  ASSERT_TRUE(call(connection, {"PING"}));
  const auto first = call(connection, {"CLIENT", "ID"});
  // The server ends the connection, with our command unanswered or answered last.
  (void)call(connection, {"CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"});

  ASSERT_TRUE(run_to_end(loop_, connection.until_connected()));

  EXPECT_EQ(call(connection, {"PING"})->text, "PONG");
  EXPECT_GT(call(connection, {"CLIENT", "ID"})->integer, first->integer);
}

TEST_F(RedisConnectionTest, AnswersWhatIsCalledAtAnyMomentOfConnecting) {
  Connection& connection = open();
  std::size_t called = 0;
  std::size_t answered = 0;
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (!connection.is_connected() && std::chrono::steady_clock::now() < deadline) {
    ++called;
    Command ping{"PING"};
    net::co_spawn(loop_, connection.call(std::move(ping)),
                  [&](std::exception_ptr, Result<Reply> reply) { answered += reply ? 1 : 0; });
    loop_.restart();
    loop_.run_one_until(deadline);
  }
  while (answered < called && std::chrono::steady_clock::now() < deadline) loop_.run_one_until(deadline);

  EXPECT_EQ(answered, called);
  ASSERT_TRUE(connection.is_connected());
}

// A server that accepts and says nothing until it is told to go away.
TEST_F(RedisConnectionTest, GivesUpAServerThatAcceptsAndSaysNothing) {
  net::ip::tcp::acceptor acceptor(loop_, {net::ip::address_v4::loopback(), 0});
  options_.url.port = acceptor.local_endpoint().port();
  options_.answer_max = 100ms;
  Connection& connection = open();

  EXPECT_EQ(call(connection, {"PING"}).error().code, Errc::unavailable);
  net::ip::tcp::socket first(loop_);
  acceptor.accept(first);
  // It comes again, and again.
  net::ip::tcp::socket second(loop_);
  bool came = false;
  acceptor.async_accept(second, [&came](const boost::system::error_code& error) { came = !error; });
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  loop_.restart();
  while (!came && std::chrono::steady_clock::now() < deadline) loop_.run_one_until(deadline);
  EXPECT_TRUE(came);
}

TEST_F(RedisConnectionTest, AnswersUnderANameThatTheServerRefuses) {
  options_.name = "two words";

  EXPECT_EQ(call(open(), {"PING"})->text, "PONG");
}

TEST_F(RedisConnectionTest, StopsAtAnyMomentOfConnecting) {
  for (int turns = 0; turns < 30; ++turns) {
    Connection& connection = open();
    loop_.restart();
    for (int i = 0; i < turns; ++i) loop_.poll_one();

    ASSERT_TRUE(run_to_end(loop_, connection.stop())) << turns;
  }
}

TEST_F(RedisConnectionTest, WhereNobodyListensACallFails) {
  options_.url.port = free_port();

  const auto reply = call(open(), {"PING"});

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
}

TEST_F(RedisConnectionTest, ACallThatIsNotAnsweredInTimeFails) {
  options_.answer_max = 50ms;
  Connection& connection = open();
  ASSERT_TRUE(call(connection, {"PING"}));

  const auto reply = call(connection, {"BLPOP", "nothing-comes-here", "60"});

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
}

TEST_F(RedisConnectionTest, StopEndsACallThatWaits) {
  Connection& connection = open();
  ASSERT_TRUE(call(connection, {"PING"}));
  std::optional<Result<Reply>> result;
  Command blocks{"BLPOP", "nothing-comes-here", "60"};
  net::co_spawn(loop_, connection.call(std::move(blocks), 60s),
                [&](std::exception_ptr, Result<Reply> reply) { result = std::move(reply); });
  loop_.restart();
  loop_.poll();

  ASSERT_TRUE(run_to_end(loop_, connection.stop()));
  ASSERT_TRUE(run_to_end(loop_, connection.stop()));
  loop_.restart();
  loop_.poll();

  ASSERT_TRUE(result);
  ASSERT_FALSE(*result);
  EXPECT_EQ(result->error().code, Errc::cancelled);
}

}  // namespace
}  // namespace code_exec::redis
