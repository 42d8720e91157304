// api/routes.h - the dialects. Each function adds one dialect's routes; what it is given must outlive the
// router.
#pragma once

#include <functional>

#include "base/task.h"
#include "http/http.h"
#include "service/service.h"

namespace prometheus {
class Registry;
}

namespace code_exec::api {

// POST /submit-code and GET /exec-result, also beneath /job.
void add_original_routes(http::Router& router, service::JobService& service);

// The resource API beneath /api/v1.
void add_jobs_routes(http::Router& router, service::JobService& service);

// What a job prints as it goes on, and what is said to it: /api/v1/jobs/{id}/events and /io.
void add_live_routes(http::Router& router, service::JobService& service);

// /openapi.json: what all these routes are, but for the board's.
void add_openapi_routes(http::Router& router, service::JobService& service);

// The playground at /, the other pages and their files. 404 in a build without them (web/assets.h).
void add_pages_routes(http::Router& router);

// /healthz, /readyz, /version and /metrics. `check_ready` says what is missing for work to be accepted.
void add_health_routes(http::Router& router, std::function<Task<void>()> check_ready,
                       prometheus::Registry& metrics);

// Bull Board beneath /admin/queues. Without its files in the binary (web/assets.h) only its API answers.
struct BoardParts {
  net::any_io_executor executor;
  Clock& clock;
  service::JobService& service;
  queue::Queue& save_queue;
  queue::Queue& exec_queue;
};
struct BoardOptions {
  bool read_only = false;
  // What jobs were submitted with, and what they printed. Asked each time.
  std::function<bool()> shows_sources = [] { return true; };
};
void add_board_routes(http::Router& router, BoardParts parts, BoardOptions options);

}  // namespace code_exec::api
