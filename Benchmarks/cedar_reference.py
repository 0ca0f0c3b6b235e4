#!/usr/bin/env python3
"""The time that the reference engine itself reports for decisions: DATA POLICIES REQUESTS."""

import json
import os
import sys
import time

import cedarpy

MEASURED = "authz_duration_micros"
PREPARED = ("policies_pre_parsed", "entities_pre_parsed")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def main():
    data, policies, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    text = read(data, f"policies_{policies}.cedar")
    start = time.perf_counter_ns()
    policy_set = cedarpy.PolicySet.from_str(text)
    build = time.perf_counter_ns() - start
    entities = cedarpy.Entities.from_json_str(read(data, "entities.json"))
    requests = json.loads(read(data, "requests.json"))[:count]
    times, allowed = [], 0
    for request in requests:
        result = cedarpy.is_authorized(request, policy_set, entities)
        if not all(result.metrics[name] for name in PREPARED):
            sys.exit("cedarpy parsed again what was parsed")
        times.append(result.metrics[MEASURED] * 1000)
        allowed += result.allowed
    times.sort()
    print(json.dumps({
        "requests": len(times), "allowed": allowed, "build_ns": build,
        "p50_ns": times[len(times) // 2], "p99_ns": times[len(times) * 99 // 100],
        "mean_ns": sum(times) / len(times)}))


if __name__ == "__main__":
    main()
