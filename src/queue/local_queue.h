// queue/local_queue.h - a queue in the memory of this process. The store is the durable truth in the embedded
// mode: after a restart the queue is filled from it again.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>

#include "queue/queue.h"

namespace code_exec::queue {

// `clock` must outlive the queue. Await stop() before the queue is destroyed.
std::unique_ptr<Queue> make_local_queue(QueueOptions options, net::any_io_executor executor, Clock& clock);

}  // namespace code_exec::queue
