#: stdin = "greet you\nunknown\nquit\n"
import cmd
class Shell(cmd.Cmd):
    def do_greet(self, argument): print("hello", argument)
    def do_quit(self, argument): return True
Shell().cmdloop("intro")
