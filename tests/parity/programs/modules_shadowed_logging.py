#: files = [{name = "logging.py", content = "def warning(text): print('own:', text)\n"}]
import logging
logging.warning("text")
