#: exit_code = 1
x = 12monkeys
