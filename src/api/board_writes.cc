// Bull Board: changing.
//
// The store decides what becomes of a job; an entry of a queue is only what makes a worker look at it. So
// nothing here takes an entry away from a job that has no result: such a job is cancelled, and whoever waits
// for it is told. And nothing gives a job that has its result a second one: what is retried is submitted
// again as a new job, and its old entry goes.
#include "api/board.h"
#include "api/board_batch.h"
#include "api/board_decode.h"
#include "base/backoff.h"
#include "base/log.h"

namespace code_exec::api {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using http::Request;
using http::Response;
using queue::Entry;
using queue::State;

constexpr auto clean_age = 5s;  // as BullMQ's board: what has just ended is still looked at
constexpr std::size_t page_size = 1000;
// Twice the same retry, or one whose answer was lost, makes one new job. No client's key has such characters.
const std::string once_key = "\x1f\x1f";

bool is_gone(const Error& error) {
  return error.code == Errc::not_found || error.code == Errc::conflict;
}

// True: the job had no result and was cancelled. False: it has one, or is gone.
Task<bool> cancel(service::JobService& service, job::JobId id) {
  auto cancelled = co_await service.cancel(std::move(id));
  if (!cancelled && !is_gone(cancelled.error())) co_return cancelled.error();
  co_return bool(cancelled);
}

// Of a finished entry. False: its job is gone, or goes on elsewhere.
Task<bool> run_again(Board& board, BoardQueue& queue, job::JobId id, State state) {
  auto job = co_await board.parts.service.result(id);
  if (!job && job.error().code == Errc::not_found) co_return false;
  if (!job) co_return job.error();
  if (!job::is_final(job->status)) {
    // Its worker died too often, or between telling the queue and the store.
    if (state != State::failed) co_return false;
    auto retried = co_await queue.queue.retry(std::move(id));
    if (!retried && !is_gone(retried.error())) co_return retried.error();
    co_return bool(retried);
  }
  store::Idempotency once{.key = once_key + id.text(), .fingerprint = id.text()};
  auto again = co_await board.parts.service.submit_again(id, std::move(once));
  if (!again) co_return again.error();
  log::info("job submitted again job={} new={}", id.text(), again->text());
  auto removed = co_await queue.queue.remove(std::move(id));
  if (!removed && !is_gone(removed.error())) co_return removed.error();
  co_return true;
}

Task<std::vector<Entry>> all_in(queue::Queue& queue, State state) {
  auto counts = co_await queue.counts();
  if (!counts) co_return counts.error();
  std::vector<Entry> entries;
  for (std::size_t offset = 0; offset < (*counts)[state]; offset += page_size) {
    auto page = co_await queue.list(state, offset, page_size, queue::Order::oldest_first);
    if (!page) co_return page.error();
    for (Entry& entry : *page) entries.push_back(std::move(entry));
  }
  co_return entries;
}

std::vector<job::JobId> ids_of(const std::vector<Entry>& entries) {
  std::vector<job::JobId> ids;
  for (const Entry& entry : entries) ids.push_back(entry.id);
  return ids;
}

// The entries leave the queue first, so that none of them is begun meanwhile. Should we die before their jobs
// are cancelled, they come back (worker/recovery.h).
Task<void> clear(Board& board, BoardQueue& queue, State state, std::chrono::milliseconds age) {
  co_await ignore_cancellation();
  auto counts = co_await queue.queue.counts();
  if (!counts) co_return counts.error();
  // No more than there are now: others may go on adding.
  for (std::size_t left = (*counts)[state]; left > 0; left -= std::min(left, page_size)) {
    auto ids = co_await queue.queue.clean(state, age, page_size);
    if (!ids) co_return ids.error();
    if (state == State::completed) continue;  // on code-save that job may be running on code-exec
    service::JobService& service = board.parts.service;
    auto cancelled = co_await for_each_job(board.parts.executor, *std::move(ids),
                                           [&service](job::JobId id) { return cancel(service, id); });
    if (!cancelled) co_return cancelled.error();
    if (*cancelled > 0)
      log::info("jobs cancelled by the board queue={} state={} count={}", queue.name(),
                queue::to_string(state), *cancelled);
  }
  co_return ok();
}

Task<void> clear_all(Board& board, BoardQueue& queue, std::vector<State> states,
                     std::chrono::milliseconds age) {
  for (const State state : states) {
    auto cleared = co_await clear(board, queue, state, age);
    if (!cleared) co_return cleared;
  }
  co_return ok();
}

Response answer(const Result<void>& did) {
  return did ? board_answer(json::object()) : board_failure(did.error());
}

Response not_retriable(const Entry& entry) {
  return board_error(400, "JOB_NOT_RETRIABLE", {{"state", queue::to_string(entry.state)}});
}

Response is_active(const job::JobId& id) {
  json::object details{{"key", "ERRORS.JOB_IS_ACTIVE_DETAILS"}};
  return board_error(409, "JOB_IS_ACTIVE", {{"jobId", id.text()}}, std::move(details));
}

bool is_retriable(const BoardQueue& queue, State state) {
  return state == State::failed || (state == State::completed && queue.retries_completed);
}

}  // namespace

BoardAnswer pause_queue(Board&, BoardQueue& queue, Request) {
  auto paused = co_await queue.queue.pause();
  co_return answer(paused);
}

BoardAnswer resume_queue(Board&, BoardQueue& queue, Request) {
  auto resumed = co_await queue.queue.resume();
  co_return answer(resumed);
}

BoardAnswer pause_all(Board& board, Request) {
  Result<void> all;
  for (BoardQueue& queue : board.queues) {
    if (board.options.read_only) break;
    auto paused = co_await queue.queue.pause();
    if (!paused) all = paused;
  }
  co_return answer(all);
}

BoardAnswer resume_all(Board& board, Request) {
  Result<void> all;
  for (BoardQueue& queue : board.queues) {
    if (board.options.read_only) break;
    auto resumed = co_await queue.queue.resume();
    if (!resumed) all = resumed;
  }
  co_return answer(all);
}

BoardAnswer set_concurrency(Board&, BoardQueue& queue, Request request) {
  auto asked = decode_board_concurrency(request.body);
  if (!asked) co_return board_error(400, "INVALID_CONCURRENCY");
  auto set = co_await queue.queue.set_concurrency(*asked);
  co_return answer(set);
}

// Jobs enter through the service, whichever queue is looked at.
BoardAnswer add_job(Board& board, BoardQueue&, Request request) {
  auto asked = decode_board_job(request.body);
  if (!asked) co_return board_invalid("INVALID_REQUEST_BODY", asked.error().field, asked.error().detail);
  service::JobService& service = board.parts.service;
  Task<job::JobId> submitting = asked->copy_of ? service.submit_again(*asked->copy_of, std::nullopt)
                                               : service.submit(std::move(asked->submission), std::nullopt);
  auto id = co_await std::move(submitting);
  if (!id && (id.error().code == Errc::invalid || id.error().code == Errc::too_large))
    co_return board_invalid("INVALID_REQUEST_BODY", "data." + id.error().field, id.error().detail);
  if (!id) co_return board_failure(id.error());
  auto job = co_await service.result(*id);
  if (!job) co_return board_failure(job.error());
  json::object body;
  body["job"] = encode_entry_page(nullptr, &*job, board.queues[0].job_name, Sources::hidden);
  body["status"] = queue::to_string(job->submission.priority > 0 ? State::prioritized : State::waiting);
  co_return board_answer(body);
}

BoardAnswer retry_entries(Board& board, BoardQueue& queue, Request request) {
  const std::string status = request.path_params.at("status");
  const auto state = queue::parse_state(status);
  if (!state || !is_retriable(queue, *state))
    co_return board_error(400, "STATUS_NOT_RETRIABLE", {{"status", status}});
  co_await ignore_cancellation();
  auto entries = co_await all_in(queue.queue, *state);
  if (!entries) co_return board_failure(entries.error());
  auto retry = [&](job::JobId id) { return run_again(board, queue, std::move(id), *state); };
  auto retried = co_await for_each_job(board.parts.executor, ids_of(*entries), retry);
  if (!retried) co_return board_failure(retried.error());
  json::object body{{"retried", *retried}, {"skipped", entries->size() - *retried}};
  co_return board_answer(body);
}

BoardAnswer promote_entries(Board& board, BoardQueue& queue, Request) {
  co_await ignore_cancellation();
  auto entries = co_await all_in(queue.queue, State::delayed);
  if (!entries) co_return board_failure(entries.error());
  auto promote = [&queue](job::JobId id) -> Task<bool> {
    auto promoted = co_await queue.queue.promote(std::move(id));
    if (!promoted && !is_gone(promoted.error())) co_return promoted.error();
    co_return bool(promoted);
  };
  auto promoted = co_await for_each_job(board.parts.executor, ids_of(*entries), promote);
  co_return promoted ? board_answer(json::object()) : board_failure(promoted.error());
}

BoardAnswer clean_entries(Board& board, BoardQueue& queue, Request request) {
  const auto state = queue::parse_state(request.path_params.at("status"));
  if (!state || *state == State::active) co_return board_answer(json::object());
  auto cleared = co_await clear(board, queue, *state, clean_age);
  co_return answer(cleared);
}

BoardAnswer empty_queue(Board& board, BoardQueue& queue, Request) {
  std::vector<State> states{State::waiting, State::prioritized};
  auto cleared = co_await clear_all(board, queue, std::move(states), 0ms);
  co_return answer(cleared);
}

BoardAnswer obliterate_queue(Board& board, BoardQueue& queue, Request request) {
  auto force = decode_board_force(request.body);
  if (!force) co_return board_invalid("INVALID_REQUEST_BODY", "force");
  auto paused = co_await queue.queue.is_paused();
  if (!paused) co_return board_failure(paused.error());
  if (!*paused) co_return board_error(400, "QUEUE_NOT_PAUSED");
  co_await ignore_cancellation();
  auto active = co_await all_in(queue.queue, State::active);
  if (!active) co_return board_failure(active.error());
  if (!active->empty() && !*force) {
    json::object details{{"key", "ERRORS.QUEUE_HAS_ACTIVE_JOBS_DETAILS"}};
    co_return board_error(409, "QUEUE_HAS_ACTIVE_JOBS", {}, std::move(details));
  }
  service::JobService& service = board.parts.service;
  auto stopped = co_await for_each_job(board.parts.executor, ids_of(*active),
                                       [&service](job::JobId id) { return cancel(service, id); });
  if (!stopped) co_return board_failure(stopped.error());
  std::vector<State> states{State::waiting, State::prioritized, State::delayed, State::failed,
                            State::completed};
  auto cleared = co_await clear_all(board, queue, std::move(states), 0ms);
  co_return answer(cleared);
}

BoardAnswer retry_entry(Board& board, BoardQueue& queue, job::JobId id, Request) {
  auto entry = co_await queue.queue.find(id);
  if (!entry) co_return board_failure(entry.error());
  if (!is_retriable(queue, entry->state)) co_return not_retriable(*entry);
  co_await ignore_cancellation();
  auto again = co_await run_again(board, queue, std::move(id), entry->state);
  if (!again) co_return board_failure(again.error());
  co_return *again ? board_done() : not_retriable(*entry);
}

BoardAnswer promote_entry(Board&, BoardQueue& queue, job::JobId id, Request) {
  auto entry = co_await queue.queue.find(id);
  if (!entry) co_return board_failure(entry.error());
  auto promoted = co_await queue.queue.promote(std::move(id));
  if (promoted) co_return board_done();
  if (promoted.error().code != Errc::conflict) co_return board_failure(promoted.error());
  co_return board_error(400, "JOB_NOT_DELAYED", {{"status", queue::to_string(entry->state)}});
}

BoardAnswer remove_entry(Board& board, BoardQueue& queue, job::JobId id, Request) {
  auto entry = co_await queue.queue.find(id);
  if (!entry) co_return board_failure(entry.error());
  if (entry->state == State::active) co_return is_active(id);
  co_await ignore_cancellation();
  if (entry->state != State::completed) {
    auto cancelled = co_await cancel(board.parts.service, id);
    if (!cancelled) co_return board_failure(cancelled.error());
  }
  auto removed = co_await queue.queue.remove(id);
  if (!removed && removed.error().code == Errc::conflict) co_return is_active(id);
  if (!removed && removed.error().code != Errc::not_found) co_return board_failure(removed.error());
  co_return board_done();
}

// Ours are delayed only until they are tried again, and promote is what hurries them.
BoardAnswer refuse_delay(Board&, BoardQueue& queue, job::JobId id, Request) {
  auto entry = co_await queue.queue.find(std::move(id));
  if (!entry) co_return board_failure(entry.error());
  if (entry->state == State::delayed) co_return board_error(405, "JOB_EDIT_NOT_SUPPORTED");
  co_return board_error(400, "JOB_NOT_DELAYED", {{"status", queue::to_string(entry->state)}});
}

// What a client has submitted stays what it submitted.
BoardAnswer refuse_edit(Board&, BoardQueue& queue, job::JobId id, Request) {
  auto entry = co_await queue.queue.find(std::move(id));
  if (!entry) co_return board_failure(entry.error());
  co_return board_error(405, "JOB_EDIT_NOT_SUPPORTED");
}

}  // namespace code_exec::api
