#: exit_code = 1
import json
json.loads('{"a": [1, 2, }')
