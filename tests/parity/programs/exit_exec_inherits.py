import os
os.environ["ADDED"] = "by the program"
os.execlp("sh", "sh", "-c", "echo $ADDED $HOME $LD_PRELOAD $0; ls /proc/self/fd | wc -l; grep Sig /proc/self/status")
