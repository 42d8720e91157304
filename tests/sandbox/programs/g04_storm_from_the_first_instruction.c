//: tries = "G4: forks and memory before main; every limit is already in force"
//: reason = "memory_limit"
//: limits = {memoryBytes = 67108864, processes = 20}
//: stdout_has = "19 forks"
//: [unprivileged]
//: reason = "runtime_error"
//: exit_code = 7
//: stdout_has = "19 forks"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
__attribute__((constructor)) static void storm(void) {
  int forks = 0;
  for (pid_t child; (child = fork()) >= 0; ++forks)
    if (child == 0) {
      pause();
      _exit(0);
    }
  dprintf(1, "%d forks\n", forks);
  for (int i = 0; i < 100; ++i) {
    char* block = malloc(1 << 20);
    if (!block) _exit(7);
    memset(block, 1, 1 << 20);
  }
}
int main(void) { return 0; }
