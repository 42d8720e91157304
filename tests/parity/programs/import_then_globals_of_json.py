import json
print(sorted(name for name in vars(json) if not name.startswith("__")), json._default_decoder is not None, json.decoder.NaN)
