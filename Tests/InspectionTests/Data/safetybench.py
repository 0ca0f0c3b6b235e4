#!/usr/bin/env python3
"""Prints the poisoned tool descriptions of MCP-SafetyBench as lines of JSON.

    git clone https://github.com/xjzzzzzzzz/MCPSafety
    mkdir -p DIRECTORY/tool-poisoning
    Tests/InspectionTests/Data/safetybench.py MCPSafety > DIRECTORY/tool-poisoning/poisoned.jsonl
    SALLYPORT_TEST_DATA=DIRECTORY swift test --filter SignalQualityTests

That set states no licence: it is for evaluation, and nothing of it is copied here.
"""
import hashlib
import json
import pathlib
import sys

found = {}
for path in pathlib.Path(sys.argv[1], "mcpuniverse/benchmark/configs/test").rglob("*.json"):
    task = json.loads(path.read_text())
    for change in task.get("mcp_server_modifications") or []:
        if text := change.get("modification_description"):
            found.setdefault(text, (change.get("tool_name"), task.get("attack_category")))
for text, (name, kind) in sorted(found.items()):
    half = hashlib.sha256(text.encode()).digest()[-1] & 1
    print(json.dumps({"name": name, "kind": kind, "half": half, "description": text}))
