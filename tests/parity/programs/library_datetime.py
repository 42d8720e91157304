import calendar, datetime
print(datetime.date(2024, 2, 29) + datetime.timedelta(days=365), datetime.datetime.fromisoformat("2024-01-02T03:04:05+02:00"), calendar.month(2024, 2))
print(datetime.datetime(2024, 1, 1).strftime("%A %d %B %Y %c"), datetime.datetime.strptime("5 May 2024", "%d %B %Y"))
