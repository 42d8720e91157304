// mongo/counters_file.h - libmongoc, in a constructor of its own, makes /dev/shm/mongoc-PID in every process
// that is linked with it, for mongoc-stat to read (mongoc-counters.c, 1.23). A process that is killed leaves
// it behind, and a later one with the same number, of another user, says on stderr that it could not make its
// own.
#pragma once

namespace code_exec::mongo {

// The counters themselves stay where they are. To be called first of all.
void remove_counters_file();

}  // namespace code_exec::mongo
