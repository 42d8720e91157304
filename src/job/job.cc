#include "job/job.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace code_exec::job {
namespace {

constexpr std::array<std::pair<Comparison, std::string_view>, 4> comparisons{{
    {Comparison::exact, "exact"},
    {Comparison::trailing_space, "trailing-space"},
    {Comparison::tokens, "tokens"},
    {Comparison::numeric, "numeric"},
}};

Error invalid(std::string field, std::string detail) {
  return Error{Errc::invalid, std::move(detail), std::move(field)};
}

Error too_large(std::string field, std::size_t bound) {
  return Error{Errc::too_large, "must not be longer than " + std::to_string(bound) + " bytes",
               std::move(field)};
}

std::string indexed(const char* name, std::size_t index, const char* member = "") {
  return std::string(name) + "[" + std::to_string(index) + "]" + member;
}

Result<void> check_args(const std::vector<std::string>& args, const SubmissionBounds& bounds,
                        const std::string& field) {
  if (args.size() > bounds.args_count)
    return invalid(field, "must not have more than " + std::to_string(bounds.args_count) + " elements");
  std::size_t total = 0;
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i].find('\0') != std::string::npos)
      return invalid(indexed(field.c_str(), i), "must not contain NUL");
    total += args[i].size() + 1;
  }
  if (total > bounds.args_bytes) return too_large(field, bounds.args_bytes);
  return ok();
}

Result<void> check_tests(const Submission& submission, const SubmissionBounds& bounds) {
  const std::vector<TestCase>& cases = submission.tests.cases;
  if (cases.empty()) return ok();
  if (cases.size() > bounds.tests_count)
    return invalid("tests", "must not have more than " + std::to_string(bounds.tests_count) + " elements");
  if (submission.interactive) return invalid("interactive", "is not for a program with tests");
  if (!submission.stdin_bytes.empty()) return invalid("stdin", "is each test's own where there are tests");
  if (!(submission.tests.tolerance >= 0)) return invalid("tolerance", "must not be negative");
  std::size_t total = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto checked = check_args(cases[i].args, bounds, indexed("tests", i, ".args"));
    if (!checked) return checked;
    total += cases[i].stdin_bytes.size() + cases[i].expected_output.value_or("").size();
  }
  if (total > bounds.tests_bytes) return too_large("tests", bounds.tests_bytes);
  return ok();
}

// Names that cannot exist side by side: the same twice, or one that is a directory of another.
Result<void> check_clashes(const Submission& submission, std::string_view program_file) {
  std::set<std::string, std::less<>> names{std::string(program_file)};
  std::set<std::string, std::less<>> directories;
  for (std::size_t i = 0; i < submission.files.size(); ++i) {
    const std::string& name = submission.files[i].name;
    if (!names.insert(name).second) return invalid(indexed("files", i, ".name"), "is used twice");
    for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
      directories.insert(name.substr(0, slash));
  }
  for (std::size_t i = 0; i < submission.files.size(); ++i) {
    if (directories.contains(submission.files[i].name))
      return invalid(indexed("files", i, ".name"), "is also the directory of another file");
  }
  if (directories.contains(program_file))
    return invalid("files", "one has the program's own file as its directory");
  return ok();
}

}  // namespace

std::string_view to_string(Comparison comparison) {
  for (const auto& [known, name] : comparisons)
    if (known == comparison) return name;
  return {};
}

std::optional<Comparison> parse_comparison(std::string_view text) {
  for (const auto& [comparison, name] : comparisons)
    if (name == text) return comparison;
  return std::nullopt;
}

Result<void> check_file_name(std::string_view name, const std::string& field) {
  if (name.empty() || name.size() > 255) return invalid(field, "must be 1 to 255 bytes long");
  if (name.front() == '/') return invalid(field, "must be a relative path");
  const bool control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (control) return invalid(field, "must not contain control characters");
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..")
      return invalid(field, "must not have an empty part, \".\" or \"..\"");
    begin = end + 1;
  }
  return ok();
}

Result<void> check(const Submission& submission, const SubmissionBounds& bounds,
                   std::string_view program_file) {
  if (submission.code.size() > bounds.code_bytes) return too_large("code", bounds.code_bytes);
  if (submission.stdin_bytes.size() > bounds.stdin_bytes) return too_large("stdin", bounds.stdin_bytes);
  if (auto checked = check_args(submission.args, bounds, "args"); !checked) return checked;
  if (auto checked = check_tests(submission, bounds); !checked) return checked;
  if (submission.files.size() > bounds.files_count)
    return invalid("files", "must not have more than " + std::to_string(bounds.files_count) + " elements");
  std::size_t total = 0;
  for (std::size_t i = 0; i < submission.files.size(); ++i) {
    auto checked = check_file_name(submission.files[i].name, indexed("files", i, ".name"));
    if (!checked) return checked;
    total += submission.files[i].content.size();
  }
  if (total > bounds.files_bytes) return too_large("files", bounds.files_bytes);
  return check_clashes(submission, program_file);
}

}  // namespace code_exec::job
