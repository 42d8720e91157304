// store/mongo_contents.h - contents that are too large for a document (16 MiB in MongoDB): their BSON in
// pieces of the collection `contents`, {_id: "<owner>/<n>", job, createdAt, data}. Calls block.
#pragma once

#include "job/job_id.h"
#include "mongo/client.h"

namespace code_exec::store {

// A job's input up to this stays within the bound of its document, and its output within that of its result.
inline constexpr std::size_t within_document_max = 14 << 20;

std::string input_owner(const job::JobId& id);
// Each attempt to finish a job writes pieces of its own, so the one that loses spoils nothing.
std::string output_owner(const job::JobId& id, const std::string& finish_id);

// Returns how many pieces there are. Errc::conflict: the owner has pieces already.
Result<int> put_contents(mongo::Client& client, const std::string& owner, const job::JobId& job,
                         TimePoint now, std::string_view bytes);
// Errc::unavailable also where a piece is missing.
Result<std::string> get_contents(mongo::Client& client, const std::string& owner, int pieces);
void drop_contents(mongo::Client& client, const std::string& owner, int pieces);
// Up to `limit` pieces from before `cutoff` whose job is gone: expired, or never inserted because its service
// died in between.
Result<std::size_t> drop_orphans(mongo::Client& client, TimePoint cutoff, std::size_t limit);

}  // namespace code_exec::store
