#include "http/session.h"

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/log.h"
#include "http/response_head.h"

namespace code_exec::http {
namespace {

using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t header_read_bytes = 4 << 10;
constexpr std::size_t body_read_bytes = 64 << 10;
constexpr std::size_t idle_buffer_bytes_max = 16 << 10;
// A closed socket with unread bytes resets the connection, and the client may lose our answer: so what it
// still sends is read and dropped, this long.
constexpr std::chrono::seconds linger_time{2};
// The client closed, or only its sending side: an answer that comes this soon is still written to it.
constexpr std::chrono::seconds half_close_grace{1};

constexpr std::string_view unmatched = "unmatched";

}  // namespace

Session::Session(std::shared_ptr<Connections> connections, Socket socket, std::string remote, Mode mode)
    : mode_(mode),
      shared_(std::move(connections)),
      socket_(std::move(socket)),
      remote_address_(std::move(remote)),
      wake_(shared_->executor, net::steady_timer::time_point::max()) {}

void Session::start() {
  shared_->add(*this);
  auto self = shared_from_this();
  auto work = mode_ == Mode::serve ? serve(self) : refuse(self);
  net::co_spawn(shared_->executor, std::move(work),
                net::bind_cancellation_slot(cancellation_.slot(),
                                            [self](std::exception_ptr failure) { self->on_end(failure); }));
}

void Session::on_end(std::exception_ptr failure) {
  try {
    // Once cancelled, every await throws: that is not news.
    if (failure && !cancelled_) std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    log::error("connection failed error={}", log::quoted(error.what()));
  } catch (...) {
    log::error("connection failed");
  }
  forget_body();
  forget_unsent();
  deadline_ = no_deadline;
  error_code ignored;
  socket_.close(ignored);
  shared_->remove(*this);
}

net::awaitable<void> Session::serve(std::shared_ptr<Session> self) {
  for (;;) {
    const Received received = co_await self->receive();
    if (received == Received::gone) co_return;
    if (received == Received::rejected) {
      const bool sent = co_await self->send(self->rejection_, true, false);
      if (sent) co_await self->linger();
      co_return;
    }
    const bool with_body = self->parser_->request().method != Method::head;
    Response response;
    const bool handled = co_await self->handle(response);
    if (!handled) co_return;
    if (response.upgrade) {
      co_await self->upgrade(response);
      co_return;
    }
    if (response.stream) {
      const bool streamed = co_await self->stream(response, with_body);
      if (streamed) co_await self->linger();
      co_return;
    }
    const bool keep_alive = self->parser_->keep_alive() && !self->shared_->stopping() && !self->input_ended_;
    const bool sent = co_await self->send(response, with_body, keep_alive);
    if (!sent) co_return;
    if (keep_alive) continue;
    if (!self->input_.empty()) co_await self->linger();
    co_return;
  }
}

net::awaitable<void> Session::refuse(std::shared_ptr<Session> self) {
  self->reject(503, "Unavailable", "this server has as many connections as it takes");
  const bool sent = co_await self->send(self->rejection_, true, false);
  if (sent) co_await self->linger();
}

// ---------------------------------------------------------------------------------------------------------
// Requests in

net::awaitable<Session::Received> Session::receive() {
  const ServerOptions& options = shared_->options;
  parser_.emplace(ParserBounds{options.header_bytes_max, options.body_bytes_max});
  if (!reading_) input_.shrink(idle_buffer_bytes_max);
  enter(Phase::idle, Clock::now() + options.idle_timeout);
  for (;;) {
    if (const auto received = parse()) co_return *received;
    if (phase_ == Phase::body && parser_->take_expectation()) {
      const Deadline until = deadline_;
      const bool sent = co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
      if (!sent) co_return Received::gone;
      enter(Phase::body, until);
      continue;  // a part of the body may have come meanwhile
    }
    if (input_ended_) co_return Received::gone;
    if (phase_ == Phase::idle && (shared_->stopping() || expired_)) co_return Received::gone;
    if (expired_) co_return reject(408, "Request timeout", "the request did not come in time");
    const std::size_t left = phase_ == Phase::body ? parser_->body_bytes_left() : 0;
    start_read(std::clamp(left, header_read_bytes, body_read_bytes));
    co_await woken();
  }
}

std::optional<Session::Received> Session::parse() {
  // One empty line before a request is passed over (RFC 9112, 2.2).
  if (phase_ == Phase::idle && input_.bytes().starts_with("\r\n")) input_.consume(2);
  if (input_.empty() || (phase_ == Phase::idle && input_.bytes() == "\r")) return std::nullopt;
  const ServerOptions& options = shared_->options;
  if (phase_ == Phase::idle) enter(Phase::header, Clock::now() + options.header_timeout);

  input_.consume(parser_->put(input_.bytes()));
  const RequestParser::State state = parser_->state();
  if (state == RequestParser::State::rejected) {
    const Rejection& why = parser_->rejection();
    return reject(why.status, why.title, why.detail);
  }
  if (!account_body()) return reject(503, "Unavailable", "too many large requests at this time");
  if (state == RequestParser::State::done) return Received::request;
  if (state == RequestParser::State::body && phase_ == Phase::header)
    enter(Phase::body, Clock::now() + options.body_timeout);
  // Beast has no bound of its own on the line before a chunk.
  if (input_.size() > options.header_bytes_max + header_read_bytes)
    return reject(400, "Malformed request", "a line is longer than this server takes");
  return std::nullopt;
}

Session::Received Session::reject(int status, std::string_view title, std::string_view detail) {
  forget_body();
  rejection_ = problem(status, title, detail, {}, status == 503 ? 1 : 0);
  shared_->metrics.count(unmatched, Method::other, status, {});
  return Received::rejected;
}

void Session::start_read(std::size_t count) {
  if (reading_ || input_ended_) return;
  reading_ = true;
  socket_.async_read_some(
      net::buffer(input_.prepare(count), count),
      [self = shared_from_this()](error_code error, std::size_t read) { self->on_read(error, read); });
}

void Session::on_read(error_code error, std::size_t count) {
  reading_ = false;
  input_.commit(count);
  if (error) input_ended_ = true;
  if (phase_ != Phase::handling) return wake();
  if (!error) {
    listen_while_handling();
  } else if (error == net::error::eof) {
    enter(Phase::handling, Clock::now() + half_close_grace);
  } else {
    cancel_handler();
  }
}

// ---------------------------------------------------------------------------------------------------------
// Handling

net::awaitable<bool> Session::handle(Response& response) {
  const auto begun = Clock::now();
  listen_while_handling();

  Request& request = parser_->request();
  request.remote_address = remote_address_;
  const Method method = request.method;
  const Router::Match match = shared_->router.match(request);
  std::exception_ptr failure;
  try {
    // Named: GCC 12 destroys temporaries of an expression with co_await twice.
    net::awaitable<Response> answer = shared_->router.answer(match, std::move(request));
    response = co_await std::move(answer);
  } catch (...) {
    failure = std::current_exception();
  }
  forget_body();
  if (cancelled_) {
    shared_->metrics.count(match.pattern, method, 499, Clock::now() - begun);
    co_return false;
  }
  if (failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      log::error("handler failed route={} error={}", match.pattern, log::quoted(error.what()));
    } catch (...) {
      log::error("handler failed route={}", match.pattern);
    }
    response = problem(500, "Internal error", "the server could not answer this request");
  }
  shared_->metrics.count(match.pattern, method, response.status, Clock::now() - begun);
  co_return true;
}

void Session::listen_while_handling() {
  enter(Phase::handling, input_ended_ ? Clock::now() + half_close_grace : no_deadline);
  // Beyond this a client that pipelines is not read, and its going away noticed only when we answer.
  if (input_.size() < shared_->options.header_bytes_max) start_read(header_read_bytes);
}

void Session::cancel_handler() {
  cancelled_ = true;
  cancellation_.emit(net::cancellation_type::terminal);
}

bool Session::account_body() {
  const std::size_t bytes = parser_->request().body.capacity();
  if (bytes <= body_bytes_) return true;
  const std::size_t total = shared_->body_bytes - body_bytes_ + bytes;
  if (total > shared_->options.body_bytes_total_max) return false;
  shared_->body_bytes = total;
  body_bytes_ = bytes;
  return true;
}

void Session::forget_body() {
  shared_->body_bytes -= std::exchange(body_bytes_, 0);
}

void Session::forget_unsent() {
  shared_->unsent_bytes -= std::exchange(unsent_bytes_, 0);
}

// ---------------------------------------------------------------------------------------------------------
// Responses out

net::awaitable<bool> Session::send(const Response& response, bool with_body, bool keep_alive) {
  write_head(response, keep_alive ? Connection::keep_alive : Connection::close, head_);
  std::string_view body;
  if (with_body && has_body(response)) body = response.body;
  const bool sent = co_await write(head_, body);
  co_return sent;
}

// What the socket takes at once, which is nearly always everything, costs one system call and no wait.
net::awaitable<bool> Session::write(std::string_view head, std::string_view body) {
  enter(Phase::writing, Clock::now() + shared_->options.write_timeout);
  while (!head.empty() || !body.empty()) {
    const std::array<net::const_buffer, 2> rest{net::buffer(head), net::buffer(body)};
    error_code error;
    std::size_t written = socket_.write_some(rest, error);
    if (error == net::error::would_block || error == net::error::try_again) {
      const bool writable = co_await wait_writable(head.size() + body.size());
      if (!writable) co_return false;
      continue;
    }
    if (error) co_return false;
    const std::size_t of_head = std::min(written, head.size());
    head.remove_prefix(of_head);
    body.remove_prefix(written - of_head);
  }
  co_return true;
}

class Session::Writer final : public BodyWriter {
 public:
  explicit Writer(Session& session) : session_(session) {}

  net::awaitable<bool> write(std::string_view bytes) override {
    const bool written = co_await session_.write(bytes, {});
    session_.listen_while_handling();
    co_return written;
  }

 private:
  Session& session_;
};

net::awaitable<bool> Session::stream(const Response& response, bool with_body) {
  write_head(response, Connection::close, head_);
  bool sent = co_await write(head_, {});
  if (!sent || !with_body) co_return sent;
  listen_while_handling();
  Writer writer(*this);
  net::awaitable<void> body = response.stream->send(writer);
  co_await std::move(body);
  co_return true;
}

class Session::Upgraded final : public UpgradedConnection {
 public:
  explicit Upgraded(Session& session) : session_(session) {}

  Socket& socket() override { return session_.socket_; }
  void begin_write() override {
    session_.enter(Phase::upgraded, Clock::now() + session_.shared_->options.write_timeout);
  }
  void end_write() override { session_.enter(Phase::upgraded, no_deadline); }

 private:
  Session& session_;
};

net::awaitable<void> Session::upgrade(const Response& response) {
  // The read that is under way would take what is meant for the other protocol.
  enter(Phase::upgraded, no_deadline);
  error_code ignored;
  socket_.cancel(ignored);
  while (reading_) co_await woken();
  // A client may say nothing in the other protocol before it has our answer (RFC 6455, 4.1).
  if (!input_.empty()) co_return;
  parser_.reset();
  Upgraded connection(*this);
  net::awaitable<void> rest = response.upgrade->run(connection);
  co_await std::move(rest);
}

net::awaitable<bool> Session::wait_writable(std::size_t bytes) {
  if (shared_->unsent_bytes + bytes > shared_->options.unsent_bytes_total_max) co_return false;
  shared_->unsent_bytes += bytes;
  unsent_bytes_ = bytes;
  writable_ = false;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](error_code) {
    self->writable_ = true;  // after an error too: the next write tells it
    self->wake();
  });
  while (!writable_ && !expired_) co_await woken();
  forget_unsent();
  co_return writable_;
}

net::awaitable<void> Session::linger() {
  error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  enter(Phase::lingering, Clock::now() + linger_time);
  while (!input_ended_ && !expired_) {
    input_.consume(input_.size());
    start_read(body_read_bytes);
    co_await woken();
  }
}

// ---------------------------------------------------------------------------------------------------------
// Waking

void Session::enter(Phase phase, Deadline deadline) {
  phase_ = phase;
  deadline_ = deadline;
  expired_ = false;
  if (deadline != no_deadline) shared_->watch(deadline);
}

void Session::on_deadline() {
  deadline_ = no_deadline;
  expired_ = true;
  if (phase_ == Phase::handling) return cancel_handler();
  if (phase_ == Phase::upgraded) return abort();
  wake();
}

void Session::on_stop() {
  if (phase_ == Phase::idle) wake();
}

void Session::abort() {
  cancel_handler();
  error_code ignored;
  socket_.close(ignored);
}

net::awaitable<void> Session::woken() {
  error_code ignored;
  co_await wake_.async_wait(net::redirect_error(net::use_awaitable, ignored));
}

}  // namespace code_exec::http
