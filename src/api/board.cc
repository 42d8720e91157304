#include "api/board.h"

#include "service/service.h"

namespace code_exec::api {
namespace {

using http::Method;
using http::Request;
using http::Response;

enum class Effect { reads, changes };

BoardAnswer guard(Board& board, Effect effect, QueueRoute route, Request request) {
  BoardQueue* queue = board.find(request.path_params.at("queue"));
  if (!queue) co_return board_error(404, "QUEUE_NOT_FOUND");
  if (effect == Effect::changes && board.options.read_only) co_return board_error(405, "QUEUE_READ_ONLY");
  BoardAnswer answer = route(board, *queue, std::move(request));
  co_return co_await std::move(answer);
}

BoardAnswer guard_entry(Board& board, Effect effect, EntryRoute route, Request request) {
  BoardQueue* queue = board.find(request.path_params.at("queue"));
  if (!queue) co_return board_error(404, "QUEUE_NOT_FOUND");
  if (effect == Effect::changes && board.options.read_only) co_return board_error(405, "QUEUE_READ_ONLY");
  auto id = job::JobId::parse(request.path_params.at("job"));
  if (!id) co_return board_error(404, "JOB_NOT_FOUND");
  BoardAnswer answer = route(board, *queue, *std::move(id), std::move(request));
  co_return co_await std::move(answer);
}

// What our queues do not have.
template <const char* body>
BoardAnswer say(Board&, BoardQueue&, Request) {
  Response response;
  response.body = body;
  co_return response;
}

constexpr char nothing[] = "{}";
constexpr char no_rate_limit[] = R"({"supported":false,"rateLimit":null})";

BoardAnswer no_schedulers(Board&, Request) {
  Response response;
  response.body = R"({"schedulers":[]})";
  co_return response;
}

BoardAnswer refuse_rate_limit(Board&, BoardQueue&, Request) {
  co_return board_error(400, "RATE_LIMIT_NOT_SUPPORTED");
}

BoardAnswer refuse_scheduler(Board&, BoardQueue&, Request) {
  co_return board_error(404, "JOB_SCHEDULER_NOT_FOUND");
}

BoardAnswer refuse_children(Board&, BoardQueue&, job::JobId, Request) {
  co_return board_error(400, "JOB_UNPROCESSED_CHILDREN_NOT_SUPPORTED");
}

class Routes {
 public:
  Routes(http::Router& router, std::shared_ptr<Board> board) : router_(router), board_(std::move(board)) {}

  void of_all(Method method, const std::string& path, BoardRoute route) {
    add(method, path, [board = board_, route](Request request) { return route(*board, std::move(request)); });
  }
  void of_queue(Method method, const std::string& path, QueueRoute route) {
    add(method, "/queues/{queue}" + path,
        [board = board_, route, effect = effect_of(method)](Request request) {
          return guard(*board, effect, route, std::move(request));
        });
  }
  void of_entry(Method method, const std::string& path, EntryRoute route) {
    add(method, "/queues/{queue}/{job}" + path,
        [board = board_, route, effect = effect_of(method)](Request request) {
          return guard_entry(*board, effect, route, std::move(request));
        });
  }

 private:
  static Effect effect_of(Method method) { return method == Method::get ? Effect::reads : Effect::changes; }
  void add(Method method, const std::string& path, http::Handler handler) {
    router_.add(method, "/admin/queues/api" + path, std::move(handler), http::Access::admin);
  }

  http::Router& router_;
  std::shared_ptr<Board> board_;
};

}  // namespace

BoardQueue::BoardQueue(queue::Queue& its_queue, Clock& clock, std::string its_job_name,
                       std::string its_description, bool retries_what_completed)
    : queue(its_queue),
      job_name(std::move(its_job_name)),
      description(std::move(its_description)),
      retries_completed(retries_what_completed),
      subscription(queue.subscribe([this, &clock](const queue::Event& event) {
        if (event.type == queue::Event::Type::completed) completed.add(clock.now());
        if (event.type == queue::Event::Type::failed) failed.add(clock.now());
      })) {}

Board::Board(const BoardParts& its_parts, const BoardOptions& its_options)
    : parts(its_parts),
      options(its_options),
      queues{BoardQueue(parts.save_queue, parts.clock, "saveCode", "Sources to be saved and compiled", false),
             BoardQueue(parts.exec_queue, parts.clock, "execCode", "Programs to be run", true)} {}

BoardQueue* Board::find(const std::string& name) {
  for (BoardQueue& queue : queues)
    if (queue.name() == name) return &queue;
  return nullptr;
}

void add_board_routes(http::Router& router, BoardParts parts, BoardOptions options) {
  auto board = std::make_shared<Board>(parts, options);
  add_board_pages(router, board);
  Routes routes(router, board);

  routes.of_all(Method::get, "/queues", show_queues);
  routes.of_all(Method::put, "/queues/pause", pause_all);
  routes.of_all(Method::put, "/queues/resume", resume_all);
  routes.of_all(Method::get, "/redis/stats", show_server);
  routes.of_all(Method::get, "/job-schedulers", no_schedulers);

  routes.of_queue(Method::get, "/metrics", show_metrics);
  routes.of_queue(Method::get, "/workers", show_workers);
  routes.of_queue(Method::get, "/job-data-schema", show_job_schema);
  routes.of_queue(Method::get, "/default-job-options", say<nothing>);
  routes.of_queue(Method::get, "/rate-limit", say<no_rate_limit>);
  routes.of_queue(Method::post, "/add", add_job);
  routes.of_queue(Method::put, "/pause", pause_queue);
  routes.of_queue(Method::put, "/resume", resume_queue);
  routes.of_queue(Method::put, "/concurrency", set_concurrency);
  routes.of_queue(Method::put, "/empty", empty_queue);
  routes.of_queue(Method::put, "/obliterate", obliterate_queue);
  routes.of_queue(Method::put, "/promote", promote_entries);
  routes.of_queue(Method::put, "/clean/{status}", clean_entries);
  routes.of_queue(Method::put, "/retry/{status}", retry_entries);
  routes.of_queue(Method::put, "/rate-limit", refuse_rate_limit);
  routes.of_queue(Method::put, "/rate-limit/release", refuse_rate_limit);
  routes.of_queue(Method::patch, "/job-schedulers/{scheduler}", refuse_scheduler);
  routes.of_queue(Method::put, "/job-schedulers/{scheduler}/run", refuse_scheduler);
  routes.of_queue(Method::put, "/job-schedulers/{scheduler}/remove", refuse_scheduler);

  routes.of_entry(Method::get, "", show_entry);
  routes.of_entry(Method::get, "/logs", show_logs);
  routes.of_entry(Method::get, "/flow", show_flow);
  routes.of_entry(Method::put, "/retry", retry_entry);
  routes.of_entry(Method::put, "/clean", remove_entry);
  routes.of_entry(Method::put, "/promote", promote_entry);
  routes.of_entry(Method::put, "/remove-unprocessed-children", refuse_children);
  routes.of_entry(Method::patch, "/update-data", refuse_edit);
  routes.of_entry(Method::patch, "/priority", refuse_edit);
  routes.of_entry(Method::patch, "/delay", refuse_delay);
}

}  // namespace code_exec::api
