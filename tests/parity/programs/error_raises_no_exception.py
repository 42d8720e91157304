#: exit_code = 1
raise "text"
