"""Runs the conformance scenarios against an MCP endpoint.

run.py URL [--revision R] [SCENARIO…]: says of each whether it passed, and counts. The exit code is
0 when all passed, 1 when one failed, 2 when it cannot be run so.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import dataclasses
import json
import time

import scenarios  # noqa: F401
from peer.schemas import Schemas
from peer.target import SESSION, STATELESS, Target
from registry import SCENARIOS, Scenario, Verdict, judge


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("scenario", nargs="*")
    parser.add_argument("--revision", choices=[STATELESS, SESSION], default=STATELESS)
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE")
    parser.add_argument("--server", default="", help="the server's name at an aggregated endpoint")
    parser.add_argument("--gateway", action="store_true", help="also what holds of gateways only")
    parser.add_argument("--only", choices=["scored", "unscored", "own"])
    parser.add_argument("--without", default="", help="names of scenarios, with commas between")
    parser.add_argument("--strict", action="store_true", help="what is recommended is demanded")
    parser.add_argument("--schemas", help="the folder of schema-REVISION.json")
    parser.add_argument("--json", action="store_true", help="one JSON object for each scenario")
    parser.add_argument("--list", action="store_true", help="only names the scenarios")
    return parser.parse_intermixed_args()


def wanted(given: argparse.Namespace) -> list[Scenario]:
    if unknown := set(given.scenario) - set(SCENARIOS):
        sys.exit(f"no scenario {', '.join(sorted(unknown))}")
    left_out = set(given.without.split(","))
    kinds = {
        None: lambda one: True,
        "scored": lambda one: one.scored,
        "unscored": lambda one: not one.scored and not one.own,
        "own": lambda one: one.own,
    }
    return [
        one for one in SCENARIOS.values()
        if given.revision in one.revisions
        and (not given.scenario or one.name in given.scenario)
        and kinds[given.only](one)
        and one.name not in left_out
        and (one.aggregated or not given.server)
        and (given.gateway or not one.gateway)
    ]


def tell(one: Scenario, verdict: Verdict, seconds: float, given: argparse.Namespace) -> None:
    if given.json:
        said = dataclasses.asdict(verdict)
        print(json.dumps({**said, "passed": verdict.passed, "scored": one.scored}), flush=True)
        return
    print(f"{'passed' if verdict.passed else 'FAILED'}  {one.name}  {seconds * 1000:.0f} ms")
    for sentence in verdict.failures:
        print(f"        {sentence}")
    for sentence in verdict.warnings:
        print(f"        should: {sentence}", flush=True)


def main() -> int:
    given = arguments()
    chosen = wanted(given)
    if given.list:
        for one in chosen:
            print(one.name)
        return 0
    if not given.url:
        print("give the URL of an endpoint", file=sys.stderr)
        return 2
    headers = [tuple(part.strip() for part in one.split(":", 1)) for one in given.header]
    schemas = Schemas.find(given.revision, given.schemas)
    if schemas is None:
        print("skipped: the schemas of MCP, which are not there", file=sys.stderr)
    target = Target(given.url, given.revision, headers, schemas, given.server)
    passed: list[Scenario] = []
    for one in chosen:
        began = time.monotonic()
        verdict = judge(one, target)
        if given.strict:
            verdict = Verdict(one.name, verdict.failures + verdict.warnings)
        tell(one, verdict, time.monotonic() - began, given)
        if verdict.passed:
            passed.append(one)
    if not given.json:
        scored = [one for one in chosen if one.scored]
        print(
            f"{given.revision}: {sum(one.scored for one in passed)} of {len(scored)} scored and "
            f"{sum(not one.scored for one in passed)} of {len(chosen) - len(scored)} other "
            "scenarios passed"
        )
    return 0 if len(passed) == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
