//: tries = "C1: the reported cpu time is what the program itself measures"
//: cpu_ms_printed = true
//: limits = {cpuTimeMs = 5000}
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
static double used_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}
int main(void) {
  while (used_ms() < 500) {
  }
  printf("%.0f\n", used_ms());
}
