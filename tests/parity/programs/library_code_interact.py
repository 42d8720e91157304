#: stdin = "1 + 1\nprint('in there')\n1 / 0\nx = [\n1]\nx\n"
import code
code.interact(banner="banner", local={"given": 1}, exitmsg="left")
