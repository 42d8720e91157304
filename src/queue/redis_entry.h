// queue/redis_entry.h - how BullMQ keeps a job's hash, its options and events, and what we make of them. What
// is missing or no JSON becomes a default: others write there too.
#pragma once

#include <optional>
#include <string>

#include "queue/queue.h"
#include "redis/connection.h"

namespace code_exec::queue {

std::string encode_options(const EntryOptions& options);
// `fields` is a flat list of names and values; `delayed_score` a text, empty where it is not delayed.
Entry decode_entry(job::JobId id, State state, const redis::Reply& fields, const redis::Reply& delayed_score);
// Of the events stream; nothing for one that a queue's listeners do not hear of.
std::optional<Event> decode_event(const redis::Reply& fields);

}  // namespace code_exec::queue
