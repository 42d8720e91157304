# Read by modules when they are imported.
import os
os.environ.update(PYTHONTZPATH="/nowhere", TMPDIR="/box", PYTHONASYNCIODEBUG="1", LANG="C", TZ="Asia/Tokyo")
import zoneinfo, tempfile, time, logging, calendar
print(zoneinfo.TZPATH, tempfile.gettempdir(), time.tzname)
time.tzset()
print(time.tzname)
