#!/usr/bin/env python3
"""Measures Sallyport beside a direct connection and a bare reverse proxy; see README.md."""

import argparse
import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from runner import credentials, peers, report, rows, systems  # noqa: E402
from runner.context import Context  # noqa: E402
from runner.processes import BenchmarkError, ForeignLoad, raise_descriptor_limit  # noqa: E402


# The title of what is no row of calls, for `--rows`.
MEMORY = "memory of what waits"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--systems", default="direct,nginx,sallyport",
                        help="what to measure, separated by commas")
    parser.add_argument("--peers", action="store_true", help="measure Envoy's MCP filter too")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=3,
                        help="measurements of which to take medians")
    parser.add_argument("--loops", type=int, default=1, help="event loops, or workers of a proxy")
    parser.add_argument("--upstream-threads", type=int, default=1)
    parser.add_argument("--streams", type=int, default=2000, help="sessions with an open stream")
    parser.add_argument("--listens", type=int, default=10_000,
                        help="idle streams of subscriptions/listen")
    parser.add_argument("--rows", default="", help="measure only rows whose title contains this")
    parser.add_argument("--sallyport", help="another binary than .build/release/sallyport")
    parser.add_argument("--out", help="write the measurements to this file, as JSON")
    parser.add_argument("--quick", action="store_true",
                        help="short, to see that everything works; fails on any error")
    parser.add_argument("--enforce", action="store_true", help="fail when a target is not reached")
    options = parser.parse_args()
    if options.quick:
        options.seconds, options.rounds = min(options.seconds, 0.1), 1
        options.streams, options.listens = 100, 100
    return options


def check_verification(context):
    """A load generator that cannot find a wrong answer proves nothing: give it one."""
    wrong = rows.Row("check", "a wrong payload", 1, bytes=101, tool="echo_100")
    found = rows.load(context, context.upstream, wrong, "--calls", 10)
    if found["errors"] != 10:
        raise BenchmarkError(f"10 wrong answers, but bench-load found {found['errors']}")


def start(stack, context, names, tokens):
    """Starts what was asked for, in the order of the table."""
    started = [context.upstream] if "direct" in names else []
    if "nginx" in names:
        started.append(systems.start_nginx(stack, context))
    if "envoy" in names:
        envoy = peers.start_envoy(stack, context)
        started += [envoy] if envoy else []
    if "sallyport" in names:
        started.append(systems.start_sallyport(stack, context))
        started.append(systems.start_sallyport(
            stack, context, "sallyport-stdio", systems.stdio_upstream))
        started += [systems.start_cell(stack, context, era) for era in ("stateless", "session")]
        started.append(credentials.start_with_own(stack, context, tokens))
        started.append(credentials.start_with_issuer(stack, context, tokens))
        started.append(credentials.start_asking(stack, context, tokens))
    return started


def measure_memory(options, context):
    """Memory of what waits: idle streams and results that nobody reads, each on a fresh process."""
    with ExitStack() as stack:
        fresh = systems.start_sallyport(stack, context, "sallyport-streams")
        streams = rows.measure_streams(context, fresh, options.streams)
        report.print_streams(streams)
    with ExitStack() as stack:
        # A face holds at most 4,096 streams, and there is one for each loop.
        fresh = systems.start_sallyport(
            stack, context, "sallyport-listens", loops=4, connections=2 * options.listens + 1000)
        listens = rows.measure_streams(context, fresh, options.listens, "stateless")
        report.print_listens(listens)
    print("\nlarge results that their clients do not read yet")
    counts, stall = ((1, 2), 0.3) if options.quick else ((1, 4, 8), 3)
    results = []
    for count in counts:
        with ExitStack() as stack:
            fresh = systems.start_sallyport(stack, context, "sallyport-results")
            results.append(rows.measure_held_results(context, fresh, count, stall))
    report.print_held_results(results)
    return streams, listens + results


def run(options, stack, context):
    foreign = ForeignLoad()
    context.upstream = systems.start_upstream(stack, context)
    check_verification(context)
    names = options.systems.split(",") + (["envoy"] if options.peers else [])
    running = start(stack, context, names, 100 if options.quick else credentials.COUNT)
    report.print_starts(running)
    measured = []
    for row in rows.CALLS:
        candidates = [system for system in running if system.name in row.systems]
        if options.rows in row.title and candidates:
            found = rows.measure(context, row, candidates, options.seconds, options.rounds)
            report.print_rows(row.title, found)
            measured += found
    report.print_cells([m for m in measured if m.bench == "cells"])
    streams, memory = [], []
    if "sallyport" in names and options.rows in MEMORY:
        streams, memory = measure_memory(options, context)
    missed = report.judge(running, measured, streams)
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump([m.json() for m in measured + streams + memory], file, indent=1)
            file.write("\n")
    cores = foreign.cores()
    if cores > 0.1:
        print(f"\nother processes used {cores:.1f} cores meanwhile: these figures are disturbed")
    errors = sum(m.errors for m in measured + streams + memory)
    if errors:
        print(f"\n{errors} errors: these figures do not count")
    return 1 if errors or (options.enforce and missed) else 0


def main():
    options = arguments()
    raise_descriptor_limit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="sallyport-") as scratch, ExitStack() as stack:
            os.chmod(scratch, 0o755)  # nginx's workers are another user's
            context = Context(scratch, options.sallyport, options.loops, options.upstream_threads)
            return run(options, stack, context)
    except BenchmarkError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
