import getpass, os, pwd
print(getpass.getuser(), os.getuid(), os.geteuid(), os.getgid(), os.getegid(), os.getresuid(), os.getresgid(), os.getgroups())
try:
    print(pwd.getpwuid(os.getuid()))
except KeyError as error:
    print(error)
