#: tries = "C8: spin in a destructor while the interpreter ends"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 300}
class Endless:
    def __del__(self):
        while True:
            pass
kept = Endless()
