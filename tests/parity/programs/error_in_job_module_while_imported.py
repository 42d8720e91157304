#: exit_code = 1
#: files = [{name = "helper.py", content = "import inner\n"}, {name = "inner.py", content = "x = 1\nraise ValueError('while imported')\n"}]
import helper
