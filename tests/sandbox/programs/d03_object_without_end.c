//: tries = "D3: an object file without end, from a device"
//: reason = "compile_error"
__asm__(".data\n.incbin \"/dev/zero\"\n.text");
int main(void) { return 0; }
