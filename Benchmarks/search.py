#!/usr/bin/env python3
"""Measures the search for tools: building, searching with a filter, changing; see README.md."""

import argparse
import contextlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

from policy import add_to  # noqa: E402
from runner import many, mcp  # noqa: E402
from runner.context import ROOT, Context  # noqa: E402
from runner.processes import BenchmarkError, Process, free_port  # noqa: E402

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
    try:
        measured += governed(options, public)
    except BenchmarkError as error:
        sys.exit(f"search.py: {error}")
    if options.out:
        add_to(options.out, measured)


POLICIES = """
permit (principal == Sallyport::Agent::"bench", action == Sallyport::Action::"list", resource);
permit (principal == Sallyport::Agent::"bench", action in Sallyport::Action::"read", resource);
forbid (principal, action, resource is Sallyport::Tool)
when { resource.effect == "destructive" };
"""

CONFIGURATION = """
listen: 127.0.0.1:{port}
data: {data}
policies: {policies}
quarantine: false
expose: search
agents: {{bench: {{token: {{env: BENCH_TOKEN}}}}}}
log: {{level: warning}}
mcpServers:
{servers}
"""


def governed(options, public):
    """Searches as an agent makes them: `search_tools` of a gateway in front of as many tools, half of
    which policy forbids, over HTTP and on record. `describe_tool` is what the way there and back
    costs. What policy says of a tool to an agent is asked once under one snapshot."""
    if os.path.exists(public[0]):
        with open(public[0], encoding="utf-8") as tools, open(public[1], encoding="utf-8") as asked:
            definitions = many.varied(list(tools), options.tools)
            queries = [json.loads(line)["query"] for line in asked]
    else:
        definitions = map(many.made_up, range(options.tools))
        queries = [f"{verb} the {thing} of a department" for verb in many.VERBS
                   for thing in many.THINGS]
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="sallyport-"))
        context = Context(scratch)
        servers = stack.enter_context(many.ManyServers(definitions))
        port, token = free_port(), secrets.token_urlsafe(32)
        context.directory("policies")
        context.write("policies/bench.cedar", POLICIES)
        path = context.write("search.yaml", CONFIGURATION.format(
            port=port, data=context.directory("data"), policies=context.directory("policies"),
            servers="\n".join(
                f"  s{place}: {{url: 'http://127.0.0.1:{servers.port}/{place}', "
                f"effect: {('read', 'destructive')[place % 2]}}}"
                for place in range(len(servers.lists)))))
        process = stack.enter_context(Process(
            "sallyport", [context.sallyport, "serve", "--config", path], scratch,
            {"BENCH_TOKEN": token}))
        process.wait_until(
            lambda: listed(context.sallyport, path) == options.tools, "list of every tool", 300)
        agent = Agent(port, token)
        agent.search(queries[0])  # waits for the index
        rounds = [sorted(agent.search(query) for query in queries) for _ in range(4)]
        asking, knowing = rounds[0], sorted(sum(rounds[1:], []))
        ping = sorted(agent.describe() for _ in queries)
        found = {"bench": "governed search", "tools": options.tools, "servers": len(servers.lists),
                 "asking_p50_us": asking[len(asking) // 2],
                 "asking_p99_us": asking[len(asking) * 99 // 100],
                 "knowing_p50_us": knowing[len(knowing) // 2],
                 "knowing_p99_us": knowing[len(knowing) * 99 // 100],
                 "describe_p50_us": ping[len(ping) // 2], "resident_mb": process.rss_mb()}
    print(f"through a gateway with {found['servers']} servers, half of the tools forbidden by "
          f"policy: p50 {found['knowing_p50_us']} µs, p99 {found['knowing_p99_us']} µs; where "
          f"policy is asked for the first time {found['asking_p50_us']} and "
          f"{found['asking_p99_us']} µs; describe_tool p50 {found['describe_p50_us']} µs; "
          f"{found['resident_mb']:.0f} MB")
    return [found]


def listed(sallyport, configuration):
    """How many tools the gateway has."""
    found = subprocess.run([sallyport, "upstream", "list", "--json", "--config", configuration],
                           capture_output=True, text=True, check=False)
    return sum(server["tools"] for server in json.loads(found.stdout)) if found.returncode == 0 else 0


class Agent:
    """Asks over one connection, and says how many microseconds an answer took."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = token

    def search(self, query):
        """An answer without a tool, or with one that policy forbids, is an error."""
        took, status, text = self._call("search_tools", {"query": query, "limit": 10})
        answer = json.loads(text) if status == 200 else {}
        lines = answer.get("result", {}).get("content", [{}])[0].get("text", "").splitlines()
        servers = [int(line.split("__")[0][1:]) for line in lines if "__" in line]
        if not servers or any(server % 2 for server in servers):
            raise BenchmarkError(f"{query!r} was answered with {status} {text[:500]}")
        self.found = lines[0].split("(")[0].split()[0]
        return took

    def describe(self):
        """The tool that was found last."""
        took, status, text = self._call("describe_tool", {"name": self.found})
        if status != 200 or "inputSchema" not in text:
            raise BenchmarkError(f"{self.found} was described with {status} {text[:500]}")
        return took

    def _call(self, tool, arguments):
        begun = time.perf_counter()
        status, text = mcp.request_over(
            self.connection, "tools/call", {"name": tool, "arguments": arguments}, self.token)
        return round((time.perf_counter() - begun) * 1e6), status, text


if __name__ == "__main__":
    main()
