//: tries = "K7: the 32-bit system calls"
//: reason = "signal"
//: signal = 31
#include <stdio.h>
int main(void) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
  printf("getpid by int 0x80: %ld\n", result);
}
