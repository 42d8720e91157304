import io, unittest
class Tests(unittest.TestCase):
    def test_one(self): self.assertTrue(True)
    def test_warns(self):
        with self.assertWarns(UserWarning): __import__("warnings").warn("x")
result = unittest.main(exit=False, testRunner=unittest.TextTestRunner(stream=io.StringIO())).result
print(result)
