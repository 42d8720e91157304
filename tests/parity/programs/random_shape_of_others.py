import os, secrets, tempfile, uuid
print(len(os.urandom(16)), len(secrets.token_hex(8)), uuid.uuid4().version, uuid.uuid4() != uuid.uuid4(), uuid.uuid5(uuid.NAMESPACE_DNS, "x"))
print(len(tempfile.mktemp()), uuid.uuid1().version, secrets.compare_digest("a", "a"))
