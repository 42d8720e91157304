#include "sandbox/ahead/waiting_run.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace code_exec::sandbox {

const Command& WaitingRun::wait() {
  SlotReady waiting{};
  waiting.kind = Message::slot_ready;
  if (send_message(socket_, waiting) != 0) _exit(1);
  SlotStart start{};
  Received received = receive_bytes(socket_, std::as_writable_bytes(std::span(&start, 1)));
  if (received.kind != Received::Kind::message || received.size != sizeof(start) ||
      start.kind != Message::slot_start || received.fds_count != run_request_fds)
    _exit(1);
  if (int error = begin(start, received)) refuse(step_, error);
  if (int error = read_command(command_)) refuse(step_, error);
  return command_;
}

int WaitingRun::begin(const SlotStart& start, Received& received) {
  context_.limits = start.limits;
  context_.limit_per_process = traits_.limit_per_process;
  context_.shared_data_bytes = traits_.shared_data_bytes;
  step_ = "streams";
  if (traits_.descriptors == Descriptors::kept) {
    if (int error = take_streams_beside(received)) return error;
  } else {
    context_.description = received.fds[0].get();
    context_.stdin_fd = received.fds[1].get();
    context_.stdout_fd = received.fds[2].get();
    context_.stderr_fd = received.fds[3].get();
    context_.report = socket_;
    if (int error = take_streams(context_)) return error;
    for (Fd& fd : received.fds) (void)fd.release();  // closed by take_streams
    context_.description = description_fd;
    socket_ = report_fd;
  }
  step_ = "resource limits";
  if (int error = set_resource_limits(context_)) return error;
  step_ = "files";
  return write_files(context_);
}

int WaitingRun::take_streams_beside(Received& received) {
  for (int target = STDIN_FILENO; target <= STDERR_FILENO; ++target)
    if (dup2(received.fds[static_cast<std::size_t>(target) + 1].get(), target) < 0) return errno;
  context_.description = received.fds[0].release();
  for (Fd& fd : received.fds) fd.reset();
  return 0;
}

void WaitingRun::refuse(const char* step, int error) {
  SlotExit exit{};
  exit.kind = Message::slot_exit;
  exit.error = error;
  exit.step = step_name(step);
  (void)send_message(socket_, exit);
  _exit(127);
}

// It is said, or a run that somebody killed while it waited would be a program that was killed.
void WaitingRun::begun() {
  if (send_message(socket_, SlotBegun{Message::slot_begun}) != 0) _exit(127);
  forget_description();
  close(context_.description);
  close(socket_);
}

}  // namespace code_exec::sandbox
