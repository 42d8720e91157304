#include "api/request.h"

#include <algorithm>

#include "api/decode.h"
#include "base/number.h"
#include "base/text.h"

namespace code_exec::api {
namespace {

constexpr std::size_t idempotency_key_bytes_max = 255;

}  // namespace

Result<std::optional<std::chrono::milliseconds>> wait_asked(const http::Request& request,
                                                            std::chrono::milliseconds wait_max) {
  using Wait = std::optional<std::chrono::milliseconds>;
  const std::string* text = request.query_value("wait");
  if (!text || *text == "false") return Wait();
  if (*text == "true") return Wait(wait_max);
  const auto number = parse_number<std::uint64_t>(*text);
  if (!number) return Error{Errc::malformed, "must be true, false or a number of milliseconds", "wait"};
  if (*number == 0) return Wait();
  const auto bound = static_cast<std::uint64_t>(wait_max.count());
  return Wait(std::chrono::milliseconds(std::min(*number, bound)));
}

Result<Encoding> encoding_asked(const http::Request& request) {
  const std::string* text = request.query_value("encoding");
  if (!text || *text == "text") return Encoding::text;
  if (*text == "base64") return Encoding::base64;
  return Error{Errc::invalid, "must be text or base64", "encoding"};
}

Result<std::optional<store::Idempotency>> idempotency_of(const http::Request& request) {
  const std::string* key = request.header("idempotency-key");
  if (!key) return std::optional<store::Idempotency>();
  const bool printable = std::all_of(key->begin(), key->end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key->empty() || key->size() > idempotency_key_bytes_max || !printable)
    return Error{Errc::malformed, "must be 1 to 255 printable ASCII characters", "Idempotency-Key"};
  const std::string whole =
      std::string(http::to_string(request.method)) + " " + request.path + "\n" + request.body;
  return std::optional(store::Idempotency{*key, sha256_hex(whole)});
}

Result<std::size_t> count_asked(const http::Request& request, const std::string& name, std::size_t min,
                                std::size_t max, std::size_t absent) {
  const std::string* text = request.query_value(name);
  if (!text) return absent;
  const auto number = parse_number<std::uint64_t>(*text);
  if (!number) return Error{Errc::malformed, "must be a number", name};
  if (*number < min || *number > max)
    return Error{Errc::invalid, "must be from " + std::to_string(min) + " to " + std::to_string(max), name};
  return static_cast<std::size_t>(*number);
}

Result<job::JobId> id_in_path(const http::Request& request) {
  auto id = job::JobId::parse(request.path_params.at("id"));
  if (!id) return Error{Errc::not_found, "there is no such job", {}};
  return id;
}

http::Response json_response(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.body = std::move(body);
  return response;
}

net::awaitable<http::Response> submit(service::JobService& service, http::Request request,
                                      std::string jobs_path) {
  auto wait = wait_asked(request, service.options().wait_max);
  if (!wait) co_return http::problem_for(wait.error());
  auto encoding = encoding_asked(request);
  if (!encoding) co_return http::problem_for(encoding.error());
  auto idempotency = idempotency_of(request);
  if (!idempotency) co_return http::problem_for(idempotency.error());
  auto submission = decode_submission(request.body);
  if (!submission) co_return http::problem_for(submission.error());

  const std::size_t runs = std::max<std::size_t>(1, submission->tests.cases.size());
  auto id = co_await service.submit(*std::move(submission), *std::move(idempotency));
  if (!id) co_return http::problem_for(id.error());
  http::Response response = json_response(201, encode_job_id(*id));
  response.cost = runs;
  if (!jobs_path.empty()) response.headers.emplace_back("Location", jobs_path + id->text());
  if (!*wait) co_return response;

  auto job = co_await service.wait(*id, **wait);
  const bool done = job && job::is_final(job->status);
  response.status = done ? 200 : 202;
  if (done) response.body = encode_job(*job, *encoding);
  co_return response;
}

}  // namespace code_exec::api
