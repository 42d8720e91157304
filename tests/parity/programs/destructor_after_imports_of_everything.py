import asyncio, json, logging, multiprocessing, random, re, subprocess, tempfile, threading, unittest
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text, logging is not None, __name__)
in_main = Said("in main")
unittest.kept = Said("in unittest")
asyncio.kept = Said("in asyncio")
print("main ends")
