#include "queue/redis_cancels.h"

#include "queue/redis_queue.h"
#include "redis/follower.h"

namespace code_exec::queue {
namespace {

// More than are asked for while a worker's connection comes back.
constexpr const char* kept_max = "1000";

class Cancels final : public RedisCancels {
 public:
  Cancels(const RedisQueueOptions& options, net::any_io_executor executor)
      : executor_(executor),
        options_(options.connection),
        key_(options.prefix + ":code-exec-cancels"),
        commands_(executor, options.connection) {}

  Task<void> ask(job::JobId id) override {
    redis::Command command{"XADD", key_, "MAXLEN", "~", kept_max, "*", "jobId", id.text()};
    auto reply = co_await commands_.call(std::move(command));
    if (!reply) co_return reply.error();
    if (reply->type == redis::Reply::Type::error)
      co_return Error{Errc::unavailable, "redis: " + reply->text, {}};
    co_return ok();
  }

  void follow(std::function<void(const job::JobId&)> cancel) override {
    auto entry = [cancel = std::move(cancel)](const redis::Reply& fields) {
      auto id = fields.items.size() == 2 ? job::JobId::parse(fields.items[1].text)
                                         : Result<job::JobId>(Error{Errc::malformed, {}, {}});
      if (id) cancel(*id);
    };
    follower_ = std::make_unique<redis::Follower>(executor_, options_, commands_, key_, std::move(entry));
  }

  Task<void> stop() override {
    auto stopped = co_await commands_.stop();
    Result<void> followed;
    if (follower_) followed = co_await follower_->stop();
    co_return followed ? stopped : followed;
  }

 private:
  net::any_io_executor executor_;
  const redis::ConnectionOptions options_;
  const std::string key_;
  redis::Connection commands_;
  std::unique_ptr<redis::Follower> follower_;
};

}  // namespace

std::unique_ptr<RedisCancels> make_redis_cancels(const RedisQueueOptions& options,
                                                 net::any_io_executor executor) {
  return std::make_unique<Cancels>(options, std::move(executor));
}

}  // namespace code_exec::queue
