// http/gate.h - what every request passes before its handler: is it one that another site's page made a
// browser send, whose key does it show, may that one do this, and does it not ask for too much. It judges by
// the route that was matched, never by the text of a path, so there is no second way to write one. What it
// refuses is problem+json: 401, 403 and 429.
#pragma once

#include <vector>

#include "access/client_limits.h"
#include "access/key_ring.h"
#include "access/network.h"
#include "http/http.h"
#include "http/origins.h"

namespace prometheus {
class Registry;
}

namespace code_exec::http {

struct GateOptions {
  Origins origins;
  access::Limits limits;  // of each client: a key, or an address where nobody needs a key
  std::vector<access::Network> trusted_proxies;
  // Where nobody needs a key: refuse requests to any name but this machine's own for itself.
  bool local_hosts_only = false;
};

// All must outlive the gate. Where there are no keys, limits and origins it costs no memory and no coroutine
// of its own.
Router::Gate make_gate(access::KeyRing& keys, Clock& clock, prometheus::Registry& metrics,
                       GateOptions options);

}  // namespace code_exec::http
