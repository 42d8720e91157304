#: exit_code = 1
print "text"
