import json, logging, random, subprocess, tempfile, asyncio, os, hashlib, ssl
print(sorted(os.listdir("/proc/self/fd"), key=int), os.dup(0))
