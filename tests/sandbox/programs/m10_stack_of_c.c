//: tries = "M10: recurse in C until the stack ends"
//: reason = "signal"
//: signal = 11
#include <stdio.h>
static int deeper(volatile char* before) {
  volatile char here[4096];
  here[0] = before ? before[0] + 1 : 0;
  return deeper(here) + here[0];
}
int main(void) { printf("%d\n", deeper(0)); }
