import subprocess
print(subprocess._USE_POSIX_SPAWN, subprocess._USE_VFORK, subprocess._active)
