//: tries = "C3, C4: sixteen threads spin at once; the limit is met closely"
//: reason = "time_limit"
//: limits = {cpuTimeMs = 400}
//: cpu_ms_between = [400, 500]
//: [unprivileged]
//: reason = "time_limit"
//: cpu_ms_between = [1000, 3000]
#include <pthread.h>
static void* spin(void* unused) {
  for (volatile unsigned long i = 0;; ++i) {
  }
  return unused;
}
int main(void) {
  pthread_t thread;
  for (int i = 0; i < 15; ++i) pthread_create(&thread, 0, spin, 0);
  spin(0);
}
