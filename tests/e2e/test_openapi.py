"""/openapi.json against the server that serves it: what it says is so. That it names every route and no other is
tested in src/api/openapi_test.cc."""
import jsonschema
import pytest
from client import FINAL
from live import Events, talk
from openapi import Document

UNKNOWN_ID = "0190163d-8694-739b-aea5-966c26f8ad91"
ENDLESS = {"code": "import time\nwhile True: time.sleep(60)"}
KEY = "a-key-of-the-tests"


@pytest.fixture(scope="module")
def document(shared_server):
    return Document(shared_server.client)


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for each in node.values():
            yield from references(each)
    elif isinstance(node, list):
        for each in node:
            yield from references(each)


def test_the_document_is_sound(document):
    assert document.root["openapi"] == "3.1.0"
    used = set(references(document.root))
    for reference in used:
        document.resolver.resolve(reference)
    components = {f"#/components/{kind}/{name}" for kind, all_of_them in document.root["components"].items()
                  for name in all_of_them if kind != "securitySchemes"}
    in_words = {"#/components/schemas/" + name for name in ("LiveStatus", "LiveOutput", "ServerMessage", "ClientMessage")}
    assert components - used == in_words
    for schema in document.root["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    operations = document.operations().values()
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    tags = {tag["name"] for tag in document.root["tags"]}
    assert {tag for operation in operations for tag in operation["tags"]} == tags


def test_a_client_that_has_the_document_is_told_so(client):
    first = client.get("/openapi.json")
    again = client.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, again.raw) == (304, b"")
    assert first.json["info"]["version"] == client.get("/version").json["version"]


# ---- answers


def requests(client):
    """Of every operation, and what provokes every answer that a server gives by itself: (operation, status, path,
    options)."""
    done = client.run("print(1)")["jobId"]
    cut = "/api/v1/jobs/"
    io = {"headers": {"Upgrade": "websocket", "Connection": "Upgrade"}}
    for path in ("/api/v1/jobs", "/submit-code"):
        for status, query, body in ((201, "", {"code": ""}), (200, "?wait=true", {"code": "print(1)"}),
                                    (202, "?wait=1", {"code": "import time; time.sleep(0.5)"}), (400, "", {}), (413, "", {"code": "x" * (1 << 21)}),
                                    (422, "", {"code": "", "language": "none"})):
            yield f"POST {path}", status, path + query, {"body": body}
    yield "GET /api/v1/jobs", 200, "/api/v1/jobs?limit=200", {}
    yield "GET /api/v1/jobs", 400, "/api/v1/jobs?limit=x", {}
    yield "GET /api/v1/jobs", 422, "/api/v1/jobs?status=x", {}
    for status, body in ((201, {"jobs": [{"code": ""}]}), (400, []), (422, {"jobs": []}),
                         (413, {"jobs": [{"code": "x" * (1 << 21)}]})):
        yield "POST /api/v1/jobs/batch", status, "/api/v1/jobs/batch", {"body": body}
    yield "GET /api/v1/jobs/{id}", 400, cut + done + "?wait=x", {}
    yield "DELETE /api/v1/jobs/{id}", 409, cut + done, {}
    yield "DELETE /api/v1/jobs/{id}", 200, cut + client.submit(**ENDLESS), {}
    for end in ("", "/source", "/events", "/io"):
        operation = "GET /api/v1/jobs/{id}" + end
        if end != "/io":
            yield operation, 200, cut + done + end, {}
        yield operation, 404, cut + UNKNOWN_ID + end, io
        yield operation, 422, cut + done + end + "?encoding=x", {}
    yield "DELETE /api/v1/jobs/{id}", 404, cut + UNKNOWN_ID, {}
    yield "DELETE /api/v1/jobs/{id}", 422, cut + done + "?encoding=x", {}
    yield "GET /api/v1/jobs/{id}/events", 204, cut + done + "/events", {"headers": {"Last-Event-ID": "end"}}
    yield "GET /api/v1/jobs/{id}/io", 426, cut + done + "/io", {}
    yield "GET /exec-result", 200, "/exec-result?jobId=" + done, {}
    yield "GET /exec-result", 400, "/exec-result", {}
    yield "GET /exec-result", 404, "/exec-result?jobId=" + UNKNOWN_ID, {}
    yield "GET /exec-result", 422, f"/exec-result?jobId={done}&encoding=x", {}
    for path in ("/api/v1/runtimes", "/healthz", "/readyz", "/version", "/metrics", "/openapi.json", "/", "/status",
                 "/docs", "/favicon.svg"):
        yield f"GET {path}", 200, path, {}
    yield "GET /openapi.json", 304, "/openapi.json", {"headers": {"If-None-Match": "*"}}
    script = next(part for part in client.get("/").raw.decode().split('"') if part.startswith("/assets/"))
    yield "GET /assets/{name}", 200, script, {}
    yield "GET /assets/{name}", 404, "/assets/none.js", {}
    yield "GET /docs/{name}", 200, "/docs/swagger-ui.css", {}
    yield "GET /docs/{name}", 404, "/docs/none.js", {}


# What is provoked by tests of their own, or only where something has broken.
ELSEWHERE = {"101", "401", "403", "429", "503", "default"}


def test_every_answer_is_as_described(client, document):
    for operation, status, path, options in requests(client):
        answer = client.request(operation.split()[0], path, **options)
        assert answer.status == status, (operation, path, answer)
        document.check(operation, answer)
    described = {(name, status) for name, operation in document.operations().items() for status in operation["responses"]}
    assert {(name, status) for name, status in described - document.seen if status not in ELSEWHERE} == set()


def test_results_of_all_kinds_are_as_described(client, document):
    for fields in ({"code": "import sys; sys.exit(3)"}, {"code": "import os; os.abort()"}, {"code": "int main( {", "language": "c"},
                   {"code": "print(1)", "tests": [{"expectedOutput": "2"}, {"expectedOutput": "1"}]}):
        result = client.run(**fields)
        document.validate(document.schema("Job"), result)
        document.validate(document.schema("Job"), client.get(f"/api/v1/jobs/{result['jobId']}?encoding=base64").json)
    document.validate(document.schema("Job"), client.get(f"/exec-result?jobId={client.submit('')}").json)


def path_of(operation):
    return operation.split()[1].replace("{id}", UNKNOWN_ID).replace("{name}", "none")


def test_without_a_key_and_from_other_origins_nothing_is_answered(make_server):
    server = make_server()
    server.variables["CODE_EXEC_API_KEY"] = KEY
    client = server.start().client
    key = {"Authorization": f"Bearer {KEY}"}
    assert client.get("/openapi.json").status == 401
    document = Document(_WithHeaders(client, key))
    for name, operation in document.operations().items():
        method = name.split()[0]
        answer = client.request(method, path_of(name))
        assert (answer.status == 401) == ("security" not in operation) == ("401" in operation["responses"]), name
        document.check(name, answer)
        elsewhere = {**key, "Origin": "https://example.org", "Upgrade": "websocket", "Connection": "Upgrade"}
        refused = client.request(method, path_of(name), headers=elsewhere)
        # Any request that asks for a WebSocket is guarded; only one route has any.
        if method != "GET" or name.endswith("/io"):
            assert refused.status == 403 and "403" in operation["responses"], name
            document.check(name, refused)
    for scheme in document.root["components"]["securitySchemes"].values():
        headers = {"X-Auth-Token": KEY} if scheme["type"] == "apiKey" else key
        assert client.get("/version", headers=headers).status == 200


class _WithHeaders:
    def __init__(self, client, headers):
        self.client, self.headers = client, headers

    def get(self, path):
        return self.client.get(path, headers=self.headers)


def test_clients_that_are_too_fast_are_answered_as_described(make_server):
    client = make_server("--rate-limit", "0.001", "--rate-burst", "1").start().client
    document = Document(client)
    document.check("POST /api/v1/jobs", client.post("/api/v1/jobs", {"code": ""}))
    for name in document.operations():
        if name.startswith("POST "):
            answer = client.post(path_of(name), {"code": ""})
            assert answer.status == 429 and {"Retry-After", "RateLimit", "RateLimit-Policy"} <= set(answer.headers)
            document.check(name, answer)


def test_a_full_server_answers_as_described(make_server):
    client = make_server("--max-waiting", "1", "--concurrency", "1").start().client
    document = Document(client)
    answer = client.post("/api/v1/jobs/batch", {"jobs": [ENDLESS] * 50})
    assert answer.status == 503 and "Retry-After" in answer.headers
    document.check("POST /api/v1/jobs/batch", answer)


def test_methods_that_are_not_described_are_not_there(client, document):
    for path, item in document.root["paths"].items():
        for method in {"get", "post", "put", "delete", "patch"} - set(item):
            answer = client.request(method.upper(), path_of(f"{method} {path}"))
            if path == "/api/v1/jobs/batch" and method in ("get", "delete"):
                assert answer.status == 404  # of a job of that name
                continue
            assert answer.status == 405, (method, path)
            document.validate(document.schema("Problem"), answer.json)


def test_what_is_told_and_heard_live_is_as_described(client, document):
    example = document.examples(document.operations()["POST /api/v1/jobs"])["interactive"]
    job = client.post("/api/v1/jobs", example).json["jobId"]
    said = [{"type": "stdin", "data": "Ada\n"}, {"type": "signal", "signal": "SIGWINCH"}, {"type": "eof"}]
    with talk(client, job) as conversation:
        for message in said:
            document.validate(document.schema("ClientMessage"), message)
        conversation.send({"type": "stdin"})
        messages = conversation.receive_until("error")
        conversation.send(said[0])
        messages += conversation.receive_until("result")
    assert messages[-1]["job"]["stdout"] == "Your name? Hello, Ada\n"
    for message in messages:
        document.validate(document.schema("ServerMessage"), message)
    assert {message["type"] for message in messages} == {"status", "error", "stdout", "result"}
    schemas = {"status": "LiveStatus", "stdout": "LiveOutput", "stderr": "LiveOutput", "result": "Job"}
    for event in Events(client, job).rest():
        document.validate(document.schema(schemas[event["event"]]), event["data"])
    for wrong in ({"type": "resize"}, {"type": "eof", "more": 1}, {"type": "signal", "signal": "SIGSTOP"}, {"type": "stdin"}):
        with pytest.raises(jsonschema.ValidationError):
            document.validate(document.schema("ClientMessage"), wrong)


# ---- requests


def test_every_example_runs(client, document):
    for name, operation in document.operations().items():
        for title, body in document.examples(operation).items():
            document.validate(document.resolve(operation["requestBody"])["content"]["application/json"]["schema"], body)
            answer = client.post(name.split()[1], body)
            assert answer.status == 201, (name, title, answer)
            document.check(name, answer)
            for submitted in answer.json.get("jobs", [answer.json]):
                if body.get("interactive"):
                    client.delete(f"/api/v1/jobs/{submitted['jobId']}")
                    continue
                result = client.wait_for(submitted["jobId"])
                assert (result["status"], result["reason"]) == (
                    ("failed", "time_limit") if title == "limits" else ("completed", None)), (title, result)


def test_examples_of_answers_are_as_described(document):
    for response in document.root["components"]["responses"].values():
        for content in response.get("content", {}).values():
            if "example" in content:
                document.validate(content["schema"], content["example"])


def joined(path, name):
    return f"{path}.{name}" if path else name


def objects_of(document, schema, path="", body=lambda members: members):
    """A submission and every object in it: (path, schema, members that it must have, what makes a body of members)."""
    schema = document.resolve(schema)
    required = {name: "x" for name in schema.get("required", [])}
    yield path, schema, required, body
    for name, field in schema["properties"].items():
        field = document.resolve(field)
        item = document.resolve(field.get("items", {}))
        if field.get("type") == "object":
            yield from objects_of(document, field, joined(path, name), lambda members, name=name: body({**required, name: members}))
        if item.get("type") == "object":
            yield from objects_of(document, item, joined(path, name) + "[0]",
                                  lambda members, name=name: body({**required, name: [members]}))


def fields_of(document):
    """Every field that a submission may have, however deep: (path, schema, what makes a body of its value)."""
    for path, schema, required, body in objects_of(document, document.schema("Submission")):
        for name, field in schema["properties"].items():
            def put(value, name=name, required=required, body=body):
                return body({**required, name: value})
            yield joined(path, name), document.resolve(field), put


def wrong_values(field):
    wrong = {"string": 1, "integer": "1", "number": "1", "boolean": 1, "array": {}, "object": []}
    return [wrong[field["type"]], None]


def test_wrong_types_are_refused_by_name(client, document):
    for place, field, put in fields_of(document):
        for value in wrong_values(field):
            body = put(value)
            with pytest.raises(jsonschema.ValidationError):
                document.validate(document.schema("Submission"), body)
            for path, sent, prefix in (("/api/v1/jobs", body, ""), ("/submit-code", body, ""),
                                       ("/api/v1/jobs/batch", {"jobs": [body]}, "jobs[0].")):
                answer = client.post(path, sent)
                assert (answer.status, answer.json.get("field")) == (400, prefix + place), (path, body, answer)


def test_unknown_and_missing_fields_are_refused_by_name(client, document):
    for path, schema, required, body in objects_of(document, document.schema("Submission")):
        wrong = {"unheardOf": {**required, "unheardOf": 1}}
        for name in schema.get("required", []):
            wrong[name] = {other: "x" for other in required if other != name}
        for name, members in wrong.items():
            with pytest.raises(jsonschema.ValidationError):
                document.validate(document.schema("Submission"), body(members))
            answer = client.post("/api/v1/jobs", body(members))
            assert (answer.status, answer.json["field"]) == (400, joined(path, name)), (body(members), answer)


def beyond(field, put):
    """Bodies that are just allowed by the field's bounds, and such that are just not."""
    def text(length):
        return "http://example.invalid/" + "x" * (length - 23) if "callbackUrl" in put("") else "x" * length

    def items(count):
        if field["items"].get("$ref", "").endswith("/File"):
            return [{"name": f"f{i}", "content": ""} for i in range(count)]
        return [{} if "$ref" in field["items"] else "" for _ in range(count)]

    for bound, step, make in (("minimum", -1, int), ("maximum", 1, int), ("minLength", -1, text), ("maxLength", 1, text),
                              ("minItems", -1, items), ("maxItems", 1, items)):
        if bound in field:
            yield put(make(field[bound])), put(make(field[bound] + step)), bound
    if "enum" in field:
        yield put(field["enum"][-1]), put("x"), "enum"


def test_bounds_are_the_servers(client, document):
    checked = set()
    for place, field, put in fields_of(document):
        for allowed, not_allowed, bound in beyond(field, put):
            if place == "tolerance":  # read where there are tests
                allowed, not_allowed = ({**body, "tests": [{}]} for body in (allowed, not_allowed))
            if place.startswith("limits."):  # its interpreter needs nothing of its own
                allowed["language"] = not_allowed["language"] = "bash"
            document.validate(document.schema("Submission"), allowed)
            with pytest.raises(jsonschema.ValidationError):
                document.validate(document.schema("Submission"), not_allowed)
            refused = client.post("/api/v1/jobs", not_allowed)
            assert refused.status in (413, 422) and refused.json["field"] == place, (place, bound, refused)
            taken = client.post("/api/v1/jobs", allowed)
            assert taken.status == 201, (place, bound, taken)
            client.delete(f"/api/v1/jobs/{taken.json['jobId']}")
            checked.add((place, bound))
    assert len(checked) > 25, checked
    batch = document.root["components"]["schemas"]["Batch"]["properties"]["jobs"]
    for count, status in ((batch["minItems"] - 1, 422), (batch["maxItems"] + 1, 422), (batch["maxItems"], 201)):
        assert client.post("/api/v1/jobs/batch", {"jobs": [{"code": ""}] * count}).status == status


def test_defaults_are_the_servers(client, document):
    fields = document.root["components"]["schemas"]["Submission"]["properties"]
    limits = document.root["components"]["schemas"]["Limits"]["properties"]
    source = client.get(f"/api/v1/jobs/{client.submit('')}/source").json
    assert source["limits"] == {name: limit["default"] for name, limit in limits.items()}
    assert source["language"] == fields["language"]["default"]
    assert source["stdin"] == fields["stdin"]["default"]


def test_limits_are_those_of_the_operator(make_server):
    client = make_server("--limit-processes", "7", "--limit-max-processes", "77").start().client
    document = Document(client)
    processes = document.root["components"]["schemas"]["Limits"]["properties"]["processes"]
    assert (processes["default"], processes["maximum"]) == (7, 77)
    assert client.post("/api/v1/jobs", {"code": "", "language": "bash", "limits": {"processes": 78}}).status == 422


def test_parameters_are_bounded_as_described(client, document):
    operations = document.operations()
    limit = next(each for each in operations["GET /api/v1/jobs"]["parameters"] if each.get("name") == "limit")["schema"]
    for value, status in ((limit["minimum"] - 1, 422), (limit["minimum"], 200), (limit["maximum"], 200), (limit["maximum"] + 1, 422)):
        assert client.get(f"/api/v1/jobs?limit={value}").status == status
    for status in document.root["components"]["schemas"]["Status"]["enum"]:
        assert client.get(f"/api/v1/jobs?status={status}").status == 200
    job = client.run("")["jobId"]
    for value, status in (("true", 200), ("false", 200), ("1", 200), ("", 400), ("-1", 400), ("1s", 400)):
        schema = document.schema("Wait")
        assert jsonschema.Draft202012Validator(schema, resolver=document.resolver).is_valid(value) == (status == 200)
        assert client.get(f"/api/v1/jobs/{job}?wait={value}").status == status, value
    assert FINAL == tuple(document.root["components"]["schemas"]["Status"]["enum"][-2:])
    for key, status in (("x" * 255, 201), ("x" * 256, 400)):
        assert client.post("/api/v1/jobs", {"code": ""}, headers={"Idempotency-Key": key}).status == status
