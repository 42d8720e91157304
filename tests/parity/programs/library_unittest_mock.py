import json
from unittest import mock
with mock.patch("json.dumps", return_value="mocked"), mock.patch("os.getcwd", lambda: "/mocked"):
    import os
    print(json.dumps([1]), os.getcwd())
print(json.dumps([1]), os.getcwd())
