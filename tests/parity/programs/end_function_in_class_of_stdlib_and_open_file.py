import json
json.JSONEncoder.default = lambda self, value: str(value)
left_open = open(1, "w", closefd=False)
left_open.write("written at the end\n")
