#!/usr/bin/env python3
"""Compares Sallyport's Cedar engine with the reference engine in cedarpy on random cases.

compare.py PROGRAM CASES SEED runs `cedar-differential` on all processors, gives every schema,
entity, policy and request that it makes to cedarpy, and compares: whether policies parse, decision,
determining and erring policies, links of templates, the formatted and the printed text, and whether
cedarpy validates alike by the schema in our text and our JSON. The exit status is 1 when anything
differs; the first differences of each share are printed.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import cedarpy

SHOWN = 10
SHARE = 500
ERRING = re.compile(r"while evaluating policy `([^`]*)`")


class Comparison:
    """Counts of what was compared, and the differences."""

    def __init__(self):
        self.counts = Counter()
        self.differences = 0

    def differ(self, what, world, case, **details):
        self.differences += 1
        self.counts["different " + what] += 1
        if self.differences > SHOWN:
            return
        print(f"--- difference in {what}")
        print("schema:", world["schema"], sep="\n")
        print("entities:", world["entities"], sep="\n")
        print("policies:", case["policies"], sep="\n")
        for name, detail in details.items():
            print(f"{name}:", detail)
        sys.stdout.flush()

    def world(self, world):
        """One schema with its entities and all cases about them."""
        entities = cedarpy.Entities.from_json_str(world["entities"])
        try:
            schema = cedarpy.Schema.from_str(world["schema"])
        except ValueError as error:
            return self.differ("schema", world, {"policies": ""}, theirs=error)
        for case in world["cases"]:
            self.case(world, entities, case)
        self.schemas(world, schema, world["cases"][0])

    def schemas(self, world, schema, case):
        """The schema as we write it means the same to the reference."""
        expected = verdict(case["policies"], schema)
        for name, read in (
            ("schemaText", cedarpy.Schema.from_str), ("schemaJSON", cedarpy.Schema.from_json_str)
        ):
            self.counts["schemas"] += 1
            try:
                found = verdict(case["policies"], read(world.get(name, "none")))
            except ValueError as error:
                found = error
            if found != expected:
                self.differ(
                    name, world, case, ours=world.get(name), expected=expected, found=found)

    def case(self, world, entities, case):
        self.counts["cases"] += 1
        try:
            policies = cedarpy.PolicySet.from_str(case["policies"])
        except ValueError as error:
            if "requests" in case:
                self.differ("parsing", world, case, ours="accepted", theirs=error)
            self.counts["policies refused"] += 1
            return
        if "requests" not in case:
            return self.differ("parsing", world, case, ours="refused", theirs="accepted")
        self.texts(world, case)
        for link in case["links"]:
            link["template_id"] = reference_name(link["template_id"])
        policies = policies.with_linked_batch(case["links"])
        self.counts["links"] += len(case["links"])
        self.requests(world, entities, policies, case)

    def texts(self, world, case):
        expected = contents(case["policies"])
        for name in ("formatted", "text"):
            self.counts["texts"] += 1
            try:
                found = contents(case.get(name, "none"))
            except ValueError as error:
                found = error
            if found != expected:
                self.differ(name, world, case, ours=case.get(name), expected=expected, found=found)

    def requests(self, world, entities, policies, case):
        asked = [
            {key: request[key] for key in ("principal", "action", "resource", "context")}
            for request in case["requests"]
        ]
        answers = cedarpy.is_authorized_batch(asked, policies, entities)
        for request, answer in zip(case["requests"], answers, strict=True):
            self.counts["requests"] += 1
            theirs = {
                "decision": answer.decision.name.lower(),
                "reasons": sorted(answer.diagnostics.reasons),
                "errors": sorted(erring(answer.diagnostics.errors)),
            }
            ours = {
                "decision": request["decision"],
                "reasons": sorted(map(reference_name, request["reasons"])),
                "errors": sorted(map(reference_name, request["errors"])),
            }
            self.counts[theirs["decision"]] += 1
            self.counts["erring policies"] += len(theirs["errors"])
            if ours != theirs:
                self.differ(
                    "an answer", world, case, request=json.dumps(request), ours=ours,
                    theirs=theirs, messages=answer.diagnostics.errors)


def reference_name(name):
    """What the reference calls the policy that we call `policy#0`."""
    return name.replace("#", "")


def contents(text):
    """The policies and then the templates of a text, in their order."""
    parsed = json.loads(cedarpy.policies_to_json_str(text))
    return json.dumps([
        [policies[name] for name in sorted(policies, key=lambda name: int(name[len("policy"):]))]
        for policies in (parsed["staticPolicies"], parsed["templates"])
    ], sort_keys=True)


def verdict(policies, schema):
    """What the reference finds wrong with policies."""
    errors = cedarpy.validate_policies(policies, schema).errors
    return sorted(f"{error.policy_id}: {error.error}" for error in errors)


def erring(messages):
    """The names of the policies in messages; a message without one stands for itself."""
    return [found.group(1) if (found := ERRING.search(text)) else text for text in messages]


def compare(program, cases, seed):
    """Compares so many cases; returns the counts and the differences."""
    comparison = Comparison()
    with subprocess.Popen([program, str(cases), str(seed)], stdout=subprocess.PIPE) as process:
        for line in process.stdout:
            comparison.world(json.loads(line))
    if process.returncode != 0 or comparison.counts["cases"] != cases:
        raise SystemExit(f"{program} failed with status {process.returncode}")
    return comparison.counts, comparison.differences


def main():
    program, cases, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    # The same shares on every machine, so that a seed means the same everywhere.
    shares = [min(SHARE, cases - start) for start in range(0, cases, SHARE)]
    seeds = [seed * 10_000 + number for number in range(len(shares))]
    counts, differences = Counter(), 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for counted, different in pool.map(compare, [program] * len(shares), shares, seeds):
            counts += counted
            differences += different
    for name, count in counts.items():
        print(f"{count:>10} {name}")
    print(f"seed {seed}: {differences} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
