import xml, concurrent, importlib, os, email, urllib, multiprocessing, logging, unittest, collections, json, encodings
print([hasattr(xml, "etree"), hasattr(concurrent, "futures"), hasattr(importlib, "util"), hasattr(importlib, "abc"), hasattr(importlib, "machinery"),
       hasattr(importlib, "resources"), hasattr(importlib, "metadata"), hasattr(email, "message"), hasattr(urllib, "parse"), hasattr(multiprocessing, "pool"),
       hasattr(logging, "handlers"), hasattr(logging, "config"), hasattr(unittest, "mock"), hasattr(json, "tool"), hasattr(encodings, "latin_1")])
