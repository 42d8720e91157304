// api/request.h - what the dialects have in common: parameters of a request, and answering with JSON.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "api/encode.h"
#include "base/result.h"
#include "http/http.h"
#include "service/service.h"

namespace code_exec::api {

// ?wait=true (as long as the service allows), ?wait=MS (cut there), ?wait=false or absent: nullopt.
Result<std::optional<std::chrono::milliseconds>> wait_asked(const http::Request& request,
                                                            std::chrono::milliseconds wait_max);
Result<Encoding> encoding_asked(const http::Request& request);  // ?encoding=text|base64
// The Idempotency-Key header, with a hash of method, path and body; without the header nullopt.
Result<std::optional<store::Idempotency>> idempotency_of(const http::Request& request);
// A decimal number without sign from `min` to `max`; `absent` where there is none.
Result<std::size_t> count_asked(const http::Request& request, const std::string& name, std::size_t min,
                                std::size_t max, std::size_t absent);

// The job of a path with {id}. One that names no possible job is an unknown job, not a malformed request:
// Errc::not_found.
Result<job::JobId> id_in_path(const http::Request& request);

http::Response json_response(int status, std::string body);

// The whole of a submit: decodes the body, submits it, waits where asked. 201 with the id; with a wait 200
// with the job once it is final, or 202 with the id. A job that was taken is never answered with an error.
// The header Location is `jobs_path` and the id, where `jobs_path` is not empty.
net::awaitable<http::Response> submit(service::JobService& service, http::Request request,
                                      std::string jobs_path);

}  // namespace code_exec::api
