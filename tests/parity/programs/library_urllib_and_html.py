import html, urllib.parse
print(urllib.parse.urlparse("http://user@host:80/p;q?r#s"), urllib.parse.quote("é /"), html.escape("<&>"), urllib.parse.parse_qs("a=1&a=2"))
