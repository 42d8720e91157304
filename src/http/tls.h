// http/tls.h - TLS in front of plain sessions: a connection is decrypted by a coroutine of its own, which
// passes what it reads to a session through a pair of sockets and encrypts what comes back. The session knows
// nothing of it, and its deadlines bound the whole: when it closes its end, so does the client's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/task_group.h"
#include "http/stream.h"

namespace code_exec::http {

class TlsTerminator {
 public:
  virtual ~TlsTerminator() = default;
  // The session's end for a client that is about to shake hands; what stands between them runs in `group`.
  // Errc::unavailable: no descriptors left.
  virtual Result<Socket> terminate(net::ip::tcp::socket client, TaskGroup& group) = 0;
};

// Of PEM texts: the certificate with its chain, leaf first, and its key. TLS 1.2 and 1.3. Errc::invalid: they
// are not what they should be, or do not belong together.
Result<std::unique_ptr<TlsTerminator>> make_tls_terminator(const std::string& certificate_pem,
                                                           const std::string& key_pem);

}  // namespace code_exec::http
