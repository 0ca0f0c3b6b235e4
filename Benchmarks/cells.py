#!/usr/bin/env python3
"""Allocations and instructions of a call in each cell of eras; see README.md."""

import argparse
import os
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from runner import counts, rows  # noqa: E402
from runner.context import Context  # noqa: E402
from runner.processes import BenchmarkError  # noqa: E402

ERAS = ("stateless", "session")
METRICS = {"allocations": counts.allocations_per_call, "instructions": counts.instructions_per_call}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sallyport", help="another binary than .build/release/sallyport")
    parser.add_argument("--only", choices=METRICS, help="one metric instead of both")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    names = [options.only] if options.only else list(METRICS)
    try:
        with tempfile.TemporaryDirectory(prefix="sallyport-") as scratch:
            context = Context(scratch, options.sallyport)
            counts.use_stripped(context)
            for name in names:
                print_metric(name, context)
        return 0
    except BenchmarkError as error:
        print(f"cells.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def print_metric(name, context):
    """The four cells, each also as a ratio to stateless → stateless."""
    print(f"{name} of a call (100 B, 1 connection)")
    found = {}
    for client in ERAS:
        for upstream in ERAS:
            row = rows.Row("counts", "100 B, 1 connection", 1, era=client)
            value = METRICS[name](context, counts.start_cell(context, upstream), row=row)
            found[client, upstream] = value
            ratio = value / found[ERAS[0], ERAS[0]]
            print(f"  {client + ' client':<17} → {upstream + ' upstream':<19}{value:>12,.2f}"
                  f"{ratio:>7.3f}", flush=True)
    same = sum(found[era, era] for era in ERAS)
    print(f"  both that cross the eras, of both that do not: "
          f"{(sum(found.values()) - same) / same:.3f}")


if __name__ == "__main__":
    sys.exit(main())
