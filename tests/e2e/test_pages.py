"""The files that browsers are given, over HTTP from the release binary."""
import gzip
import re
import urllib.parse

import pytest

PLAYGROUND_BYTES_MAX = 400_000


def files_of(client, page):
    """The page and all that it or its scripts name, by path, as they are sent to a browser."""
    found = {}
    wanted = [page]
    while wanted:
        path = wanted.pop()
        if path in found:
            continue
        answer = found[path] = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status == 200, (path, answer)
        assert answer.headers["Content-Encoding"] == "gzip"
        text = gzip.decompress(answer.raw).decode()
        wanted += ["/" + name for name in re.findall(r"assets/[\w.-]+", text)]
        # Scripts name those beside them.
        wanted += ["/assets/" + name for name in re.findall(r"""["'`]\./([\w.-]+\.(?:js|css))["'`]""", text)]
    return found


def test_the_playground_is_small(client):
    files = files_of(client, "/")
    assert any(path.endswith(".js") for path in files)
    assert sum(len(answer.raw) for answer in files.values()) < PLAYGROUND_BYTES_MAX


def test_files_named_by_their_content_are_kept_and_pages_are_not(client):
    for path, answer in files_of(client, "/").items():
        cached = "immutable" in answer.headers["Cache-Control"]
        assert cached == path.startswith("/assets/"), path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_page_that_the_browser_has_is_not_sent_again(client):
    page = client.get("/")
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert b"<html" in page.raw
    again = client.get("/", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status, again.raw) == (304, b"")


@pytest.mark.parametrize("name", ["../index.html", "..%2findex.html", "%2e%2e/index.html", "..%2f..%2fboard/index.ejs",
                                  "....//index.html", "%00", "/etc/passwd", "..%5cindex.html", "index.html%00.js"])
def test_nothing_but_the_carried_files_is_served(client, name):
    for path in (name, urllib.parse.quote(name)):
        assert client.get("/assets/" + path).status in (400, 404), path
