#!/usr/bin/env python3
"""Measures the index over the ledger and the questions it answers; see README.md."""

import argparse
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from policy import add_to  # noqa: E402
from runner.context import ROOT  # noqa: E402

PROGRAM = os.path.join(ROOT, ".build", "release", "bench-audit")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=20, help="how often each question is asked")
    parser.add_argument("--out", help="add the measurements to this file, a JSON array")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        finished = subprocess.run(
            [PROGRAM, "--records", str(options.records), "--rounds", str(options.rounds),
             "--index", os.path.join(directory, "index.sqlite"), "--json"],
            capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        sys.exit(f"bench-audit failed: {finished.stderr or finished.stdout}")
    measured = json.loads(finished.stdout)
    for found in measured:
        if found["bench"] == "audit-reindex":
            print(f"{found['records']:,} records: {found['records_per_second']:,.0f} a second, "
                  f"{found['records_per_cpu_second']:,.0f} a second of CPU, "
                  f"index {found['index_bytes'] / 1e6:,.0f} MB")
            print(f"  {'question':<32}{'p50 ms':>10}{'p99 ms':>10}")
        else:
            print(f"  {found['question']:<32}{found['p50_ms']:>10,.1f}{found['p99_ms']:>10,.1f}")
    if options.out:
        add_to(options.out, measured)


if __name__ == "__main__":
    main()
