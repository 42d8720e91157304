#include "store/mongo_contents.h"

#include "base/log.h"
#include "store/mongo_queries.h"

namespace code_exec::store {
namespace {

using mongo::Document;
using mongo::View;

constexpr const char* contents = "contents";
constexpr std::size_t piece_bytes = 8 << 20;

std::string piece_id(const std::string& owner, int number) {
  return owner + "/" + std::to_string(number);
}

}  // namespace

std::string input_owner(const job::JobId& id) {
  return id.text() + "/input";
}

std::string output_owner(const job::JobId& id, const std::string& finish_id) {
  return id.text() + "/output/" + finish_id;
}

// One after the other: together they could be more than the driver sends at once.
Result<int> put_contents(mongo::Client& client, const std::string& owner, const job::JobId& job,
                         TimePoint now, std::string_view bytes) {
  int pieces = 0;
  for (; !bytes.empty(); ++pieces) {
    const std::string_view data = bytes.substr(0, piece_bytes);
    bytes.remove_prefix(data.size());
    Document piece;
    piece.text("_id", piece_id(owner, pieces)).text("job", job.text()).date("createdAt", now);
    piece.binary("data", data);
    mongo::Client::Bulk bulk(client, contents);
    bulk.insert(piece);
    auto put = bulk.execute();
    if (!put) return put.error();
    if (put->errors.empty()) continue;
    const mongo::WriteError& error = put->errors.front();
    if (error.is_duplicate()) return Error{Errc::conflict, "the job id " + job.text() + " is taken", {}};
    return Error{Errc::unavailable, "mongodb: " + error.message, {}};
  }
  return pieces;
}

Result<std::string> get_contents(mongo::Client& client, const std::string& owner, int pieces) {
  std::string bytes;
  for (int i = 0; i < pieces; ++i) {
    auto piece = client.find_one(contents, by_id(piece_id(owner, i)), Document());
    if (!piece) return piece.error();
    const auto data = *piece ? View((*piece)->get()).text("data") : std::nullopt;
    if (!data) return Error{Errc::internal, "a piece of a stored job is missing: " + owner, {}};
    bytes += *data;
  }
  return bytes;
}

void drop_contents(mongo::Client& client, const std::string& owner, int pieces) {
  for (int i = 0; i < pieces; ++i) {
    auto dropped = client.remove(contents, by_id(piece_id(owner, i)));
    if (!dropped) log::debug("contents not dropped owner={} error={}", owner, dropped.error().detail);
  }
}

Result<std::size_t> drop_orphans(mongo::Client& client, TimePoint cutoff, std::size_t limit) {
  Document before;
  before.date("$lt", cutoff);
  Document filter;
  filter.document("createdAt", before);
  Document options = only({"job"});
  options.document("sort", sorted_by("createdAt", 1)).integer("limit", static_cast<std::int64_t>(limit));
  std::vector<std::pair<std::string, std::string>> found;  // piece, job
  auto looked = client.find(contents, filter, options, [&found](View piece) {
    found.emplace_back(piece.text("_id").value_or(""), piece.text("job").value_or(""));
    return true;
  });
  if (!looked) return looked.error();

  std::size_t dropped = 0;
  for (const auto& [piece, job] : found) {
    auto owner = client.find_one("jobs", by_id(job), only({"_id"}));
    if (!owner) return owner.error();
    if (*owner) continue;
    auto removed = client.remove(contents, by_id(piece));
    if (!removed) return removed.error();
    dropped += *removed;
  }
  return dropped;
}

}  // namespace code_exec::store
