#include "redis/connection.h"

#include <hiredis/read.h>

#include <array>

#include "base/backoff.h"
#include "base/log.h"
#include "redis/stream.h"

namespace code_exec::redis {
namespace {

using namespace std::chrono_literals;

constexpr auto retry_first = 50ms;
constexpr auto retry_longest = 2000ms;
constexpr std::size_t read_bytes = std::size_t{16} * 1024;
constexpr std::size_t pending_max = 20'000;

std::string encode(const Command& command) {
  std::string bytes = "*" + std::to_string(command.size()) + "\r\n";
  for (const std::string& part : command) {
    bytes += "$" + std::to_string(part.size()) + "\r\n";
    bytes += part;
    bytes += "\r\n";
  }
  return bytes;
}

// hiredis builds replies through these (read.h); ours are values, and `parent` is the array they are in.
Reply* place(const redisReadTask* task, Reply::Type type) {
  Reply* reply = task->parent
                     ? &static_cast<Reply*>(task->parent->obj)->items[static_cast<std::size_t>(task->idx)]
                     : new Reply();
  reply->type = type;
  return reply;
}
void* make_text(const redisReadTask* task, char* text, std::size_t size) {
  Reply* reply = place(task, task->type == REDIS_REPLY_ERROR ? Reply::Type::error : Reply::Type::text);
  reply->text.assign(text, size);
  return reply;
}
void* make_array(const redisReadTask* task, int size) {
  Reply* reply = place(task, Reply::Type::array);
  reply->items.resize(static_cast<std::size_t>(size));
  return reply;
}
void* make_integer(const redisReadTask* task, long long value) {
  Reply* reply = place(task, Reply::Type::integer);
  reply->integer = value;
  return reply;
}
void* make_nil(const redisReadTask* task) {
  return place(task, Reply::Type::nil);
}
void free_reply(void* reply) {
  delete static_cast<Reply*>(reply);
}

redisReplyObjectFunctions functions{make_text, make_array, make_integer, make_nil, free_reply};

struct FreeReader {
  void operator()(redisReader* reader) const { redisReaderFree(reader); }
};
using Reader = std::unique_ptr<redisReader, FreeReader>;

}  // namespace

struct Connection::Pending {
  explicit Pending(net::any_io_executor executor) : answered(std::move(executor)) {}
  Latch answered;
  Result<Reply> reply;
};

Connection::Connection(net::any_io_executor executor, ConnectionOptions options)
    : executor_(executor), options_(std::move(options)), changed_(executor), group_(executor) {
  group_.spawn("redis connection", run());
}

Connection::~Connection() = default;

Task<Reply> Connection::call(Command command) {
  return call(std::move(command), 0ms);
}

Task<Reply> Connection::call(Command command, std::chrono::milliseconds blocks) {
  const auto deadline = std::chrono::steady_clock::now() + options_.answer_max + blocks;
  if ((!is_connected_ && has_tried_) || is_stopping_) co_return gone();
  if (pending_.size() + early_.size() >= pending_max)
    co_return Error{Errc::unavailable, "redis: too many commands wait", {}};
  auto pending = send(command);
  auto answered = co_await pending->answered.wait_until(deadline);
  if (answered) co_return std::move(pending->reply);
  if (answered.error().code == Errc::timeout && stream_) {
    log::warn("redis does not answer host={}", log::quoted(options_.url.host));
    stream_->close();
    co_return Error{Errc::unavailable, "redis: no answer in time", {}};
  }
  co_return answered.error();
}

std::shared_ptr<Connection::Pending> Connection::send(const Command& command) {
  auto pending = std::make_shared<Pending>(executor_);
  if (!is_connected_ && !is_entering_) {
    early_.push_back(pending);
    early_bytes_ += encode(command);
    return pending;
  }
  pending_.push_back(pending);
  write_soon(encode(command));
  return pending;
}

void Connection::write_soon(std::string bytes) {
  unsent_ += bytes;
  if (is_writing_) return;
  is_writing_ = true;
  group_.spawn("redis write", write());
}

net::awaitable<void> Connection::write() {
  co_await ignore_cancellation();
  while (!unsent_.empty() && stream_) {
    const std::string bytes = std::exchange(unsent_, {});
    auto written = co_await stream_->write(net::buffer(bytes));
    if (!written && stream_) stream_->close();
  }
  is_writing_ = false;
  changed_.notify();
}

// A server that has taken the connection and says nothing is no better than none.
net::awaitable<void> Connection::close_unless_entered() {
  co_await ignore_cancellation();
  const auto deadline = std::chrono::steady_clock::now() + options_.answer_max;
  while (is_reading_ && !is_connected_) {
    auto changed = co_await changed_.wait_until(deadline);
    if (changed) continue;
    if (is_reading_ && !is_connected_) stream_->close();
    break;
  }
}

net::awaitable<void> Connection::run() {
  co_await ignore_cancellation();
  Backoff backoff(retry_first, retry_longest);
  while (!is_stopping_) {
    stream_ = make_stream(executor_, options_.url.tls);
    has_entered_ = false;
    auto entered = co_await connect();
    if (entered) {
      TaskGroup watching(executor_);
      is_reading_ = true;
      watching.spawn("redis enter", close_unless_entered());
      co_await read_until_broken();
      is_reading_ = false;
      changed_.notify();
      auto watched = co_await watching.join();
      if (!watched) log::debug("redis connection not watched error={}", watched.error().detail);
      if (has_entered_) backoff.reset();
    } else {
      lose(entered.error());
    }
    // Its writer may still be at it.
    while (is_writing_) {
      auto changed = co_await changed_.wait();
      if (!changed) break;
    }
    stream_.reset();
    if (is_stopping_) break;
    auto slept = co_await pause(system_clock(), backoff.next());
    if (!slept) break;
  }
  lose(gone());
}

// What a connection begins with is written before anybody else's command.
Task<void> Connection::connect() {
  auto connected = co_await stream_->connect(options_.url, options_.connect_max);
  if (!connected) co_return connected;
  std::vector<std::pair<Command, Entering>> first;
  if (!options_.url.password.empty()) {
    Command auth{"AUTH"};
    if (!options_.url.user.empty()) auth.push_back(options_.url.user);
    auth.push_back(options_.url.password);
    first.push_back({std::move(auth), {.must_succeed = true, .is_secret = true}});
  }
  if (options_.url.database != 0)
    first.push_back({{"SELECT", std::to_string(options_.url.database)}, {.must_succeed = true}});
  // What does not know names, or refuses this one, can still be worked with.
  if (!options_.name.empty())
    first.push_back({{"CLIENT", "SETNAME", options_.name}, {.must_succeed = false}});
  first.push_back({{"PING"}, {.must_succeed = true}});
  is_entering_ = true;
  for (const auto& [command, step] : first) {
    send(command);
    entering_.push_back(step);
  }
  is_entering_ = false;
  co_return ok();
}

net::awaitable<void> Connection::read_until_broken() {
  const Reader reader(redisReaderCreateWithFunctions(&functions));
  std::vector<char> buffer(read_bytes);
  Error why{Errc::unavailable, "redis: closed", {}};
  while (true) {
    auto size = co_await stream_->read(net::buffer(buffer));
    if (!size) {
      why = size.error();
      break;
    }
    redisReaderFeed(reader.get(), buffer.data(), *size);
    void* found = nullptr;
    int status = REDIS_OK;
    while ((status = redisReaderGetReply(reader.get(), &found)) == REDIS_OK && found) {
      const std::unique_ptr<Reply> reply(static_cast<Reply*>(found));
      if (auto refused = take(std::move(*reply)); !refused) why = refused.error();
    }
    if (status == REDIS_OK && why.detail == "redis: closed") continue;
    if (status != REDIS_OK) why.detail = "redis: it does not speak its protocol";
    break;
  }
  stream_->close();
  lose(why);
}

// An answer has come. An error: the server does not let us in.
Result<void> Connection::take(Reply reply) {
  if (pending_.empty()) return Error{Errc::unavailable, "redis: an answer to nothing", {}};
  const auto pending = pending_.front();
  pending_.pop_front();
  if (!entering_.empty()) {
    const Entering step = entering_.front();
    entering_.pop_front();
    if (reply.type == Reply::Type::error && step.must_succeed) return refused(reply, step.is_secret);
    if (entering_.empty()) enter();
    return ok();
  }
  // A master that has become a replica stays one: whoever is the master now is at the other end of a new
  // connection.
  const bool was_demoted = reply.type == Reply::Type::error && reply.text.starts_with("READONLY");
  pending->reply = std::move(reply);
  pending->answered.set();
  if (was_demoted) return Error{Errc::unavailable, "redis: the server is a replica now", {}};
  return ok();
}

// A server that does not know a command may show its arguments.
Error Connection::refused(const Reply& reply, bool is_secret) {
  const std::string shown = is_secret ? "AUTH: " + reply.text.substr(0, reply.text.find(' ')) : reply.text;
  return Error{Errc::unavailable, "redis: " + shown, {}};
}

// The server has let us in. What was called meanwhile goes out.
void Connection::enter() {
  is_connected_ = true;
  has_entered_ = true;
  has_tried_ = true;
  pending_.insert(pending_.end(), early_.begin(), early_.end());
  early_.clear();
  write_soon(std::exchange(early_bytes_, {}));
  changed_.notify();
}

void Connection::lose(const Error& why) {
  if (!is_stopping_ && (is_connected_ || !has_tried_ || last_error_.detail != why.detail))
    log::warn("redis not connected host={} port={} error={}", log::quoted(options_.url.host),
              options_.url.port, log::quoted(why.detail));
  last_error_ = why;
  is_connected_ = false;
  has_tried_ = true;
  unsent_.clear();
  entering_.clear();
  early_bytes_.clear();
  pending_.insert(pending_.end(), early_.begin(), early_.end());
  early_.clear();
  for (const auto& pending : std::exchange(pending_, {})) {
    pending->reply = gone();
    pending->answered.set();
  }
  changed_.notify();
}

Error Connection::gone() const {
  if (is_stopping_) return Error{Errc::cancelled, "redis: the connection stops", {}};
  return last_error_;
}

Task<void> Connection::until_connected() {
  return until_connected(std::chrono::hours(24 * 365));
}

Task<void> Connection::until_connected(std::chrono::milliseconds bound) {
  const auto deadline = std::chrono::steady_clock::now() + bound;
  while (!is_connected_) {
    if (is_stopping_) co_return gone();
    auto changed = co_await changed_.wait_until(deadline);
    if (!changed) co_return changed;
  }
  co_return ok();
}

Task<void> Connection::stop() {
  is_stopping_ = true;
  if (stream_) stream_->close();
  changed_.notify();
  group_.cancel();
  co_return co_await group_.join();
}

}  // namespace code_exec::redis
