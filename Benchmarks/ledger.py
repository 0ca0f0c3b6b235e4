#!/usr/bin/env python3
"""Measures the ledger on this disk, and its verification with a million records; see README.md."""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from policy import add_to  # noqa: E402
from runner.context import Context  # noqa: E402
from runner.processes import ForeignLoad  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--out", help="add the measurements to this file, a JSON array")
    parser.add_argument("--directory", help="where to write: another disk than that of TMPDIR")
    return parser.parse_args()


def lines_of(command):
    """What a program prints, a JSON object a line, shown as it comes."""
    found = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            item = json.loads(line)
            found.append(item)
            figures = ", ".join(f"{name} {value:,}" for name, value in item.items()
                                if name not in ("bench", "system"))
            print(f"  {item['bench']:<32} {figures}", flush=True)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed with {process.returncode}")
    return found


def main():
    options = arguments()
    foreign = ForeignLoad()
    with tempfile.TemporaryDirectory(prefix="sallyport-", dir=options.directory) as scratch:
        context = Context(scratch)
        measured = lines_of([context.program("bench-ledger"), os.path.join(scratch, "ledger"),
                             str(options.records)])
    if options.out:
        add_to(options.out, measured)
    cores = foreign.cores()
    if cores > 0.1:
        print(f"\nother processes used {cores:.1f} cores meanwhile: these times are disturbed")


if __name__ == "__main__":
    main()
