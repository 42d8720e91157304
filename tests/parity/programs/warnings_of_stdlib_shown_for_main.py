import warnings, unittest, locale
warnings.simplefilter("default")
locale.getdefaultlocale()
unittest.makeSuite(unittest.TestCase)
