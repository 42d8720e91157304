// A job as it goes on: as server-sent events (the WHATWG's EventSource), and as a conversation over a
// WebSocket.
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

#include "api/json.h"
#include "api/request.h"
#include "api/routes.h"
#include "base/text.h"
#include "http/stream.h"
#include "http/web_socket.h"
#include "sandbox/signals.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;
using service::JobService;
using service::LiveEvent;
using service::LivePosition;

// Proxies close connections on which nothing moves for a minute.
constexpr std::chrono::seconds keep_alive_every{15};
constexpr std::string_view end_id = "end";

// "1764201600123:120:14": the run, and how much of its stdout and stderr the client has.
std::string to_text(const LivePosition& position) {
  return std::to_string(position.run) + ":" + std::to_string(position.stdout_bytes) + ":" +
         std::to_string(position.stderr_bytes);
}

// The beginning, for a text that is not ours.
LivePosition parse_position(std::string_view text) {
  LivePosition position;
  const char* at = text.data();
  const char* end = at + text.size();
  auto number = [&](auto& into, char after) {
    const auto [rest, error] = std::from_chars(at, end, into);
    if (error != std::errc() || (after ? rest == end || *rest != after : rest != end)) return false;
    at = rest + 1;
    return true;
  };
  if (number(position.run, ':') && number(position.stdout_bytes, ':') && number(position.stderr_bytes, 0))
    return position;
  return {};
}

const char* name_of(LiveEvent::Type type) {
  switch (type) {
    case LiveEvent::Type::status:
      return "status";
    case LiveEvent::Type::stdout_bytes:
      return "stdout";
    case LiveEvent::Type::stderr_bytes:
      return "stderr";
    case LiveEvent::Type::result:
      return "result";
  }
  return "";
}

json::object data_of(const LiveEvent& event, Encoding encoding) {
  json::object data;
  if (event.type == LiveEvent::Type::status) {
    data["status"] = job::to_string(event.status);
    data["run"] = event.after.run;
  } else {
    data["data"] = encoding == Encoding::base64 ? base64_encode(event.bytes) : to_utf8(event.bytes);
  }
  return data;
}

// ---------------------------------------------------------------------------------------------------------
// Server-sent events

std::string to_server_sent(const LiveEvent& event, Encoding encoding) {
  std::string text = std::string("event: ") + name_of(event.type) + "\nid: ";
  if (event.type == LiveEvent::Type::result) {
    text.append(end_id).append("\ndata: ").append(encode_job(*event.job, encoding));
  } else {
    text.append(to_text(event.after)).append("\ndata: ").append(json::serialize(data_of(event, encoding)));
  }
  return text + "\n\n";
}

class Events final : public http::StreamedBody {
 public:
  Events(std::unique_ptr<service::LiveView> view, Encoding encoding)
      : view_(std::move(view)), encoding_(encoding) {}

  net::awaitable<void> send(http::BodyWriter& to) override {
    for (bool over = false; !over;) {
      auto event = co_await view_->next(std::chrono::steady_clock::now() + keep_alive_every);
      if (!event && event.error().code != Errc::timeout) co_return;
      const std::string text = event ? to_server_sent(*event, encoding_) : ": keep-alive\n\n";
      const bool written = co_await to.write(text);
      over = !written || (event && event->type == LiveEvent::Type::result);
    }
  }

 private:
  std::unique_ptr<service::LiveView> view_;
  Encoding encoding_;
};

service::Chunks chunks_for(Encoding encoding) {
  return encoding == Encoding::base64 ? service::Chunks::any_bytes : service::Chunks::whole_characters;
}

net::awaitable<Response> events(JobService& service, Request request) {
  auto id = id_in_path(request);
  if (!id) co_return http::problem_for(id.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  const std::string* last = request.header("last-event-id");
  Response response;
  if (last &&
      *last == end_id) {  // an EventSource that has it all, and comes back all the same, stops at this
    response.status = 204;
    co_return response;
  }
  const LivePosition from = last ? parse_position(*last) : LivePosition{};
  auto view = co_await service.watch(*id, from, chunks_for(*encoding));
  if (!view) co_return http::problem_for(view.error());
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
  response.stream = std::make_shared<Events>(*std::move(view), *encoding);
  co_return response;
}

// ---------------------------------------------------------------------------------------------------------
// The WebSocket

std::string error_message(const Error& error) {
  json::object message;
  message["type"] = "error";
  if (!error.field.empty()) message["field"] = error.field;
  message["detail"] = error.detail;
  return json::serialize(message);
}

std::string to_message(const LiveEvent& event, Encoding encoding) {
  if (event.type == LiveEvent::Type::result)
    return R"({"type":"result","job":)" + encode_job(*event.job, encoding) + "}";
  json::object message = data_of(event, encoding);
  message["type"] = name_of(event.type);
  return json::serialize(message);
}

Result<live::Message> decode_message(const std::string& text, Encoding encoding) {
  auto value = parse_json(text);
  if (!value) return value.error();
  ObjectReader reader(*value, {});
  std::string type, data, signal;
  reader.required("type", type);
  if (type == "stdin") reader.required("data", data);
  if (type == "signal") reader.required("signal", signal);
  if (auto finished = reader.finish(); !finished) return finished.error();
  using Type = live::Message::Type;
  if (type == "eof") return live::Message{.type = Type::end_of_input};
  if (type == "signal") {
    const int number = sandbox::signal_number(signal);
    if (number == 0) return Error{Errc::invalid, "is not a signal that can be sent", "signal"};
    return live::Message{.type = Type::signal, .signal = number};
  }
  if (type != "stdin") return Error{Errc::invalid, "must be stdin, eof or signal", "type"};
  if (encoding == Encoding::base64) {
    auto bytes = base64_decode(data);
    if (!bytes) return Error{Errc::invalid, "is not base64", "data"};
    data = *std::move(bytes);
  }
  return live::Message{.type = Type::input, .bytes = std::move(data)};
}

class Conversation final : public http::WebSocketConversation {
 public:
  Conversation(JobService& service, job::JobId id, std::unique_ptr<service::LiveView> view, Encoding encoding)
      : service_(service), id_(std::move(id)), view_(std::move(view)), encoding_(encoding) {}

  net::awaitable<void> talk(http::WebSocket& socket) override {
    using net::experimental::awaitable_operators::operator||;
    auto executor = co_await net::this_coro::executor;
    Latch begun(executor);
    net::awaitable<void> tell = this->tell(socket, begun);
    net::awaitable<void> hear = this->hear(socket, begun);
    co_await (std::move(tell) || std::move(hear));
  }

 private:
  net::awaitable<void> tell(http::WebSocket& socket, Latch& begun) {
    for (;;) {
      auto event = co_await view_->next(std::chrono::steady_clock::now() + keep_alive_every);
      if (!event && event.error().code == Errc::timeout) continue;
      if (!event) co_return;
      if (event->status != job::Status::pending || event->type != LiveEvent::Type::status) begun.set();
      auto sent = co_await socket.send(to_message(*event, encoding_));
      if (!sent) co_return;
      if (event->type != LiveEvent::Type::result) continue;
      auto closed = co_await socket.close("the job has ended");
      co_return;
    }
  }

  // What is said before the program begins waits until it does.
  net::awaitable<void> hear(http::WebSocket& socket, Latch& begun) {
    for (;;) {
      auto text = co_await socket.receive();
      if (!text) co_return;
      auto waited = co_await begun.wait();
      if (!waited) co_return;
      auto message = decode_message(*text, encoding_);
      Result<void> told = message ? service_.tell(id_, *std::move(message)) : Result<void>(message.error());
      if (told) continue;
      auto sent = co_await socket.send(error_message(told.error()));
      if (!sent) co_return;
    }
  }

  JobService& service_;
  const job::JobId id_;
  std::unique_ptr<service::LiveView> view_;
  const Encoding encoding_;
};

net::awaitable<Response> io(JobService& service, Request request) {
  auto id = id_in_path(request);
  if (!id) co_return http::problem_for(id.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  // A request that asks for no WebSocket is told so, and nothing is watched for it.
  if (!http::asks_for_web_socket(request)) co_return http::web_socket(request, nullptr);
  auto view = co_await service.watch(*id, LivePosition{}, chunks_for(*encoding));
  if (!view) co_return http::problem_for(view.error());
  auto conversation = std::make_shared<Conversation>(service, *id, *std::move(view), *encoding);
  co_return http::web_socket(request, std::move(conversation));
}

}  // namespace

void add_live_routes(http::Router& router, JobService& service) {
  router.add(http::Method::get, "/api/v1/jobs/{id}/events",
             [&service](Request request) { return events(service, std::move(request)); });
  router.add(http::Method::get, "/api/v1/jobs/{id}/io",
             [&service](Request request) { return io(service, std::move(request)); });
}

}  // namespace code_exec::api
