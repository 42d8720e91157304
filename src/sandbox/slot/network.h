// sandbox/slot/network.h - a slot's network namespace: a loopback interface and nothing else.
#pragma once

#include <array>
#include <cstddef>

#include "base/fd.h"

namespace code_exec::sandbox {

// What earlier runs left in a network namespace, as its own counters tell. The files are opened once, through
// the slot's own /proc: to find them again for every run costs more than to read them.
class NetworkTraces {
 public:
  // As it is before the first run. 0, or the errno.
  int remember();
  // Whether anything has been sent, received or refused since.
  bool any();
  // Whether any socket is left in the namespace once everyone in it is dead: a closed connection in
  // TIME_WAIT, or local sockets that are in flight over each other, which live (with all the files in flight
  // with them) until the kernel's collector runs; it is started here and given a moment. True also when that
  // cannot be found out.
  bool left_dirty();

 private:
  static constexpr std::size_t counters_max = 16384;
  struct Counters {
    Fd file;
    std::array<char, counters_max> text{};
    std::size_t size = 0;
  };
  static int open_counters(const char* path, Counters& counters);
  static bool read(Counters& counters);
  bool no_sockets();
  static bool changed(Counters& before);

  Counters snmp_;
  Counters snmp6_;
  Counters sockets_;
};

// 0, or the errno.
int bring_up_loopback();

// Bounds what connections may hold, which counts for nobody until they are accepted. 0, or the errno. Call it
// while the host's /proc is in view.
int bound_network();

}  // namespace code_exec::sandbox
