#: exit_code = 1
import json.missing
