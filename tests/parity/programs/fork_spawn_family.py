import os
print(os.spawnl(os.P_WAIT, "/bin/sh", "sh", "-c", "exit 3"), os.system("exit 4"), os.popen("echo popen").read())
print(os.waitstatus_to_exitcode(os.waitpid(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 5"], {}), 0)[1]))
