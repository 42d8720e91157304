// store/sqlite_codec.h - a submission and an outcome as the text that a row holds. A field that is added to
// either is added here and nowhere else in this backend. Fields that are absent, because an older version
// wrote the row, keep their defaults.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "job/job.h"

namespace code_exec::store {

// JSON of everything but what has a column of its own: language, priority, code, stdin, file contents.
std::string encode_submission(const job::Submission& submission);
// The contents of all files, one after the other; encode_submission() wrote down their sizes. Then those of
// the tests.
std::string join_contents(const job::Submission& submission);
// Without `contents`, files have their names only. Nothing: the text is damaged, or `contents` do not fit it.
std::optional<job::Submission> decode_submission(std::string_view text,
                                                 std::optional<std::string_view> contents);

// JSON of everything but the status and the outputs.
std::string encode_outcome(const job::Outcome& outcome);
std::optional<job::Outcome> decode_outcome(std::string_view text);
// Of a job with tests, what each of them printed stands in place of its own output, which is empty.
std::string stdout_column(const job::Outcome& outcome);
bool read_stdout_column(std::string bytes, job::Outcome& outcome);  // false: damaged

}  // namespace code_exec::store
