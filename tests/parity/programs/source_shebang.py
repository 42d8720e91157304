#: code = "#!/usr/bin/env python3 -O\nimport sys\nprint(sys.flags.optimize)\n"
