import json
class Said:
    def __del__(self):
        import json
        print(json.dumps([1]))
said = Said()
