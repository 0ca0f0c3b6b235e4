#!/usr/bin/env python3
"""Compares Sallyport's Cedar engine with the reference engine in cedarpy on random cases.

compare.py PROGRAM CASES SEED runs `cedar-differential` on all processors, gives every schema,
entity, policy and request that it makes to cedarpy, and compares: whether policies parse, decision,
determining and erring policies, links of templates, the formatted and the printed text, the JSON of
policies and of entities in both directions, which policies and entities conform to the schema, and
whether cedarpy validates alike by the schema in our text and our JSON. The exit status is 1 when anything
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

    def __init__(self, reader):
        self.counts = Counter()
        self.differences = 0
        self.reader = reader

    def read(self, **asked):
        """What our engine reads in a text of the reference: what it writes of it, or an error."""
        print(json.dumps(asked), file=self.reader.stdin, flush=True)
        answer = json.loads(self.reader.stdout.readline())
        if "refused" in answer:
            raise ValueError(answer["refused"])
        return answer["read"]

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
        try:
            schema = cedarpy.Schema.from_str(world["schema"])
        except ValueError as error:
            return self.differ("schema", world, {"policies": ""}, theirs=error)
        entities = self.entities(world, schema)
        for case in world["cases"]:
            self.case(world, schema, entities, case)
        self.schemas(world, schema, world["cases"][0])

    def entities(self, world, schema):
        """Entities go both ways unchanged, and conform to the schema or not."""
        self.counts["sets of entities"] += 1
        ours = world.get("entitiesJSON", "[]")
        # The reference keeps the spelling of `ip("::01")` and the like; reading makes it ours.
        expected = described(ours)
        for name, source in (("entities written", ours), ("entities read", world["entities"])):
            try:
                found = described(self.read(entities=str(cedarpy.Entities.from_json_str(source))))
            except ValueError as error:
                found = error
            if found != expected:
                self.differ(name, world, {"policies": ""}, expected=expected, found=found)
        try:
            cedarpy.Entities.from_json_str(world["entities"], schema)
            error = None
        except ValueError as refusal:
            error = refusal
        self.counts[f"sets of entities {'' if error is None else 'in'}valid"] += 1
        if world.get("areEntitiesValid") != (error is None):
            self.differ(
                "the verdict on entities", world, {"policies": ""},
                ours=world.get("areEntitiesValid"), theirs=error or "valid")
        return cedarpy.Entities.from_json_str(ours)

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

    def case(self, world, schema, entities, case):
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
        self.json(world, policies, case)
        self.validation(world, schema, policies, case)
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

    def json(self, world, policies, case):
        """The JSON of policies is the same, and each engine reads the other's as the policies."""
        self.counts["policies as JSON"] += 1
        theirs = cedarpy.policies_to_json_str(case["policies"])
        ours = case.get("json", "null").replace('"policy#', '"policy')
        if json.loads(ours) != json.loads(theirs):
            self.differ("JSON written", world, case, ours=ours, theirs=theirs)
        expected = nodes(policies)
        try:
            found = nodes(cedarpy.PolicySet.from_json_str(ours))
        except ValueError as error:
            found = error
        if found != expected:
            self.differ("JSON read by it", world, case, ours=ours, expected=expected, found=found)
        expected = unordered(case["policies"])
        try:
            found = unordered(self.read(policies=theirs))
        except ValueError as error:
            found = error
        if found != expected:
            self.differ("its JSON read", world, case, theirs=theirs, expected=expected, found=found)

    def validation(self, world, schema, policies, case):
        """The same policies are invalid."""
        result = cedarpy.validate_policies(case["policies"], schema)
        theirs = sorted({error.policy_id for error in result.errors})
        ours = case.get("invalid")
        ours = ours if ours is None else sorted(map(reference_name, ours))
        number = len(policies) + len(policies.templates())
        self.counts["policies invalid"] += len(theirs)
        self.counts["policies valid"] += number - len(theirs)
        self.counts[f"sets of policies {'in' if theirs else ''}valid"] += 1
        if ours != theirs or result.validation_passed != (not theirs):
            self.differ(
                "a verdict", world, case, ours=ours, theirs=theirs,
                messages=[f"{error.policy_id}: {error.error}" for error in result.errors])

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


def nodes(policies):
    """A set's syntax tree; why there is none for a call with too few arguments and the like."""
    try:
        return policies.to_pst()
    except ValueError as error:
        return str(error)


def unordered(text):
    """The policies and the templates of a text, whatever their names and their order."""
    parsed = json.loads(cedarpy.policies_to_json_str(text))
    for kind in ("staticPolicies", "templates"):
        for policy in parsed[kind].values():
            # In text, the name that a policy has in JSON is an annotation.
            policy.get("annotations", {}).pop("id", None)
            policy["annotations"] = policy.get("annotations", {})
    return [
        sorted(json.dumps(policy, sort_keys=True) for policy in parsed[kind].values())
        for kind in ("staticPolicies", "templates")
    ]


def described(text):
    """The entities of a JSON text with all their ancestors, whatever the order."""
    entities = json.loads(text)
    parents = {
        identity(entity["uid"]): set(map(identity, entity["parents"])) for entity in entities
    }
    for entity in entities:
        ancestors, waiting = set(), [identity(entity["uid"])]
        while waiting:
            found = parents.get(waiting.pop(), set()) - ancestors
            ancestors |= found
            waiting += found
        entity["parents"] = sorted(ancestors)
        entity.setdefault("tags", {})
        for record in ("attrs", "tags"):
            entity[record] = in_order(entity[record])
    return sorted(entities, key=lambda entity: json.dumps(entity["uid"], sort_keys=True))


def identity(uid):
    return uid["type"], uid["id"]


def in_order(value):
    """A JSON value with its sets sorted."""
    if isinstance(value, dict):
        return {name: in_order(member) for name, member in sorted(value.items())}
    if isinstance(value, list):
        return sorted(map(in_order, value), key=json.dumps)
    return value


def verdict(policies, schema):
    """What the reference finds wrong with policies."""
    errors = cedarpy.validate_policies(policies, schema).errors
    return sorted(f"{error.policy_id}: {error.error}" for error in errors)


def erring(messages):
    """The names of the policies in messages; a message without one stands for itself."""
    return [found.group(1) if (found := ERRING.search(text)) else text for text in messages]


def compare(program, cases, seed):
    """Compares so many cases; returns the counts and the differences."""
    pipe = subprocess.PIPE
    with (
        subprocess.Popen([program, "read"], stdin=pipe, stdout=pipe, text=True) as reader,
        subprocess.Popen([program, str(cases), str(seed)], stdout=pipe) as process,
    ):
        comparison = Comparison(reader)
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
