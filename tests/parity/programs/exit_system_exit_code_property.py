#: exit_code = 17
class Leaves(SystemExit):
    @property
    def code(self):
        print("asked for its code")
        return 17
raise Leaves
