//: tries = "M21: a program that does nothing is charged nothing of ours"
//: memory_bytes_max = 1500000
//: [unprivileged]
//: reason = "completed"
//: memory_bytes_max = 6000000
int main(void) { return 0; }
