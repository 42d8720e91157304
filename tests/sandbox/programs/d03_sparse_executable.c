//: tries = "D3, D17: an executable of a gigabyte with nothing in it is not read, and is no fault of ours"
//: reason = "compile_error"
__asm__(".section .huge, \"aw\"\n.balign 0x40000000\n.byte 1\n.text");
int main(void) { return 0; }
