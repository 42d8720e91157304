// store/mongo_queries.h - filters and options that the parts of the store in MongoDB share.
#pragma once

#include <initializer_list>

#include "job/job_id.h"
#include "mongo/document.h"

namespace code_exec::store {

inline mongo::Document by_id(std::string_view id) {
  mongo::Document filter;
  filter.text("_id", id);
  return filter;
}
inline mongo::Document by_id(const job::JobId& id) {
  return by_id(std::string_view(id.text()));
}

inline mongo::Document callback_of(const job::JobId& job) {
  mongo::Document filter;
  filter.text("job", job.text());
  return filter;
}

inline mongo::Document projection(std::initializer_list<const char*> fields, std::int64_t shown) {
  mongo::Document chosen;
  for (const char* field : fields) chosen.integer(field, shown);
  mongo::Document options;
  options.document("projection", chosen);
  return options;
}
// Options to find: the id and these fields; or all but these.
inline mongo::Document only(std::initializer_list<const char*> fields) {
  return projection(fields, 1);
}
inline mongo::Document without(std::initializer_list<const char*> fields) {
  return projection(fields, 0);
}

inline mongo::Document sorted_by(const char* field, int direction) {
  mongo::Document sort;
  sort.integer(field, direction);
  return sort;
}

}  // namespace code_exec::store
