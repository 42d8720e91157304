#: code = "\uFEFF# coding: utf-8\nprint('é')\n"
