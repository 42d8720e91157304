import datetime, zoneinfo
try:
    print(datetime.datetime(2024, 7, 1, tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).utcoffset(), zoneinfo.TZPATH)
except zoneinfo.ZoneInfoNotFoundError as error:
    print(error)
