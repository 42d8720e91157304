import inspect, json
print(inspect.getsource(json.dumps)[:40], inspect.getfile(json), inspect.getmodule(json.dumps).__name__, inspect.signature(json.dumps))
