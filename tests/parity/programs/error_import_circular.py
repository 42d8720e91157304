#: exit_code = 1
#: files = [{name = "one.py", content = "from other import b\na = 1\n"}, {name = "other.py", content = "from one import a\nb = 2\n"}]
import one
