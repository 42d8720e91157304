#include "live/live_runs.h"

#include <cassert>
#include <utility>

namespace code_exec::live {
namespace {

Result<void> deliver(const Message& message, sandbox::RunInput& to) {
  switch (message.type) {
    case Message::Type::input:
      return to.write(message.bytes);
    case Message::Type::end_of_input:
      to.end();
      return ok();
    case Message::Type::signal:
      return to.signal(message.signal);
  }
  return ok();
}

}  // namespace

struct LiveRuns::Topic {
  std::shared_ptr<Output> output;  // of the run going on
  std::shared_ptr<sandbox::RunInput> input;
  std::list<Watch*> watches;
  int runs = 0;  // that have not ended
  int watchers_here = 0;
};

LiveRuns::LiveRuns() = default;

LiveRuns::~LiveRuns() {
  assert(topics_.empty());
}

LiveRuns::Topics::iterator LiveRuns::topic_of(const job::JobId& id) {
  return topics_.try_emplace(id).first;
}

void LiveRuns::drop_if_unused(Topics::iterator topic) {
  if (topic->second.runs == 0 && topic->second.watches.empty()) topics_.erase(topic);
}

void LiveRuns::notify(Topic& topic) {
  for (Watch* watch : topic.watches) watch->changed_();
}

// ---------------------------------------------------------------------------------------------------------
// Runs

// Where a lease was lost, two runs of a job may go on at one time: the later one is shown.
std::unique_ptr<LiveRuns::Run> LiveRuns::begin(const job::JobId& id, std::int64_t run,
                                               std::shared_ptr<sandbox::RunInput> input) {
  auto topic = topic_of(id);
  auto output = std::make_shared<Output>();
  output->run = run;
  ++topic->second.runs;
  topic->second.output = output;
  topic->second.input = std::move(input);
  for (Watch* watch : topic->second.watches) watch->output_ = output;
  notify(topic->second);
  return std::unique_ptr<Run>(new Run(*this, topic, std::move(output)));
}

void LiveRuns::Run::append(sandbox::Stream stream, std::string_view bytes) {
  (stream == sandbox::Stream::stdout_stream ? output_->stdout_bytes : output_->stderr_bytes).append(bytes);
  if (topic_->second.output == output_) notify(topic_->second);
}

LiveRuns::Run::~Run() {
  Topic& topic = topic_->second;
  --topic.runs;
  if (topic.output == output_) {
    topic.output.reset();
    topic.input.reset();
    notify(topic);
  }
  owner_.drop_if_unused(topic_);
}

// ---------------------------------------------------------------------------------------------------------
// Watchers

LiveRuns::Watch::Watch(LiveRuns& owner, Topics::iterator topic, Watcher who, std::function<void()> changed)
    : owner_(owner), topic_(topic), who_(who), changed_(std::move(changed)), output_(topic->second.output) {
  place_ = topic->second.watches.insert(topic->second.watches.end(), this);
  if (who == Watcher::here && ++topic->second.watchers_here == 1 && owner.elsewhere_)
    owner.elsewhere_->watched(topic->first);
}

LiveRuns::Watch::~Watch() {
  topic_->second.watches.erase(place_);
  const bool last_here = who_ == Watcher::here && --topic_->second.watchers_here == 0;
  const job::JobId id = topic_->first;
  owner_.drop_if_unused(topic_);
  // Who hears it may end a run that was shown for the watchers' sake, and the topic with it.
  if (last_here && owner_.elsewhere_) owner_.elsewhere_->unwatched(id);
}

std::unique_ptr<LiveRuns::Watch> LiveRuns::watch(const job::JobId& id, std::function<void()> changed,
                                                 Watcher who) {
  return std::unique_ptr<Watch>(new Watch(*this, topic_of(id), who, std::move(changed)));
}

Result<void> LiveRuns::tell(const job::JobId& id, Message message) {
  auto topic = topics_.find(id);
  const bool is_here = topic != topics_.end() && topic->second.input;
  if (is_here || !elsewhere_) return tell_here(id, message);
  return elsewhere_->tell(id, std::move(message));
}

Result<void> LiveRuns::tell_here(const job::JobId& id, const Message& message) {
  auto topic = topics_.find(id);
  if (topic == topics_.end() || !topic->second.input)
    return Error{Errc::conflict, "the program does not run", {}};
  return deliver(message, *topic->second.input);
}

}  // namespace code_exec::live
