// http/raw_client_for_test.h - a client that sends exactly the bytes it is told and shows what came back. It
// blocks, with a bound, so the server runs on another thread.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/fd.h"

namespace code_exec::http {

struct RawResponse {
  int status = 0;                              // 0: the connection ended before a whole response
  std::map<std::string, std::string> headers;  // names as sent
  std::string body;
};

class RawClient {
 public:
  // `address` is "127.0.0.1:PORT". `receive_buffer_bytes`: how much the kernel takes for us unread; 0: its
  // default.
  explicit RawClient(const std::string& address, int receive_buffer_bytes = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval bound{10, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound);
    setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof bound);
    if (receive_buffer_bytes > 0)
      setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
    EXPECT_EQ(connect(socket_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  }

  // false: the server closed before it had all.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads one response; `Body::none` for what answers HEAD.
  enum class Body { by_length, none };
  RawResponse read_response(Body body = Body::by_length) {
    RawResponse response;
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos)
      if (!read_some()) return {};
    const std::string head = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t eol = head.find("\r\n", at);
      const std::size_t colon = head.find(": ", at);
      response.headers[head.substr(at, colon - at)] = head.substr(colon + 2, eol - colon - 2);
      at = eol + 2;
    }
    if (body == Body::by_length && response.headers.contains("Content-Length")) {
      const std::size_t length = std::stoul(response.headers["Content-Length"]);
      while (received_.size() < length)
        if (!read_some()) return {};
      response.body = received_.substr(0, length);
      received_.erase(0, length);
    }
    response.status = std::atoi(head.c_str() + head.find(' '));
    return response;
  }

  RawResponse ask(std::string_view bytes) {
    send(bytes);
    return read_response();
  }

  // What has come, to the end of `text`, or what there was when the connection ended.
  std::string read_until(std::string_view text) {
    std::size_t at = 0;
    while ((at = received_.find(text)) == std::string::npos)
      if (!read_some()) return std::exchange(received_, {});
    std::string found = received_.substr(0, at + text.size());
    received_.erase(0, found.size());
    return found;
  }
  std::string read_to_end() {
    while (read_some()) {
    }
    return std::exchange(received_, {});
  }

  // Waits for the server to close; true when it sent nothing more and closed. A reset counts as closed.
  bool closed() {
    while (read_some()) {
    }
    return ended_ && received_.empty();
  }

  void shut_sending() { shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }
  // Closes with a reset instead of an orderly end.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_.reset();
  }

 private:
  bool read_some() {
    char buffer[64 << 10];
    const ssize_t count = recv(socket_.get(), buffer, sizeof buffer, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN)) ended_ = true;
    if (count <= 0) return false;
    received_.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  Fd socket_;
  std::string received_;
  bool ended_ = false;
};

}  // namespace code_exec::http
