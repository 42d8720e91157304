import socket, subprocess, warnings
warnings.simplefilter("always")
socket.socketpair()[0]
file = open("made", "w")
del file
