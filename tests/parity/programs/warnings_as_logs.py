import logging, sys, warnings
logging.basicConfig(stream=sys.stdout)
logging.captureWarnings(True)
warnings.warn("logged")
