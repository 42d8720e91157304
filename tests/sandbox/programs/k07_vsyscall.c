//: tries = "K7: the fixed page of system calls, which goes past libc"
//: stdout_in = ["time\n", "not there\n"]
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
static sigjmp_buf back;
static void leave(int number) { siglongjmp(back, number); }
int main(void) {
  signal(SIGSEGV, leave);
  if (sigsetjmp(back, 1) != 0) return puts("not there") < 0;
  const long seen = ((long (*)(long*))0xffffffffff600400)(NULL);
  puts(seen >= time(NULL) - 5 ? "time" : "wrong");
}
