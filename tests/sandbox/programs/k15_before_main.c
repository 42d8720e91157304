//: tries = "K15: run before the cage is closed: constructors, resolvers of the linker, what comes before both"
//: stdout = "preinit 2 1 0000000000000000\nconstructor 2 1 0000000000000000\nmain 2 1 0000000000000000\n"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
static int value(const char* status, const char* key, char* out) {
  const char* at = strstr(status, key);
  return at == NULL ? -1 : sscanf(at + strlen(key), " %63s", out);
}
static void say(const char* when) {
  char status[8192] = "", filter[64] = "?", privileges[64] = "?", capabilities[64] = "?", line[256];
  const int file = open("/proc/self/status", O_RDONLY);
  if (read(file, status, sizeof status - 1) < 0) return;
  close(file);
  value(status, "\nSeccomp:", filter);
  value(status, "\nNoNewPrivs:", privileges);
  value(status, "\nCapPrm:", capabilities);
  const int size = snprintf(line, sizeof line, "%s %s %s %s\n", when, filter, privileges, capabilities);
  if (write(1, line, (size_t)size) < 0) return;
}
static void first(void) { say("preinit"); }
__attribute__((section(".preinit_array"), used)) static void (*before)(void) = first;
__attribute__((constructor)) static void constructed(void) { say("constructor"); }
int main(void) { say("main"); }
