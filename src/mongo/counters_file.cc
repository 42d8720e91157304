#include "mongo/counters_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <string>

namespace code_exec::mongo {

void remove_counters_file() {
  shm_unlink(("/mongoc-" + std::to_string(getpid())).c_str());
}

}  // namespace code_exec::mongo
