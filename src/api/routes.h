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

// The playground at / and the files of its pages. 404 in a build without them (web/assets.h).
void add_pages_routes(http::Router& router);

// /healthz, /readyz, /version and /metrics. `check_ready` says what is missing for work to be accepted.
void add_health_routes(http::Router& router, std::function<Task<void>()> check_ready,
                       prometheus::Registry& metrics);

}  // namespace code_exec::api
