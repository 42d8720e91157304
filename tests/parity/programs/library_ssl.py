import ssl
context = ssl.create_default_context()
print(ssl.OPENSSL_VERSION, context.verify_mode, ssl.RAND_status(), len(ssl.RAND_bytes(8)))
