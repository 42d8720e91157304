//: tries = "M4: the reported peak counts files of the work area: 50 MiB"
//: memory_bytes_between = [49807360, 55050240]
//: unprivileged = "not counted: memory is what the main process had resident; files in memory are bounded by diskBytes"
#include <fcntl.h>
#include <unistd.h>
int main(void) {
  static char block[1 << 20];
  int file = open("/tmp/x", O_CREAT | O_WRONLY, 0600);
  for (int i = 0; i < 50; ++i)
    if (write(file, block, sizeof block) != sizeof block) return 1;
  return 0;
}
