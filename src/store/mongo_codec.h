// store/mongo_codec.h - a job as documents, for the store and for whoever looks into the database. A field
// that is added to a job is added here and nowhere else in this backend.
//
//   jobs     {_id, status, runs, language, priority, createdAt, startedAt?, finishedAt?, requestKey?,
//             fingerprint?, submission: {args, files: [names], limits, warm, interactive?, tests?,
//             callbackUrl?},
//             input: {code, stdin, files: [contents], tests?}, outcome?: {reason, exitCode, ...},
//             output?: as in results, where it is small}
//   results  {_id: the job's, status, finishedAt, finishId, outcome,
//             output: {stdout, stderr, compileOutput, tests?}}
//
//   callbacks {_id: the job's, or of who took it last, job, url, attempts, dueAt}
//
// What is too large for a document is kept in pieces elsewhere (see mongo_contents.h); then inputPieces or
// outputPieces has their number in place of `input` or `output`.
#pragma once

#include <optional>

#include "job/job.h"
#include "mongo/document.h"
#include "store/store.h"

namespace code_exec::store {

// All but input and output.
mongo::Document encode_job(const job::Job& job);
mongo::Document encode_input(const job::Submission& submission);
mongo::Document encode_outcome_document(const job::Outcome& outcome);
mongo::Document encode_output(const job::Outcome& outcome);
mongo::Document encode_callback(std::string_view id, const DueCallback& callback);  // due at its leased_until
mongo::Document callback_due(TimePoint at);                                         // the update

// With what contents the document of `jobs` has in it. Nothing: it is damaged.
std::optional<job::Job> decode_job(const mongo::View& document);
// Makes the job final, with what contents the document of `results` has in it. False: damaged.
bool decode_result(const mongo::View& document, job::Job& job);
// False: damaged, or of another job.
bool decode_input(const mongo::View& input, job::Submission& submission);
bool decode_output(const mongo::View& output, job::Outcome& outcome);

}  // namespace code_exec::store
