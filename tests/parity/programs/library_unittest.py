#: exit_code = 1
import re, sys, unittest
class Tests(unittest.TestCase):
    def test_passes(self): self.assertEqual(1, 1)
    def test_fails(self): self.assertEqual([1, 2], [1, 3])
    def test_errs(self): {}["missing"]
    @unittest.skip("a reason")
    def test_skipped(self): pass
class Timeless:
    def write(self, text): sys.__stderr__.write(re.sub(r"in \d+\.\d+s", "in no time", text))
    def flush(self): sys.__stderr__.flush()
unittest.main(testRunner=unittest.TextTestRunner(stream=Timeless()))
