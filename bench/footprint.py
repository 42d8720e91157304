"""What a server at rest holds: memory, slots, and what a run could leave more of."""
import os
import pathlib
import time

from client import wait_until
from machine import footprint, host_groups_of
from server import descendants

SETTLE_BOUND_S = 30
MB = 1_000_000


def at_rest(server):
    """Counts, once two in a row are the same."""
    def counted():
        first = counts(server)
        time.sleep(0.2)
        return first if first == counts(server) else None
    return wait_until(counted, SETTLE_BOUND_S, "a server at rest")


def counts(server):
    directories = sum(1 for group in host_groups_of(server) for _ in os.walk(group))
    return {**footprint(server), "cgroup directories": directories}


def memory(server):
    """Of the whole tree, and how much of it only one slot has; slots need root to be looked at."""
    processes = [server.process.pid, *descendants(server.process.pid)]
    slots = [pid for pid in processes if name_of(pid) == "code-exec-slot"]
    in_slots = {pid for slot in slots for pid in (slot, *descendants(slot))}
    private = sum(memory_of(pid).get(kind, 0) for pid in in_slots for kind in ("Private_Clean", "Private_Dirty"))
    return {"slots": len(slots), "slotPrivateMb": private / max(len(slots), 1) / MB,
            **{name: sum(memory_of(pid).get(kind, 0) for pid in processes) / MB
               for name, kind in (("pssMb", "Pss"), ("residentMb", "Rss"))}}


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:  # it has just ended
        return None


def memory_of(pid):
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:  # it has just ended, or we are no root
        return {}
    return {line.split(":")[0]: int(line.split()[1]) * 1024 for line in lines}
