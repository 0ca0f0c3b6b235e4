#!/usr/bin/env python3
"""Fails when a governed call allocates or executes more than thresholds.json allows."""

import argparse
import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from runner import counts, systems  # noqa: E402
from runner.context import Context  # noqa: E402
from runner.processes import BenchmarkError  # noqa: E402

THRESHOLDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "thresholds.json")
METRICS = {
    "allocations_per_call": counts.allocations_per_call,
    "instructions_per_call": counts.instructions_per_call,
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sallyport", help="another binary than .build/release/sallyport")
    parser.add_argument("--only", choices=METRICS, help="one metric instead of all")
    parser.add_argument("--subject", choices=("sallyport", "upstream"), default="sallyport",
                        help="`upstream` counts in bench-upstream, to try the counting itself")
    parser.add_argument("--thresholds", default=THRESHOLDS, help="another thresholds file")
    return parser.parse_args()


def check(name, measured, threshold):
    """Prints the verdict on one metric; returns whether it is within its threshold."""
    if threshold is None:
        print(f"{name}: {measured:,.2f} (no threshold set)")
        return True
    if measured > threshold:
        print(f"{name}: {measured:,.2f} is more than the {threshold:,} allowed. Either make the "
              f"call cheaper again, or raise the threshold in the commit that says why.")
        return False
    slack = " (could be lowered)" if measured < 0.9 * threshold else ""
    print(f"{name}: {measured:,.2f} of {threshold:,} allowed{slack}")
    return True


def run(options, stack, context):
    context.upstream = systems.start_upstream(stack, context)
    with open(options.thresholds, encoding="utf-8") as file:
        thresholds = json.load(file)
    start = getattr(counts, f"start_{options.subject}")(context)
    names = [options.only] if options.only else list(METRICS)
    verdicts = [check(name, METRICS[name](context, start), thresholds[name]) for name in names]
    return 0 if all(verdicts) else 1


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with tempfile.TemporaryDirectory(prefix="sallyport-") as scratch, ExitStack() as stack:
            return run(options, stack, Context(scratch, options.sallyport))
    except BenchmarkError as error:
        print(f"thresholds.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
