import json
print(json.dumps({"é": [1, 2.5, None, True], "b": {}}, indent=1, sort_keys=True, ensure_ascii=False), json.loads('{"a": [1e3, "\\u00e9"]}'), json.dumps(float("inf")))
