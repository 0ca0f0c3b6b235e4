#!/usr/bin/env python3
"""Measures the search for tools: building, searching with a filter, changing; see README.md."""

import argparse
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from policy import add_to  # noqa: E402
from runner.context import ROOT  # noqa: E402

PROGRAM = os.path.join(ROOT, ".build", "release", "bench-search")
DATA = os.path.join(ROOT, "..", "shared", "data", "tool-retrieval")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tools", type=int, default=20_000)
    parser.add_argument("--data", default=DATA, help="directory with a public catalog and queries")
    parser.add_argument("--out", help="add the measurements to this file, a JSON array")
    options = parser.parse_args()
    catalogs = {"made up": []}
    public = [os.path.join(options.data, name) for name in
              ("tools.jsonl", "queries_task_report.jsonl")]
    if all(map(os.path.exists, public)):
        catalogs["public, varied"] = public
    else:
        print("skipped: the public tool retrieval data is absent")
    measured = []
    print(f"{'catalog':<16}{'tools':>8}{'build ms':>10}{'MB':>7}"
          f"{'p50 µs':>9}{'p99 µs':>9}{'CPU p50':>9}{'CPU p99':>9}{'update p50 µs':>15}{'p99 µs':>9}{'edition p50 µs':>16}{'p99 µs':>9}{'tokens':>8}")
    for name, files in catalogs.items():
        finished = subprocess.run([PROGRAM, *files, "--tools", str(options.tools)],
                                  capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            sys.exit(f"bench-search failed: {finished.stderr or finished.stdout}")
        found = {"bench": "search", "catalog": name, **json.loads(finished.stdout)}
        print(f"{name:<16}{found['tools']:>8,}{found['build_ns'] / 1e6:>10,.0f}"
              f"{found['resident_kB'] / 1e3:>7,.0f}{found['search_p50_ns'] / 1e3:>9,.0f}"
              f"{found['search_p99_ns'] / 1e3:>9,.0f}"
              f"{found['search_cpu_p50_ns'] / 1e3:>9,.0f}{found['search_cpu_p99_ns'] / 1e3:>9,.0f}"
              f"{found['update_p50_ns'] / 1e3:>15,.0f}"
              f"{found['update_p99_ns'] / 1e3:>9,.0f}{found['edition_p50_ns'] / 1e3:>16,.0f}"
              f"{found['edition_p99_ns'] / 1e3:>9,.0f}{found['tokens_p50']:>8}")
        measured.append(found)
    if options.out:
        add_to(options.out, measured)


if __name__ == "__main__":
    main()
