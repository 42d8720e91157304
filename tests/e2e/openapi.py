"""The document at /openapi.json, and whether answers are what it says."""
import jsonschema

JSON = "application/json"
PROBLEM = "application/problem+json"


class Document:
    def __init__(self, client):
        answer = client.get("/openapi.json")
        assert answer.status == 200 and answer.headers["Content-Type"] == JSON
        self.root = answer.json
        self.resolver = jsonschema.RefResolver("", self.root)
        self.seen = set()  # (operation, status)

    def resolve(self, node):
        while "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def schema(self, name):
        return {"$ref": f"#/components/schemas/{name}"}

    def operations(self):
        """{"GET /version": the operation}"""
        return {f"{method.upper()} {path}": operation for path, item in self.root["paths"].items()
                for method, operation in item.items() if method != "parameters"}

    def examples(self, operation):
        """{name: body} of its requests."""
        body = self.resolve(operation.get("requestBody", {}))
        return {name: example["value"] for content in body.get("content", {}).values()
                for name, example in content["examples"].items()}

    def validate(self, schema, value):
        """Is what the schema says, and has no member besides."""
        jsonschema.Draft202012Validator(schema, resolver=self.resolver).validate(value)
        unknown = list(self.unknown_members(schema, value, ""))
        assert not unknown, f"not described: {unknown}"

    def check(self, name, answer):
        """That the answer is one of those described of the operation."""
        responses = self.operations()[name]["responses"]
        documented = str(answer.status) if str(answer.status) in responses else "default"
        assert documented in responses, f"{name} does not describe {answer}"
        response = self.resolve(responses[documented])
        kind = (answer.headers["Content-Type"] or "").split(";")[0]
        content = response.get("content", {})
        if answer.raw:
            assert kind in content or "*/*" in content, f"{name}: {kind} is not described of {documented}"
        if kind in (JSON, PROBLEM):
            self.validate(content[kind]["schema"], answer.json)
        if kind == PROBLEM:
            assert answer.json["status"] == answer.status
        for header in ("Location", "Retry-After", "RateLimit", "RateLimit-Policy", "WWW-Authenticate", "ETag"):
            assert (header in answer.headers) <= (header in response.get("headers", {})), (name, documented, header)
        self.seen.add((name, documented))

    def properties(self, schema, value):
        """Those that a schema describes for this object."""
        schema = self.resolve(schema) if "properties" not in schema else schema
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            found |= self.properties(part, value)
        for part in schema.get("oneOf", []):
            if jsonschema.Draft202012Validator(part, resolver=self.resolver).is_valid(value):
                found |= self.properties(part, value)
        return found

    def unknown_members(self, schema, value, path):
        if isinstance(value, list):
            items = self.resolve(schema).get("items", {})
            for i, element in enumerate(value):
                yield from self.unknown_members(items, element, f"{path}[{i}]")
        elif isinstance(value, dict) and (known := self.properties(schema, value)):
            for name, member in value.items():
                if name in known:
                    yield from self.unknown_members(known[name], member, f"{path}.{name}")
                else:
                    yield f"{path}.{name}"
