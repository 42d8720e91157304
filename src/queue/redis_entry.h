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
std::size_t decode_count(std::string_view text);  // 0 for what is none
// A worker is a connection with a name: its queue's, and its own where it has one without spaces.
std::string worker_client_name(std::string queue_name, std::string_view worker);
// Of the answer to CLIENT LIST.
std::vector<WorkerInfo> decode_workers(std::string_view clients, std::string_view queue_name);

}  // namespace code_exec::queue
