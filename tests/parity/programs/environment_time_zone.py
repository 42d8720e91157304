import datetime, time
print(time.tzname, time.timezone, time.daylight, time.localtime(0), datetime.datetime.fromtimestamp(0), datetime.datetime.now().astimezone().tzinfo)
