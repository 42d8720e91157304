// worker/job_files.h - the saved sources: codes/<language>/<job id>.<ext>. Every name is made from a
// runtime's and a job's, never from what a client sent. The file is there for people and for what reads the
// original system's volume; a run takes the source from the store, so a file that cannot be written loses
// nothing.
//
// A source of a few KB costs under 10 us to create and write and as much to remove, also while another thread
// syncs the same file system, which is less than a hop to another thread: so it is done in place.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "job/job_id.h"
#include "runtime/runtime.h"

namespace code_exec::worker {

class JobFiles {
 public:
  // Makes the directories and removes what an earlier process left in them.
  static Result<JobFiles> open(const std::filesystem::path& directory, const runtime::Registry& runtimes);

  // Errc::unavailable: disk full, for example.
  Result<void> write(const runtime::Runtime& runtime, const job::JobId& id, std::string_view code);
  void remove(const std::string& language, const job::JobId& id);

 private:
  struct Directory {
    Fd fd;
    std::string extension;  // ".py"
  };
  std::map<std::string, Directory> by_language_;
};

}  // namespace code_exec::worker
