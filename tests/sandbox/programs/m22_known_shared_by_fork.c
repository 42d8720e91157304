//: tries = "M21: pages shared with children are charged once"
//: memory_bytes_between = [49807360, 57671680]
//: [unprivileged]
//: reason = "completed"
//: memory_bytes_between = [49807360, 57671680]
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  volatile char* block = malloc(50 << 20);
  memset((char*)block, 1, 50 << 20);
  for (int i = 0; i < 5; ++i)
    if (fork() == 0) {
      long sum = 0;
      for (int at = 0; at < 50 << 20; at += 4096) sum += block[at];
      _exit(sum == 12800 ? 0 : 1);
    }
  int status = 0, all = 0;
  while (wait(&status) > 0) all |= status;
  return all != 0;
}
