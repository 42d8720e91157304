#: exit_code = 1
if True:
	if True:
		x = 1	+	(2	/	0)
