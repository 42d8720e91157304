// sandbox/slot/network.h - a slot's network namespace: a loopback interface and nothing else.
#pragma once

#include <array>
#include <cstddef>

namespace code_exec::sandbox {

// What a network namespace keeps of earlier runs in its counters; looked at through the slot's own /proc.
class NetworkTraces {
 public:
  // As it is before the first run. 0, or the errno.
  int remember();
  // Whether anything has been sent, received or refused since.
  bool any() const;

 private:
  struct Counters {
    std::array<char, 16384> text{};
    std::size_t size = 0;
  };
  static bool read_counters(const char* file, Counters& counters);
  Counters snmp_;
  Counters snmp6_;
};

// 0, or the errno.
int bring_up_loopback();

// Bounds what connections may hold, which counts for nobody until they are accepted. 0, or the errno. Call it
// while the host's /proc is in view.
int bound_network();

// Whether any socket is left in the namespace once everyone in it is dead: a closed connection in TIME_WAIT,
// or local sockets that are in flight over each other, which live (with all the files in flight with them)
// until the kernel's collector runs; it is started here and given a moment. True also when that cannot be
// found out.
bool network_left_dirty();

}  // namespace code_exec::sandbox
