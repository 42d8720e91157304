"""Very many jobs through one server: is it as fast in the end as in the beginning, and is there more of anything?"""
from footprint import at_rest, memory
from load import CLIENTS, measure, running_server, to

EDGE = 10_000
WARM_UP = 1000
TITLES = {"slotPrivateMb": "memory of a slot, MB", "pssMb": "memory (Pss), MB",
          "residentMb": "resident memory, MB"}


def soak(program, jobs):
    edge = min(EDGE, jobs // 2)
    with running_server() as server:
        def run(count):
            return measure(*to(server), "--program", program, "--expect", "Hello, World!", "--clients", CLIENTS,
                           jobs=count)

        def held():
            return {**at_rest(server), **memory(server)}

        run(min(WARM_UP, jobs))
        before = held()
        loads = {name: run(count) for name, count in (("first", edge), ("between", jobs - 2 * edge), ("last", edge))
                 if count > 0}
        after = held()
    return {"loads": loads, "before": before, "after": after,
            "lastToFirst": loads["last"]["jobsPerSecond"] / loads["first"]["jobsPerSecond"]}


def table(results):
    lines = [f"{'jobs':24}{'jobs/s':>10}{'p50 ms':>10}{'p99 ms':>10}{'errors':>8}"]
    lines += [f"{name + ' ' + str(row['jobs']):24}{row['jobsPerSecond']:10.1f}{row['p50Ms']:10.2f}"
              f"{row['p99Ms']:10.2f}{row['errors']:8}" for name, row in results["loads"].items()]
    lines += [f"{'last rate / first rate':24}{results['lastToFirst']:10.2f}", "", f"{'':24}{'before':>10}{'after':>10}"]
    for name, before in results["before"].items():
        shown = [f"{held:.1f}" if isinstance(held, float) else str(held) for held in (before, results["after"][name])]
        more = "  more" if float(shown[1]) > float(shown[0]) else ""
        lines.append(f"{TITLES.get(name, name):24}{shown[0]:>10}{shown[1]:>10}{more}")
    return "\n".join(lines)
