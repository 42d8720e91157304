//: tries = "M6: the reported peak counts files that no file system holds: 50 MiB"
//: memory_bytes_between = [49807360, 55050240]
//: unprivileged = "not counted: memory is what the main process had resident"
#define _GNU_SOURCE
#include <sys/mman.h>
#include <unistd.h>
int main(void) {
  static char block[1 << 20];
  int file = memfd_create("x", 0);
  for (int i = 0; i < 50; ++i)
    if (write(file, block, sizeof block) != sizeof block) return 1;
  return 0;
}
