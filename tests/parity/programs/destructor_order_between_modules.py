#: differs = "modules of the program's own are destroyed at the exit in another order, where they hold one another"
#: files = [{name = "one.py", content = "import said\nvalue = said.Said('one')\n_hidden = said.Said('one hidden')\n"}, {name = "two.py", content = "import said, one\nvalue = said.Said('two')\ndef function(): return value\n"},
#:          {name = "said.py", content = "class Said:\n    def __init__(self, text): self.text = text\n    def __del__(self): print(self.text)\nvalue = Said('said')\n"}]
import two, one, said
value = said.Said("main")
def function(): return value
