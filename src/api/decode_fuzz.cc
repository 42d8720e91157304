// Whatever the bytes, decoding ends; and what is accepted keeps its promises.
#include <cstdint>
#include <cstdlib>

#include "api/board_decode.h"
#include "api/decode.h"
#include "base/text.h"

namespace {

using code_exec::service::SubmissionRequest;

void expect(bool held) {
  if (!held) std::abort();
}

// No name that a submission is accepted with leads out of its directory.
void expect_inside(const std::string& name) {
  expect(!name.empty() && name.size() <= 255 && name.front() != '/' && name.back() != '/');
  const std::string framed = "/" + name + "/";
  for (const char* part : {"//", "/./", "/../"}) expect(framed.find(part) == std::string::npos);
  for (unsigned char c : name) expect(c >= 0x20 && c != 0x7f);
}

void check(const SubmissionRequest& request) {
  expect(code_exec::is_utf8(request.code) && code_exec::is_utf8(request.stdin_bytes));
  expect(code_exec::is_utf8(request.language) && request.priority < (1U << 21));
  for (const auto& time : {request.limits.cpu_time, request.limits.wall_time})
    expect(!time || (time->count() >= 0 && time->count() <= 1LL << 53));
  for (const auto& bytes :
       {request.limits.memory_bytes, request.limits.output_bytes, request.limits.disk_bytes})
    expect(!bytes || *bytes <= 1ULL << 53);

  code_exec::job::Submission submission;
  submission.code = request.code;
  submission.stdin_bytes = request.stdin_bytes;
  submission.args = request.args;
  submission.files = request.files;
  if (!code_exec::job::check(submission, {}, "main.py")) return;
  for (const auto& file : submission.files) expect_inside(file.name);
  for (const std::string& arg : submission.args) expect(arg.find('\0') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const auto one = code_exec::api::decode_submission(body);
  if (one) {
    check(*one);
  } else {
    expect(code_exec::is_utf8(one.error().detail) && one.error().field.size() < 400);
  }
  const auto batch = code_exec::api::decode_batch(body, 3);
  if (batch) {
    expect(!batch->empty() && batch->size() <= 3);
    for (const SubmissionRequest& each : *batch) check(each);
  }
  const auto added = code_exec::api::decode_board_job(body);
  if (!added)
    expect(code_exec::is_utf8(added.error().detail));
  else if (!added->copy_of)
    check(added->submission);
  (void)code_exec::api::decode_board_concurrency(body);
  (void)code_exec::api::decode_board_force(body);
  return 0;
}
