// redis/stream.h - the bytes of a connection, with or without TLS (the server's certificate is verified
// against the machine's authorities and the host's name).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <chrono>
#include <memory>

#include "base/task.h"
#include "redis/url.h"

namespace code_exec::redis {

class Stream {
 public:
  virtual ~Stream() = default;
  // Each answers Errc::unavailable. Connecting ends within `bound`.
  virtual Task<void> connect(Url url, std::chrono::milliseconds bound) = 0;
  virtual Task<std::size_t> read(net::mutable_buffer buffer) = 0;
  virtual Task<void> write(net::const_buffer bytes) = 0;
  // What is under way ends.
  virtual void close() = 0;
};

std::unique_ptr<Stream> make_stream(net::any_io_executor executor, bool tls);

}  // namespace code_exec::redis
