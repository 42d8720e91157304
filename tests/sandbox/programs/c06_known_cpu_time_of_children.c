//: tries = "C4, C5: the reported cpu time of threads and children is what they measure themselves"
//: cpu_ms_printed = true
//: limits = {cpuTimeMs = 5000}
//: [unprivileged]
//: reason = "completed"
//: cpu_ms_printed = true
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
static double used_ms(int who) {
  struct rusage used;
  getrusage(who, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}
static void* burn(void* unused) {
  while (used_ms(RUSAGE_SELF) < 200) {
  }
  return unused;
}
int main(void) {
  for (int i = 0; i < 2; ++i)
    if (fork() == 0) {
      burn(0);
      _exit(0);
    }
  pthread_t thread;
  pthread_create(&thread, 0, burn, 0);
  burn(0);
  pthread_join(thread, 0);
  while (wait(0) > 0) {
  }
  printf("%.0f\n", used_ms(RUSAGE_SELF) + used_ms(RUSAGE_CHILDREN));
}
