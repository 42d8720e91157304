#: files = [{name = "helper.py", content = """
#: class Said:
#:     def __init__(self, text): self.text = text
#:     def __del__(self): print(self.text, __name__)
#: first = Said("helper first")
#: _second = Said("helper _second")
#: """}, {name = "other.py", content = """
#: import helper
#: said = helper.Said("other")
#: """}]
import helper, other
said = helper.Said("main")
print("main ends")
