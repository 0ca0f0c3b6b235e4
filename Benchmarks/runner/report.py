"""The table for people and the judgement of the targets."""

# CPU of a bare proxied call over 16 connections, in µs, on the machine for which the budgets in µs
# were set. Where nginx needs more, the machine is slower: told beside the verdict, not part of it.
NGINX_CPU_US = 15


def _number(value, digits=0):
    return "-" if value is None else f"{value:,.{digits}f}"


def _ratio(value, base):
    return f"{value / base:.2f}" if value and base else "-"


def print_rows(title, measurements):
    """One row of the plan: a line for each system, with ratios to direct and nginx."""
    rates = {measurement.system: measurement.rate for measurement in measurements}
    print(f"\n{title}")
    print(f"  {'system':<23}{'calls/s':>10}{'p50 µs':>9}{'p99 µs':>9}{'p99.9 µs':>10}"
          f"{'CPU µs':>8}{'RSS MB':>8}{'up/call':>9}{'/direct':>9}{'/nginx':>8}{'errors':>8}")
    for m in measurements:
        print(f"  {m.system:<23}{_number(m.rate):>10}{_number(m.p50_us):>9}{_number(m.p99_us):>9}"
              f"{_number(m.p999_us):>10}{_number(m.cpu_us, 1):>8}{_number(m.rss_mb, 1):>8}"
              f"{_number(m.up_per_call, 2):>9}{_ratio(m.rate, rates.get('direct')):>9}"
              f"{_ratio(m.rate, rates.get('nginx')):>8}{m.errors:>8}", flush=True)


def print_starts(systems):
    print("\nspawn to first good answer, and memory then")
    for system in systems:
        print(f"  {system.name:<23}{system.start_ms:>8.0f} ms{system.idle_rss_mb:>9.1f} MB")


def print_streams(measurements):
    before, during = measurements
    print(f"\n{during.connections} sessions with an open stream, {during.system}: "
          f"{before.rss_mb:.1f} MB before, {during.rss_mb:.1f} MB with them, "
          f"{kilobytes_per_session(measurements):.1f} kB a session, {during.errors} errors")


def print_listens(measurements):
    before, during = measurements
    print(f"\n{during.connections} idle streams of subscriptions/listen, {during.system}: "
          f"{before.rss_mb:.1f} MB before, {during.rss_mb:.1f} MB with them, "
          f"{kilobytes_per_session(measurements):.1f} kB each, {during.errors} errors")


def print_held_results(measurements):
    """Memory of one more large result that waits for its client."""
    few, many = measurements[0], measurements[-1]
    each = (many.rss_mb - few.rss_mb) / (many.connections - few.connections)
    print(f"  {each:.1f} MB of memory for each further result of {few.bytes / 1e6:.0f} MB: "
          f"{each * 1e6 / few.bytes:.2f} times its size")


def print_cells(measurements):
    """What crossing the eras costs, beside the cells that do not."""
    cells = {(m.era, m.system.removeprefix("sallyport-to-")): m for m in measurements}
    same = [cells.get(key) for key in (("stateless", "stateless"), ("session", "session"))]
    cross = [cells.get(key) for key in (("stateless", "session"), ("session", "stateless"))]
    if None in same + cross:
        return

    def total(name, chosen):
        return sum(getattr(m, name) for m in chosen)

    print("\ncells: CPU of a call, of that in the cell stateless → stateless")
    for (client, upstream), m in cells.items():
        print(f"  {client + ' client':<17} → {upstream + ' upstream':<19}"
              f"{_ratio(m.cpu_us, same[0].cpu_us):>7}")
    print(f"  both that cross the eras, of both that do not: CPU "
          f"{_ratio(total('cpu_us', cross), total('cpu_us', same))}, calls/s "
          f"{_ratio(total('rate', cross), total('rate', same))}")


def kilobytes_per_session(measurements):
    before, during = measurements
    return (during.rss_mb - before.rss_mb) * 1000 / during.connections


class Targets:
    """The budgets of the gateway, each printed as reached or not."""

    def __init__(self, pace):
        """`pace`: how many times slower this machine is than that of the budgets."""
        self.missed = 0
        self.pace = pace

    def judge_time(self, text, value, bound, unit):
        """Judges a time as it is, and tells what it would be at nginx's pace there."""
        paced = "" if value is None or self.pace == 1 else f" ({value / self.pace:,.1f} at that pace)"
        self.judge(text + paced, value, bound, unit)

    def judge(self, text, value, bound, unit, at_least=False):
        if value is None:
            print(f"  not measured  {text}")
            return
        reached = value >= bound if at_least else value <= bound
        self.missed += 0 if reached else 1
        verdict = "reached" if reached else "NOT reached"
        relation = "at least" if at_least else "at most"
        print(f"  {verdict:<12}  {text}: {value:,.2f} {unit} ({relation} {bound:g})")


def judge(systems, measurements, streams):
    """Prints every target; returns how many were not reached."""
    def find(system, connections, name):
        for m in measurements:
            if (m.bench, m.system, m.connections, m.bytes) == ("calls", system, connections, 100):
                return getattr(m, name)
        return None

    def difference(name):
        own, direct = find("sallyport", 1, name), find("direct", 1, name)
        return None if own is None or direct is None else own - direct

    def ratio(connections):
        own, proxy = find("sallyport", connections, "rate"), find("nginx", connections, "rate")
        return own / proxy if own and proxy else None

    gate = next((system for system in systems if system.name == "sallyport"), None)
    if gate is None:
        return 0
    proxy_cpu = find("nginx", 16, "cpu_us")
    targets = Targets(max(1, proxy_cpu / NGINX_CPU_US) if proxy_cpu else 1)
    print("\ntargets")
    if targets.pace > 1:
        print(f"  nginx takes {proxy_cpu:.1f} µs of CPU a call here, {targets.pace:.2f} times what it "
              f"takes where the budgets were set")
    for connections in (16, 64):
        targets.judge(f"throughput over {connections} connections", ratio(connections), 0.5,
                      "of nginx", at_least=True)
    targets.judge_time("added p50 at one connection", difference("p50_us"), 150, "µs above direct")
    targets.judge_time("added p99 at one connection", difference("p99_us"), 1000, "µs above direct")
    targets.judge_time("CPU of a governed call over 16 connections",
                       find("sallyport", 16, "cpu_us"), 35, "µs")
    targets.judge("memory after 64 connections", find("sallyport", 64, "rss_mb"), 40, "MB")
    targets.judge("memory before the first load", gate.idle_rss_mb, 32, "MB")
    targets.judge("start to first good answer", gate.start_ms, 100, "ms")
    targets.judge("memory of a session with an open stream",
                  kilobytes_per_session(streams) if streams else None, 16, "kB")
    return targets.missed
