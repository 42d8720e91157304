//: tries = "C7: a source without end, by way of what the compiler includes"
//: reason = "compile_error"
#include "/dev/urandom"
int main(void) { return 0; }
