#include "worker/warm_choice.h"

#include <algorithm>

namespace code_exec::worker {
namespace {

constexpr std::string_view blanks = " \t\r";

std::string_view without_blanks(std::string_view text) {
  const auto begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

// "a.b as c" -> "a"
std::string_view first_name(std::string_view text) {
  text = without_blanks(text);
  const auto end = std::find_if_not(text.begin(), text.end(),
                                    [](unsigned char c) { return std::isalnum(c) || c == '_' || c >= 0x80; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// Nothing where the statement does not begin with it.
std::string_view after_word(std::string_view statement, std::string_view word) {
  if (!statement.starts_with(word)) return {};
  statement.remove_prefix(word.size());
  return !statement.empty() && blanks.find(statement.front()) != std::string_view::npos ? statement
                                                                                        : std::string_view();
}

void add_imports(std::string_view statement, std::set<std::string_view>& names) {
  statement = without_blanks(statement);
  const auto add = [&](std::string_view name) {
    if (!name.empty()) names.insert(name);
  };
  add(first_name(after_word(statement, "from")));
  for (std::string_view list = after_word(statement, "import"); !list.empty();) {
    add(first_name(list));
    list.remove_prefix(std::min(list.find(','), list.size() - 1) + 1);
  }
}

// Of the set's own names, each counts down to its first dot.
std::size_t count_wanted(const runtime::WarmSet& set, const std::set<std::string_view>& wanted) {
  std::set<std::string_view> found;
  for (const std::string& name : set.imports) {
    const std::string_view top = first_name(name);
    if (wanted.contains(top)) found.insert(top);
  }
  return found.size();
}

// What the interpreter looks for in its user's home when it starts, which a warm one has done.
bool is_for_start(const job::SourceFile& file) {
  return file.name.starts_with(".local/");
}

}  // namespace

std::set<std::string_view> imports_of(std::string_view source) {
  std::set<std::string_view> names;
  while (!source.empty()) {
    const auto end = std::min(source.find_first_of("\n;"), source.size() - 1);
    add_imports(source.substr(0, end + (source[end] == '\n' || source[end] == ';' ? 0 : 1)), names);
    source.remove_prefix(end + 1);
  }
  return names;
}

std::uint32_t choose_warm_set(const runtime::Runtime& runtime, const job::Submission& submission) {
  if (!submission.warm || runtime.warm.empty() ||
      std::any_of(submission.files.begin(), submission.files.end(), is_for_start))
    return 0;
  if (runtime.ahead) return submission.args.empty() ? runtime.warm.front().number : 0;
  const auto wanted = imports_of(submission.code);
  const runtime::WarmSet* best = nullptr;
  std::size_t most = 0;
  for (const runtime::WarmSet& set : runtime.warm) {
    const std::size_t count = count_wanted(set, wanted);
    const bool smaller = best && count == most && set.imports.size() < best->imports.size();
    if (best && count <= most && !smaller) continue;
    best = &set;
    most = count;
  }
  return best->number;
}

}  // namespace code_exec::worker
