// Bull Board: reading.
#include <boost/json/serialize.hpp>
#include <set>

#include "api/board.h"
#include "api/request.h"
#include "base/log.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using http::Request;
using http::Response;
using queue::Entry;
using queue::State;

constexpr std::size_t page_max = 1'000'000'000;
constexpr std::size_t jobs_per_page_max = 300;
constexpr std::size_t jobs_per_page_default = 10;
constexpr std::string_view latest = "latest";

// The tabs, in the UI's order.
constexpr std::array shown_states{State::active,    State::waiting, State::prioritized,
                                  State::completed, State::failed,  State::delayed};

struct Asked {
  std::string queue;             // empty: none
  std::optional<State> status;   // nullopt: the latest of each
  bool is_empty_status = false;  // one that BullMQ has and we do not
  std::size_t page = 1;
  std::size_t jobs_per_page = jobs_per_page_default;
};

// Empty values count as absent.
std::string value_of(const Request& request, const std::string& name) {
  const std::string* value = request.query_value(name);
  return value ? *value : "";
}

Result<std::size_t> number_asked(Request& request, const std::string& name, std::size_t max,
                                 std::size_t absent) {
  if (value_of(request, name).empty()) request.query.erase(name);
  return count_asked(request, name, 1, max, absent);
}

Result<Asked> what_is_asked(Request& request) {
  Asked asked;
  asked.queue = value_of(request, "activeQueue");
  const std::string status = value_of(request, "status");
  asked.status = queue::parse_state(status);
  asked.is_empty_status = status == "waiting-children" || status == "paused";
  if (!asked.status && !asked.is_empty_status && !status.empty() && status != latest)
    return Error{Errc::invalid, "is no status", "status"};
  auto page = number_asked(request, "page", page_max, asked.page);
  if (!page) return page.error();
  auto jobs = number_asked(request, "jobsPerPage", jobs_per_page_max, asked.jobs_per_page);
  if (!jobs) return jobs.error();
  asked.page = *page;
  asked.jobs_per_page = *jobs;
  return asked;
}

// What a queue cannot tell now is shown as nothing: the board stays usable, and the log says why.
template <class T>
T or_empty(const BoardQueue& queue, Result<T> told) {
  if (told) return *std::move(told);
  log::debug("queue not shown queue={} error={}", queue.name(), log::quoted(told.error().detail));
  return T{};
}

net::awaitable<std::vector<Entry>> entries_asked(BoardQueue& queue, Asked asked) {
  std::vector<Entry> entries;
  if (asked.is_empty_status) co_return entries;
  if (asked.status) {
    const std::size_t start = (asked.page - 1) * asked.jobs_per_page;
    auto found =
        co_await queue.queue.list(*asked.status, start, asked.jobs_per_page, queue::Order::newest_first);
    co_return or_empty(queue, std::move(found));
  }
  std::set<job::JobId> seen;  // one may change its state between two lists
  for (const State state : shown_states) {
    auto found = co_await queue.queue.list(state, 0, asked.jobs_per_page, queue::Order::newest_first);
    for (Entry& entry : or_empty(queue, std::move(found)))
      if (seen.insert(entry.id).second) entries.push_back(std::move(entry));
  }
  co_return entries;
}

json::object pagination(const std::map<State, std::size_t>& counts, const Asked& asked, bool is_active) {
  std::size_t pages = 1;
  std::size_t start = 0;
  if (is_active && (asked.status || asked.is_empty_status)) {
    const auto count = asked.status ? counts.find(*asked.status) : counts.end();
    const std::size_t jobs = count == counts.end() ? 0 : count->second;
    pages = (jobs + asked.jobs_per_page - 1) / asked.jobs_per_page;
    start = (asked.page - 1) * asked.jobs_per_page;
  }
  return {{"pageCount", pages}, {"range", {{"start", start}, {"end", start + asked.jobs_per_page - 1}}}};
}

net::awaitable<json::object> encode_queue(Board& board, BoardQueue& queue, Asked asked) {
  auto counts_told = co_await queue.queue.counts();
  const auto counts = or_empty(queue, std::move(counts_told));
  auto paused = co_await queue.queue.is_paused();
  auto concurrency = co_await queue.queue.concurrency();
  auto workers = co_await queue.queue.workers();
  const bool is_active = asked.queue == queue.name();
  json::array jobs;
  if (is_active) {
    const std::vector<Entry> entries = co_await entries_asked(queue, asked);
    for (const Entry& entry : entries) jobs.push_back(encode_entry(entry, queue.job_name));
  }

  json::array statuses{latest};
  json::object counted{{"waiting-children", 0}};
  for (const State state : shown_states) {
    statuses.push_back(json::value(queue::to_string(state)));
    const auto count = counts.find(state);
    counted[queue::to_string(state)] = count == counts.end() ? 0 : count->second;
  }
  const std::size_t active_max = or_empty(queue, concurrency);
  const bool read_only = board.options.read_only;
  json::object encoded{{"name", queue.name()},
                       {"description", queue.description},
                       {"readOnlyMode", read_only},
                       {"allowRetries", !read_only},
                       {"allowCompletedRetries", !read_only && queue.retries_completed},
                       {"isPaused", or_empty(queue, paused)},
                       {"type", "bullmq"},
                       {"delimiter", ""},
                       {"activeRateLimitTtl", 0},
                       {"supportsGlobalRateLimit", false},
                       {"jobSchedulerCount", 0}};
  encoded["statuses"] = std::move(statuses);
  encoded["counts"] = std::move(counted);
  encoded["jobs"] = std::move(jobs);
  encoded["pagination"] = pagination(counts, asked, is_active);
  encoded["globalConcurrency"] = active_max > 0 ? json::value(active_max) : json::value(nullptr);
  encoded["hasWorkers"] = workers ? json::value(!workers->empty()) : json::value(nullptr);
  co_return encoded;
}

// An entry and its job; either may be gone.
struct Found {
  std::optional<Entry> entry;
  std::optional<job::Job> job;

  const Entry* entry_or_null() const { return entry ? &*entry : nullptr; }
  const job::Job* job_or_null() const { return job ? &*job : nullptr; }
};

// Errc::not_found: both are gone.
Task<Found> find(Board& board, BoardQueue& queue, job::JobId id) {
  Found found;
  auto entry = co_await queue.queue.find(id);
  auto job = co_await board.parts.service.result(id);
  if (!entry && !job) co_return job.error().code == Errc::not_found ? entry.error() : job.error();
  if (entry) found.entry = *std::move(entry);
  if (job) found.job = *std::move(job);
  co_return found;
}

}  // namespace

BoardAnswer show_queues(Board& board, Request request) {
  auto asked = what_is_asked(request);
  if (!asked) co_return board_invalid("INVALID_QUERY_PARAM", asked.error().field, asked.error().detail);
  json::array queues;
  for (BoardQueue& queue : board.queues) {
    json::object encoded = co_await encode_queue(board, queue, *asked);
    queues.push_back(std::move(encoded));
  }
  json::object body;
  body["queues"] = std::move(queues);
  co_return board_answer(body);
}

BoardAnswer show_server(Board& board, Request) {
  auto info = co_await board.parts.save_queue.server_info();
  if (info) co_return board_answer(encode_server(*info));
  if (info.error().code == Errc::not_found) co_return board_error(403, "FORBIDDEN");
  co_return board_error(503, "REDIS_UNAVAILABLE");
}

BoardAnswer show_metrics(Board&, BoardQueue& queue, Request) {
  json::object body;
  body["completed"] = queue.completed.encode();
  body["failed"] = queue.failed.encode();
  co_return board_answer(body);
}

BoardAnswer show_workers(Board&, BoardQueue& queue, Request) {
  auto workers = co_await queue.queue.workers();
  json::object body{{"workers", nullptr}};
  if (workers) {
    json::array list;
    for (const queue::WorkerInfo& worker : *workers) {
      json::object encoded{{"id", worker.id}, {"addr", worker.address}, {"age", worker.age.count()}};
      encoded["name"] = worker.name.empty() ? json::value(nullptr) : json::value(worker.name);
      list.push_back(std::move(encoded));
    }
    body["workers"] = std::move(list);
  }
  co_return board_answer(body);
}

// What the dialog that adds jobs helps with; add_job() takes more.
BoardAnswer show_job_schema(Board& board, BoardQueue&, Request) {
  json::array languages;
  for (const runtime::Runtime& runtime : board.parts.service.runtimes().all())
    languages.push_back(json::value(runtime.name));
  const json::object text{{"type", "string"}};
  json::object properties{{"code", text}, {"stdin", text}};
  properties["language"] = json::object{{"type", "string"}, {"enum", std::move(languages)}};
  properties["args"] = json::object{{"type", "array"}, {"items", text}};
  json::object schema{{"type", "object"}};
  schema["properties"] = std::move(properties);
  co_return board_answer(schema);
}

BoardAnswer show_entry(Board& board, BoardQueue& queue, job::JobId id, Request) {
  auto found = co_await find(board, queue, std::move(id));
  if (!found) co_return board_failure(found.error());
  const Entry* entry = found->entry_or_null();
  const job::Job* job = found->job_or_null();
  const Sources sources = board.options.shows_sources() ? Sources::shown : Sources::hidden;
  json::object body;
  body["job"] = encode_entry_page(entry, job, queue.job_name, sources);
  body["status"] = board_state(entry, job);
  co_return board_answer(body);
}

BoardAnswer show_logs(Board& board, BoardQueue& queue, job::JobId id, Request) {
  auto found = co_await find(board, queue, std::move(id));
  if (!found && found.error().code != Errc::not_found) co_return board_failure(found.error());
  json::array lines;
  if (found) {
    for (const std::string& line : board_logs(found->entry_or_null(), found->job_or_null()))
      lines.push_back(json::value(line));
  }
  co_return board_answer(lines);
}

// There are no flows: each job stands alone.
BoardAnswer show_flow(Board& board, BoardQueue& queue, job::JobId id, Request) {
  auto found = co_await find(board, queue, id);
  if (!found) co_return board_failure(found.error());
  json::object body{{"nodeId", id.text()}, {"isFlowNode", false}, {"flowRoot", nullptr}};
  co_return board_answer(body);
}

}  // namespace code_exec::api
