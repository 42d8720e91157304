// api/board.h - what the parts of Bull Board's server API share. The UI is the published @bull-board/ui; this
// is the API that it speaks (version 9.10), over our queues and jobs:
//
//   board.cc          which route is whose, and what is refused before it
//   board_pages.cc    the entry page and the files of the UI
//   board_jobs.cc     reading: queues, jobs, logs, workers
//   board_writes.cc   changing: retry, clean, pause, add
//   board_encode.*    our entries and jobs as the UI's objects
//   board_metrics.*   what its chart shows
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include "api/board_encode.h"
#include "api/board_metrics.h"
#include "api/routes.h"
#include "http/http.h"

namespace code_exec::api {

// One queue, as the board shows it.
struct BoardQueue {
  BoardQueue(queue::Queue& its_queue, Clock& clock, std::string its_job_name, std::string its_description,
             bool retries_what_completed);

  const std::string& name() const { return queue.options().name; }

  queue::Queue& queue;
  const std::string job_name;
  const std::string description;
  const bool retries_completed;
  MinuteCounts completed;
  MinuteCounts failed;
  std::unique_ptr<queue::Queue::Subscription> subscription;
};

struct Board {
  Board(const BoardParts& its_parts, const BoardOptions& its_options);

  BoardQueue* find(const std::string& name);  // nullptr: unknown

  BoardParts parts;
  BoardOptions options;
  std::array<BoardQueue, 2> queues;
};

using BoardAnswer = net::awaitable<http::Response>;
using BoardRoute = BoardAnswer (*)(Board&, http::Request);
using QueueRoute = BoardAnswer (*)(Board&, BoardQueue&, http::Request);
using EntryRoute = BoardAnswer (*)(Board&, BoardQueue&, job::JobId, http::Request);

void add_board_pages(http::Router& router, std::shared_ptr<Board> board);

// Reading.
BoardAnswer show_queues(Board& board, http::Request request);
BoardAnswer show_server(Board& board, http::Request request);
BoardAnswer show_metrics(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer show_workers(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer show_job_schema(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer show_entry(Board& board, BoardQueue& queue, job::JobId id, http::Request request);
BoardAnswer show_logs(Board& board, BoardQueue& queue, job::JobId id, http::Request request);
BoardAnswer show_flow(Board& board, BoardQueue& queue, job::JobId id, http::Request request);

// Changing. A client that goes away does not end what it has begun.
BoardAnswer pause_all(Board& board, http::Request request);
BoardAnswer resume_all(Board& board, http::Request request);
BoardAnswer pause_queue(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer resume_queue(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer set_concurrency(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer add_job(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer retry_entries(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer promote_entries(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer clean_entries(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer empty_queue(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer obliterate_queue(Board& board, BoardQueue& queue, http::Request request);
BoardAnswer retry_entry(Board& board, BoardQueue& queue, job::JobId id, http::Request request);
BoardAnswer promote_entry(Board& board, BoardQueue& queue, job::JobId id, http::Request request);
BoardAnswer remove_entry(Board& board, BoardQueue& queue, job::JobId id, http::Request request);
BoardAnswer refuse_delay(Board& board, BoardQueue& queue, job::JobId id, http::Request request);
BoardAnswer refuse_edit(Board& board, BoardQueue& queue, job::JobId id, http::Request request);

}  // namespace code_exec::api
