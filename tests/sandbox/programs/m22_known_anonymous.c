//: tries = "M18: the reported peak is what the program touched: 100 MiB of its own"
//: memory_bytes_between = [99614720, 110100480]
#include <stdlib.h>
#include <string.h>
int main(void) {
  volatile char* block = malloc(100 << 20);
  memset((char*)block, 1, 100 << 20);
  return block[12345] == 1 ? 0 : 1;
}
