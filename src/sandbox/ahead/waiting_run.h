// sandbox/ahead/waiting_run.h - a confined process that waits for its job. With SlotStart come descriptors of
// the run, and what every other run does before it waits for nothing:
//  1. streams           0, 1, 2 and the description
//  2. resource limits   those that the job has
//  3. files             the description is parsed and the files are written, beneath /box
// These are the steps that every run of a slot goes through, but that an interpreter which is started already
// has descriptors of its own.
#pragma once

#include <cstdint>

#include "sandbox/slot/steps.h"
#include "sandbox/wire.h"

namespace code_exec::sandbox {

class WaitingRun {
 public:
  enum class Descriptors {
    closed,  // all but the run's
    kept     // those of whoever is there, who finds no other number taken than in a run that did not wait
  };
  struct Traits {
    Descriptors descriptors = Descriptors::closed;
    bool limit_per_process = false;       // as in WarmPlan
    std::uint64_t shared_data_bytes = 0;  // as in RunContext
  };

  WaitingRun(int socket, const Traits& traits) : socket_(socket), traits_(traits) {}

  // Says that it waits, and returns with what is to be executed, which stays readable until begun(). Ends the
  // process when the host is gone or a step fails.
  const Command& wait();
  // The program cannot be started after all: says so, and ends the process.
  [[noreturn]] void refuse(const char* step, int error);
  // The program starts: nothing of this is left.
  void begun();

 private:
  int begin(const SlotStart& start, Received& received);
  int take_streams_beside(Received& received);

  int socket_;
  Traits traits_;
  RunContext context_;
  Command command_;
  const char* step_ = "";
};

}  // namespace code_exec::sandbox
