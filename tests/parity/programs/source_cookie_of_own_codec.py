#: exit_code = 1
#: code = "# coding: own_codec\nprint('text')\n"
#: files = [{name = "encodings/own_codec.py", content = "raise SystemExit('a job module in place of a codec')\n"}]
