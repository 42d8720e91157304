import hashlib, hmac, zlib, binascii, base64
print(hashlib.sha256(b"abc").hexdigest(), hashlib.md5(b"abc").hexdigest(), hashlib.blake2b(b"abc").hexdigest()[:20], sorted(hashlib.algorithms_guaranteed))
print(hmac.new(b"key", b"text", "sha1").hexdigest(), zlib.crc32(b"abc"), zlib.decompress(zlib.compress(b"abc" * 100))[:6], binascii.crc_hqx(b"abc", 0), base64.b85encode(b"abc"))
print(hashlib.pbkdf2_hmac("sha256", b"a", b"b", 10).hex(), hashlib.scrypt(b"a", salt=b"b", n=2, r=1, p=1).hex()[:20])
