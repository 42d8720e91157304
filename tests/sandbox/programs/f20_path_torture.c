//: tries = "F20: NULL, too long and malformed paths"
//: stdout = "EFAULT ENAMETOOLONG ENAMETOOLONG ENOENT ENOENT ENOENT control 0\n"
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
static const char* try_open(const char* path) {
  errno = 0;
  open(path, O_RDONLY);
  return strerrorname_np(errno);
}
int main(void) {
  static char longest[4353];
  memset(longest, 'a', sizeof longest - 1);
  static char deep[4353];
  for (size_t i = 0; i + 2 < sizeof deep; i += 2) memcpy(deep + i, "./", 2);
  printf("%s %s %s %s %s %s control %s\n", try_open(NULL), try_open(longest), try_open(deep), try_open("\xaa"),
         try_open("%s%n"), try_open(""), try_open("/dev/null"));
}
