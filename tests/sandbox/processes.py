"""The processes of a server that root started, told apart by what /proc says of them."""
import os
import pathlib

from machine import is_waiting_run
from server import descendants, stat_of

SERVICE_UID = 60600


def status_of(pid):
    """The lines of /proc/PID/status; None when there is no such process."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)


def children_of(pid):
    return [child for child in descendants(pid) if (stat := stat_of(child)) and stat[1] == pid]


def service_of(server):
    return next((pid for pid in children_of(server.process.pid)
                 if (status := status_of(pid)) and status["Uid"].split()[0] == str(SERVICE_UID)), None)


def host_of(server):
    """The launcher's other child; None while there is none."""
    return next((pid for pid in children_of(server.process.pid)
                 if (status := status_of(pid)) and status["Uid"].split()[0] == "0"), None)


def inits_of(server):
    """Process 1 of each slot."""
    host = host_of(server)
    found = []
    for pid in children_of(host) if host else []:
        status = status_of(pid)
        if status and status["NSpid"].split()[1:] == ["1"]:
            found.append(pid)
    return found


def busy_inits_of(server):
    """Those in whose slots a program runs."""
    inits = {os.readlink(f"/proc/{pid}/ns/pid"): pid for pid in inits_of(server)}
    programs = [pid for pid in descendants(server.process.pid) if pid not in inits.values() and not is_waiting_run(pid)]
    found = set()
    for pid in programs:
        try:
            found.add(inits.get(os.readlink(f"/proc/{pid}/ns/pid")))
        except OSError:  # it has just ended
            pass
    return found - {None}
