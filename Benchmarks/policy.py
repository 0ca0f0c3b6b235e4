#!/usr/bin/env python3
"""Measures policy decisions beside the reference engine, in the same run; see README.md."""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from runner import counts  # noqa: E402
from runner.context import ROOT, Context  # noqa: E402
from runner.processes import BenchmarkError, ForeignLoad  # noqa: E402

DATA = os.path.join(ROOT, "..", "shared", "data", "cedar", "speed")
SIZES = (10, 100, 1000, 10000)
# The reference engine looks at every policy: fewer requests where there are many.
REFERENCE_REQUESTS = {10: 2000, 100: 2000, 1000: 500, 10000: 100}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=DATA, help="directory with the workload")
    parser.add_argument("--rounds", type=int, default=20, help="how often all requests are decided")
    parser.add_argument("--counts-only", action="store_true",
                        help="allocations and instructions, which other load does not disturb")
    parser.add_argument("--out", help="add the measurements to this file, a JSON array")
    return parser.parse_args()


def output_of(command):
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        raise BenchmarkError(f"{command[0]} failed: {finished.stderr or finished.stdout}")
    return finished.stdout


def reference(data, size):
    """What the reference engine says of itself; nothing when it is not installed."""
    python = os.path.join(ROOT, ".venv", "bin", "python")
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cedar_reference.py")
    if not os.access(python, os.X_OK):
        return None
    if subprocess.run([python, "-c", "import cedarpy"], capture_output=True,
                      check=False).returncode != 0:
        return None
    return json.loads(output_of([python, program, data, str(size), str(REFERENCE_REQUESTS[size])]))


def measurement(system, size, figures):
    return {
        "bench": "policy", "system": system, "policies": size,
        "p50_us": figures["p50_ns"] / 1e3, "p99_us": figures["p99_ns"] / 1e3,
        "mean_us": figures["mean_ns"] / 1e3, "build_ms": figures["build_ns"] / 1e6,
    }


def print_times(size, ours, theirs):
    print(f"\n{size:,} policies, µs a decision")
    print(f"  {'system':<12}{'p50':>11}{'p99':>11}{'mean':>11}{'parse ms':>11}")
    for found in filter(None, (ours, theirs)):
        print(f"  {found['system']:<12}{found['p50_us']:>11,.2f}{found['p99_us']:>11,.2f}"
              f"{found['mean_us']:>11,.2f}{found['build_ms']:>11,.1f}", flush=True)
    if theirs:
        ratios = [theirs[key] / ours[key] for key in ("p50_us", "p99_us", "mean_us", "build_ms")]
        print(f"  {'ratio':<12}" + "".join(f"{ratio:>11,.1f}" for ratio in ratios))


def count(context, data, size):
    """Allocations and instructions of a decision, from runs of different length."""
    command = [context.program("bench-cedar"), data, str(size)]
    allocations = counts.allocations_per_decision(context, command)
    instructions = counts.instructions_per_decision(context, command)
    print(f"  {size:>6,} policies: {allocations:.2f} allocations, {instructions:,.0f} "
          f"instructions a decision", flush=True)
    return {"bench": "policy-counts", "system": "sallyport", "policies": size,
            "allocations": allocations, "instructions": instructions}


def add_to(path, measurements):
    found = []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(found + measurements, file, indent=1)
        file.write("\n")


def run(options, context):
    measured = []
    for size in () if options.counts_only else SIZES:
        command = [context.program("bench-cedar"), options.data, str(size), "--rounds",
                   str(options.rounds)]
        ours = measurement("sallyport", size, json.loads(output_of(command)))
        theirs = reference(options.data, size)
        theirs = measurement("cedarpy", size, theirs) if theirs else None
        print_times(size, ours, theirs)
        measured += filter(None, (ours, theirs))
    if not options.counts_only and len(measured) == len(SIZES):
        print("\nskipped: the reference engine, for .venv has no cedarpy: "
              "Scripts/python-environment.sh")
    print("\ncounts, which hardly vary")
    measured += [count(context, options.data, size) for size in SIZES]
    if options.out:
        add_to(options.out, measured)


def main():
    options = arguments()
    if not os.path.isdir(options.data):
        print(f"skipped: policy decisions, for {os.path.normpath(options.data)} is missing")
        return 0
    foreign = ForeignLoad()
    try:
        with tempfile.TemporaryDirectory(prefix="sallyport-") as scratch:
            run(options, Context(scratch))
    except BenchmarkError as error:
        print(f"policy.py: {error}", file=sys.stderr)
        return 2
    cores = foreign.cores()
    if cores > 0.1 and not options.counts_only:
        print(f"\nother processes used {cores:.1f} cores meanwhile: these times are disturbed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
