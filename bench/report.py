"""What was measured, as text; and what we aim at."""
from load import CLIENTS, CORES, SUBMIT_CLIENTS

TITLES = {"hello": "hello", "imports": "nine imports", "numpy": "numpy", "compute": "50 ms of computing",
          "mebibyte": "1 MiB of output"}
# Program, path, ratio to bare; the aim; what must be reached at least.
RATIO_AIMS = [("hello", "warm", "rate", 5, 4), ("hello", "warm", "p50", 0.25, None),
              ("hello", "warm", "p99", 0.6, None), ("imports", "warm", "rate", 5, None),
              ("numpy", "warm", "rate", 8, None), ("hello", "cold", "rate", 0.6, None)]


def ratio(program, path, what):
    """Rates as many at a time as there can be, latencies one at a time; p99 too is compared with the bare p50."""
    rows = program["together" if what == "rate" else "alone"]
    key, base = {"rate": ("jobsPerSecond",) * 2, "p50": ("p50Ms",) * 2, "p99": ("p99Ms", "p50Ms")}[what]
    return rows[path][key] / rows["bare"][base]


def aims(results):
    programs, found = results["programs"], []

    def add(name, value, aim, must=None, most=False):
        found.append({"name": name, "value": value, "aim": aim, "must": must, "most": most,
                      "reached": value <= aim if most else value >= aim})

    for name, path, what, aim, must in RATIO_AIMS:
        if path in programs.get(name, {}).get("together", {}):
            base = "p50" if what == "p99" else what
            add(f"{TITLES[name]}: {path} {what} / bare {base}", ratio(programs[name], path, what), aim, must,
                most=what != "rate")
    loop, memory = results["loopMs"], results["memory"]
    add("50 ms of computing: loop warm / loop bare", loop["warm"] / loop["bare"], 1.03, most=True)
    add("/bin/true: sandbox rate / bare rate", results["confinedTrue"]["jobsPerSecond"] /
        results["bareTrue"]["jobsPerSecond"], 0.6)
    add("submissions a second", results["submit"]["jobsPerSecond"], 5000)
    if memory["slotPrivateMb"]:  # else we are no root, and slots let nobody look
        add(f"idle memory (Pss), MB, {memory['slots']} slots", memory["pssMb"], 120, most=True)
        add("memory that one idle slot alone has, MB", memory["slotPrivateMb"], 3, most=True)
    return found


def table(results):
    head = f"{CORES} cores, load before all this {results['loadBefore']:.1f}"
    lines = [f"{head:43}{'jobs/s':>9}{'p50 ms':>9}{'p99 ms':>9}   to bare", ""]

    def add(label, row, note=""):
        lines.append(f"{label:43}{row['jobsPerSecond']:9.1f}{row['p50Ms']:9.2f}{row['p99Ms']:9.2f}   {note}".rstrip())

    for name, title in TITLES.items():
        program = results["programs"].get(name)
        if not program:
            lines += [f"{title}: skipped, /usr/bin/python3 cannot import it", ""]
            continue
        for group, at_a_time, clients in (("together", f"{CORES} at a time", f"{CLIENTS} clients"),
                                          ("alone", "one at a time", "one client")):
            for path, row in program[group].items():
                label = f"{title}, {path}, {at_a_time if path == 'bare' else clients}"
                notes = ("rate",) if group == "together" else ("p50", "p99")
                add(label, row, f"drift {row['drift']:.2f}" if path == "bare" else
                    ", ".join(f"{what} {ratio(program, path, what):.2f}" for what in notes))
        lines.append("")
    lines += ["its own time of the loop that computes, ms: " +
              ", ".join(f"{way} {taken:.1f}" for way, taken in results["loopMs"].items())]
    add(f"/bin/true, bare, {CORES} at a time", results["bareTrue"])
    add(f"/bin/true, sandbox alone, {CORES * 2} at a time", results["confinedTrue"])
    add(f"submissions alone, {SUBMIT_CLIENTS} clients", results["submit"])
    lines += ["", f"{'':43}{'aim':>9}{'measured':>9}"]
    lines += [f"{aim['name']:43}{'<=' if aim['most'] else '>=':>3}{aim['aim']:6g}{aim['value']:9.2f}   {verdict(aim)}"
              for aim in results["aims"]]
    return "\n".join(lines)


def verdict(aim):
    if aim["reached"]:
        return "reached"
    if aim["must"]:
        return f"missed; the least, {aim['must']}, {'reached' if aim['value'] >= aim['must'] else 'MISSED'}"
    return "missed"
