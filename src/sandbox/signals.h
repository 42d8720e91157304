// sandbox/signals.h - the signals that whoever submitted a program may send it while it runs.
#pragma once

#include <array>
#include <csignal>
#include <string_view>
#include <utility>

namespace code_exec::sandbox {

// Those of people at a terminal and of supervisors. Not SIGSTOP: a stopped program would hold its slot.
inline constexpr std::array<std::pair<std::string_view, int>, 9> signals_to_programs{{{"SIGINT", SIGINT},
                                                                                      {"SIGTERM", SIGTERM},
                                                                                      {"SIGHUP", SIGHUP},
                                                                                      {"SIGQUIT", SIGQUIT},
                                                                                      {"SIGUSR1", SIGUSR1},
                                                                                      {"SIGUSR2", SIGUSR2},
                                                                                      {"SIGALRM", SIGALRM},
                                                                                      {"SIGWINCH", SIGWINCH},
                                                                                      {"SIGKILL", SIGKILL}}};

// 0: none of them.
constexpr int signal_number(std::string_view name) {
  for (const auto& [known, number] : signals_to_programs)
    if (known == name) return number;
  return 0;
}

constexpr bool may_be_sent(int number) {
  for (const auto& [name, known] : signals_to_programs)
    if (known == number) return true;
  return false;
}

}  // namespace code_exec::sandbox
