"""The rows of the table: what is asked of each system, measured in rounds that alternate."""

import json
import statistics
import subprocess
from dataclasses import dataclass

from . import mcp
from .processes import BenchmarkError


@dataclass(frozen=True)
class Row:
    """One shape of load."""

    bench: str
    title: str
    connections: int
    bytes: int = 100
    era: str = "stateless"
    tool: str = "payload"
    systems: tuple = ("direct", "nginx", "envoy", "sallyport")
    progress: int = 0
    renews_sessions: bool = False


LARGE = 20 << 20
# The two gateways that differ in the era of their upstream, which speaks that one only.
CELLS = ("sallyport-to-stateless", "sallyport-to-session")
# The gateway with one token, with ten thousand of its own, with as many of an issuer, and with as
# many that their issuer is asked about each time.
TOKENS = ("sallyport", "sallyport-own-tokens", "sallyport-issuer", "sallyport-asking")

CALLS = [
    Row("calls", "100 B, 1 connection", 1),
    Row("calls", "100 B, 16 connections", 16),
    Row("calls", "100 B, 64 connections", 64),
    Row("calls", "10 kB, 16 connections", 16, bytes=10_240),
    Row("calls", "1 MB, 16 connections", 16, bytes=1_048_576),
    Row("calls", "20 MB, 2 connections", 2, bytes=LARGE),
    Row("session_calls", "session era, 100 B, 16 connections", 16, era="session"),
    Row("new_sessions", "a session and one call in it, 16 connections", 16, era="session",
        renews_sessions=True),
    Row("progress_calls", "a stream of two progress events, 16 connections", 16, tool="progress",
        progress=2),
    Row("write_calls", "flushed to disk first (effect write), 1 connection", 1,
        tool="write_100"),
    Row("write_calls", "flushed to disk first (effect write), 16 connections", 16,
        tool="write_100"),
    Row("stdio_calls", "stdio upstream, 1 connection", 1, systems=("sallyport-stdio",)),
    Row("stdio_calls", "stdio upstream, 16 connections", 16, systems=("sallyport-stdio",)),
    Row("tokens", "100 B, tokens in turn, 16 connections", 16, systems=TOKENS),
    Row("cells", "cells: stateless client, 16 connections", 16, systems=CELLS),
    Row("cells", "cells: client of the session era, 16 connections", 16, era="session",
        systems=CELLS),
]


@dataclass
class Measurement:
    """The medians of one row for one system."""

    bench: str
    title: str
    system: str
    connections: int
    bytes: int
    rate: float = None
    p50_us: float = None
    p99_us: float = None
    p999_us: float = None
    cpu_us: float = None
    rss_mb: float = None
    up_per_call: float = None
    errors: int = 0
    era: str = None

    def json(self):
        names = ("bench", "system", "connections", "bytes", "rate", "p50_us", "p99_us",
                 "p999_us", "cpu_us", "rss_mb", "era")
        return {name: getattr(self, name) for name in names}


def load(context, system, row, *options):
    """Runs bench-load against a system and returns its report."""
    command = [
        context.program("bench-load"), "--json", "--url", system.url,
        "--tool", system.tool(row.tool), "--bytes", str(row.bytes), "--era", row.era,
        "--connections", str(row.connections), *map(str, options),
    ]
    if system.tokens:
        command += ["--tokens", system.tokens]
    elif system.token:
        command += ["--token", system.token]
    if row.progress:
        command += ["--progress", str(row.progress)]
    if row.renews_sessions:
        command += ["--new-sessions"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode not in (0, 1):
        raise BenchmarkError(f"bench-load failed: {finished.stderr}")
    return json.loads(finished.stdout)


def measure(context, row, systems, seconds, rounds):
    """Measures a row: in each round every system once, one after another; then medians."""
    samples = {system.name: [] for system in systems}
    for _ in range(rounds):
        for system in systems:
            samples[system.name].append(_sample(context, row, system, seconds))
    return [_median(row, system, samples[system.name]) for system in systems]


def _sample(context, row, system, seconds):
    cpu = system.process.cpu_seconds()
    upstream = system.upstream or context.upstream
    messages = mcp.messages_received(upstream.port)
    report = load(context, system, row, "--seconds", seconds, "--warm-up", min(0.5, seconds / 4))
    calls = max(report["all_calls"], 1)
    report["cpu_us"] = (system.process.cpu_seconds() - cpu) * 1e6 / calls
    report["rss_mb"] = system.process.rss_mb()
    report["up_per_call"] = (mcp.messages_received(upstream.port) - messages) / calls
    if "stdio" in system.name:
        report["up_per_call"] = None
    elif report["up_per_call"] < 1:
        report["errors"] += 1
        report["complaints"].append(
            f"only {report['up_per_call']:.3f} messages reached the upstream for each call")
    if report["errors"]:
        print(f"  {system.name}, {row.title}: {report['errors']} errors: "
              + "; ".join(report["complaints"]))
    return report


def _median(row, system, reports):
    def of(name):
        values = [report[name] for report in reports if report[name] is not None]
        return round(statistics.median(values), 2) if values else None

    return Measurement(
        row.bench, row.title, system.name, row.connections, row.bytes, of("rate"), of("p50_us"),
        of("p99_us"), of("p999_us"), of("cpu_us"), of("rss_mb"), of("up_per_call"),
        sum(report["errors"] for report in reports), row.era,
    )


STREAMS = {"session": ("open_streams", "sessions with an open stream"),
           "stateless": ("listens", "streams of subscriptions/listen")}


def measure_streams(context, system, streams, era="session"):
    """Memory of idle event streams, in the session era with a session each: (before, with them)."""
    bench, title = STREAMS[era]
    before = system.process.rss_mb()
    command = [context.program("bench-load"), "--json", "--url", system.url,
               "--open-streams", str(streams), "--seconds", "1", "--era", era,
               "--token", system.token]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            opened = child.stdout.readline().split()
            during = system.process.rss_mb()
            report = json.loads(child.stdout.read())
        finally:
            if child.poll() is None:
                child.terminate()
    errors = report["errors"]
    if errors or opened != ["ready", str(streams)]:
        print(f"  {system.name}: {opened} of {streams} streams: {report['complaints']}")
    return [
        Measurement(bench, title, system.name, count, 0, rss_mb=round(rss, 2),
                    errors=errors)
        for count, rss in ((0, before), (streams, during))
    ]


def measure_held_results(context, system, count, stall):
    """Peak memory while so many large results at once wait for clients that do not read."""
    row = Row("held_results", "results that nobody reads yet", count, bytes=LARGE)
    before = system.process.rss_mb()
    system.process.forget_peak()
    report = load(context, system, row, "--calls", count, "--stall", stall)
    if report["errors"]:
        print(f"  {system.name}, {row.title}: {report['complaints']}")
    peak = system.process.peak_mb()
    times = (peak - before) * 1e6 / (count * LARGE)
    print(f"  {count} of {LARGE / 1e6:.0f} MB: {before:.1f} MB before, {peak:.1f} MB at the peak, "
          f"{times:.2f} times their size; {system.process.rss_mb():.1f} MB afterwards", flush=True)
    return Measurement(row.bench, row.title, system.name, count, LARGE, rss_mb=round(peak, 2),
                       errors=report["errors"])
