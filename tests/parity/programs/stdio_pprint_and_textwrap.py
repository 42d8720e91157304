import pprint, textwrap
pprint.pprint({"key": list(range(40)), "another": {"nested": "x" * 60}})
print(textwrap.fill("word " * 40))
