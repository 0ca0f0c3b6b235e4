"""Runs Sallyport before three real MCP servers and drives it with a real MCP client.

Two servers speak stdio (mcp-server-time, mcp-server-git), one streamable HTTP. The client is the
Python SDK's, once in the stateless era and once in the session era. Exits non-zero when anything
is not as it should be.
"""

import argparse
import asyncio
import concurrent.futures
import json
import os
import pathlib
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from person import Person

TOKEN = "demo-token-of-the-assistant"
BIN = pathlib.Path(sys.executable).parent

POLICY = """
// Agents may see every tool, and call those that only read.
@id("list-all")
permit (principal, action == Sallyport::Action::"list", resource);

@id("reads")
permit (principal, action in Sallyport::Action::"read", resource);

// Developers may write notes, but none of the highest priority.
@id("notes-for-developers")
permit (
  principal in Sallyport::Role::"developer",
  action == Sallyport::Action::"notes__add_note",
  resource in Sallyport::Server::"notes"
);

@id("operator-approves")
permit (principal == Sallyport::Agent::"operator", action == Sallyport::Action::"approve", resource);

// To delete everything somebody must say yes; who the agent acts for does not count.
@id("deleting-needs-a-yes")
@remedy("approval")
@advice("Deleting every note cannot be undone. Look at what the agent did before.")
forbid (principal, action == Sallyport::Action::"notes__delete_all_notes", resource)
unless { context has approval && context.approval.count >= 1 };

@id("developers-may-ask-to-delete")
permit (
  principal in Sallyport::Role::"developer",
  action == Sallyport::Action::"notes__delete_all_notes",
  resource
);

@id("people-answer")
permit (principal is Sallyport::Human, action == Sallyport::Action::"approveCall", resource);

@id("no-priority-5")
forbid (principal, action == Sallyport::Action::"notes__add_note", resource)
when { context.input has priority && context.input.priority >= 5 };
"""


def configuration(port: int, notes_port: int, repository: pathlib.Path) -> str:
    return f"""
listen: 127.0.0.1:{port}
data: data
policies: policies
agents:
  assistant:
    token: {{env: DEMO_TOKEN}}
    human: alice
    roles: [developer]
mcpServers:
  time:
    command: {BIN / "mcp-server-time"}
    args: [--local-timezone, UTC]
    effect: read
  git:
    command: {BIN / "mcp-server-git"}
    args: [--repository, {repository}]
    tools:
      git_status: {{effect: read}}
      git_log: {{effect: read}}
  notes:
    url: http://127.0.0.1:{notes_port}/mcp
    tools:
      list_notes: {{effect: read}}
      add_note: {{effect: write}}
      count_slowly: {{effect: read}}
      delete_all_notes: {{effect: destructive}}
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(what: str, url: str, process: subprocess.Popen, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            sys.exit(f"{what} ended with {process.returncode} before it was ready")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except urllib.error.HTTPError as error:
            if error.code not in (503,):
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"{what} was not ready within {seconds:.0f} s")


def wait_for_tools(server: str, cli, seconds: float = 60) -> None:
    """The gateway is ready before servers are listed that nobody has approved."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        items = json.loads(cli("upstream", "show", server, "--json"))["items"]
        if any(i["item"] not in ("server", "instructions") and ":" not in i["item"] for i in items):
            return
        time.sleep(0.05)
    sys.exit(f"{server} listed no tool within {seconds:.0f} s")


class Check:
    def __init__(self) -> None:
        self.failures: list[str] = []

    def __call__(self, what: str, good: bool, detail: str = "") -> None:
        print(f"  {'ok  ' if good else 'FAIL'} {what}" + (f": {detail}" if detail else ""))
        if not good:
            self.failures.append(what)


def text_of(result) -> str:
    return " ".join(block.text for block in result.content if block.type == "text")


async def tools_of(url: str) -> int:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode="auto") as client:
            return len((await client.list_tools()).tools)


async def drive(mode: str, version: str, url: str, check: Check) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
            print(f"\n{mode} client, protocol {client.protocol_version}")
            check("speaks the era asked for", client.protocol_version == version, version)
            tools = {tool.name for tool in (await client.list_tools()).tools}
            check(
                "sees the tools of all three servers",
                {"time__get_current_time", "git__git_status", "notes__add_note"} <= tools,
                f"{len(tools)} tools",
            )

            result = await client.call_tool("time__get_current_time", {"timezone": "Europe/Paris"})
            check("an allowed call over stdio answers", not result.is_error, text_of(result)[:80])
            result = await client.call_tool("git__git_status", {"repo_path": REPOSITORY})
            check("a second stdio server answers", not result.is_error, text_of(result)[:60])
            result = await client.call_tool("notes__add_note", {"text": "buy milk", "priority": 2})
            check("an allowed write over HTTP answers", not result.is_error, text_of(result))

            steps: list[float] = []

            async def progress(done: float, total: float | None, message: str | None) -> None:
                steps.append(done)

            result = await client.call_tool(
                "notes__count_slowly", {"upto": 3}, progress_callback=progress
            )
            check("progress comes through", steps == [1, 2, 3], str(steps))

            result = await client.call_tool("git__git_reset", {"repo_path": REPOSITORY})
            check("a call that no policy permits is denied", bool(result.is_error))
            print(f"       {text_of(result)}")
            result = await client.call_tool("notes__add_note", {"text": "now!", "priority": 5})
            check(
                "a forbidden argument is denied by name",
                bool(result.is_error) and "no-priority-5" in text_of(result),
            )
            result = await client.call_tool("time__get_current_time", {"timezone": 7})
            check("arguments of a wrong type are refused", bool(result.is_error))
            print(f"       {text_of(result)}")
            try:
                await client.call_tool("time__no_such_tool", {})
                check("an unknown tool is an error", False)
            except Exception as error:
                check("an unknown tool is an error", "no_such_tool" in str(error), str(error)[:80])


def ledger(cli) -> list[dict]:
    lines = cli("audit", "list", "--json", "--lines", "10000").splitlines()
    return [json.loads(line) for line in lines]


async def delete_notes(url: str) -> tuple[str, int]:
    """What an agent does with a call that waits for people: the same call again."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
        async with Client(streamable_http_client(url, http_client=http), mode="auto") as client:
            for tries in range(1, 20):
                result = await client.call_tool("notes__delete_all_notes", {})
                decision = (result.meta or {}).get("dev.sallyport/decision", {})
                if decision.get("decision") != "pending":
                    break
            return text_of(result), tries


def approved_by_hand(link: str, person: Person, is_open) -> bool:
    """Whether whoever sits at the terminal answered; they may leave it to the demo."""
    print(f"\n  Open {link}")
    print(f"  and sign in as {person.name} with the password {person.password}")
    print(f"  and the code {person.codes.next()}, or press Enter to let the demo approve.")
    while is_open():
        ready, _, _ = select.select([sys.stdin], [], [], 0.5)
        if ready:
            sys.stdin.readline()
            return False
    return True


def approval(base: str, url: str, add_person, cli, check: Check) -> None:
    """The agent asks, the page opens, a person approves, the call runs once."""
    print("\na call that needs a yes")
    password = secrets.token_urlsafe(16)
    add_person("carol", password)
    carol = Person(base, "carol", password)
    page = carol.sign_in()
    check("a person has an account and signs in at the console", page.status == 200)
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        asked = pool.submit(asyncio.run, delete_notes(url))

        def waiting() -> list[dict]:
            return json.loads(cli("approvals", "list", "--json"))

        while not (open_ones := waiting()):
            time.sleep(0.1)
        one = open_ones[0]
        print(f"\nsallyport approvals show {one['id']}")
        print(cli("approvals", "show", one["id"]))
        page = carol.get(f"/console/approvals/{one['id']}")
        check(
            "the page says why before it asks for an answer",
            page.status == 200
            and page.headings.index("Why this was flagged")
            < page.headings.index("What cannot be undone")
            < page.headings.index("Your answer"),
            one["link"],
        )
        check("nothing was deleted yet", not asked.done())
        if sys.stdin.isatty() and approved_by_hand(one["link"], carol, waiting):
            print("  answered at the console")
        else:
            print("  the demo approves as carol, whom it made up, by the form of the page")
            carol.answer(one["id"], "approve", "the demo may")
        text, tries = asked.result(timeout=700)
    took = time.monotonic() - began
    check("the call is made once a person has said yes", text.startswith("deleted"), text)
    print(f"  from the question to the result: {took:.2f} s, {tries} calls of the agent")
    records = ledger(cli)
    runs = [
        r
        for r in records
        if r["kind"] == "decision" and r.get("tool") == "delete_all_notes"
        and r["decision"] == "allow"
    ]
    check("and it is on record as made once", len(runs) == 1, f"{len(runs)} allowed")


def main() -> int:
    global REPOSITORY
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sallyport", required=True, type=pathlib.Path)
    parser.add_argument("--keep", action="store_true", help="keep the scratch directory")
    arguments = parser.parse_args()
    sallyport = str(arguments.sallyport.resolve())

    scratch = pathlib.Path(tempfile.mkdtemp(prefix="sallyport-demo-"))
    repository = scratch / "repository"
    REPOSITORY = str(repository)
    subprocess.run(["git", "init", "-q", str(repository)], check=True)
    (repository / "README.md").write_text("a file\n")
    port, notes_port = free_port(), free_port()
    (scratch / "policies").mkdir()
    (scratch / "policies" / "demo.cedar").write_text(POLICY)
    config = scratch / "sallyport.yaml"
    config.write_text(configuration(port, notes_port, repository))
    environment = {**os.environ, "DEMO_TOKEN": TOKEN}

    check = Check()
    processes: list[subprocess.Popen] = []
    log = (scratch / "sallyport.log").open("w")
    try:
        print("sallyport check")
        subprocess.run([sallyport, "check", "--config", str(config)], env=environment, check=True)
        notes = subprocess.Popen(
            [sys.executable, str(pathlib.Path(__file__).parent / "notes_server.py"), str(notes_port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        processes.append(notes)
        wait_until("the notes server", f"http://127.0.0.1:{notes_port}/mcp", notes)
        gate = subprocess.Popen(
            [sallyport, "serve", "--config", str(config)], env=environment, stderr=log
        )
        processes.append(gate)
        wait_until("sallyport", f"http://127.0.0.1:{port}/readyz", gate)

        def cli(*words: str) -> str:
            return subprocess.run(
                [sallyport, *words, "--config", str(config)], env=environment, check=True,
                capture_output=True, text=True,
            ).stdout

        print("\nsallyport upstream list")
        print(cli("upstream", "list"))
        url = f"http://127.0.0.1:{port}/mcp"
        print("before anybody has approved them")
        check("an agent sees nothing of the servers", asyncio.run(tools_of(url)) == 0)
        for server in ("time", "git", "notes"):
            wait_for_tools(server, cli)
        print("\nsallyport upstream show notes")
        print(cli("upstream", "show", "notes"))
        for server in ("time", "git", "notes"):
            print(f"sallyport upstream approve {server} --yes")
            print(cli("upstream", "approve", server, "--yes"))
        check("after the approval it does", asyncio.run(tools_of(url)) > 0)
        asyncio.run(drive("auto", "2026-07-28", url, check))
        asyncio.run(drive("legacy", "2025-11-25", url, check))

        def add_person(name: str, password: str) -> None:
            words = [sallyport, "person", "add", name, "--password-stdin", "--config", str(config)]
            subprocess.run(
                words, env=environment, check=True, input=password + "\n", text=True,
                stdout=subprocess.DEVNULL,
            )

        approval(f"http://127.0.0.1:{port}", url, add_person, cli, check)

        print("\nsallyport audit list")
        print(cli("audit", "list"))
        records = ledger(cli)
        kinds = [record["kind"] for record in records]
        decisions = [r for r in records if r["kind"] == "decision"]
        allowed = [r for r in decisions if r["decision"] == "allow" and r["method"] == "tools/call"]
        denied = [r for r in decisions if r["decision"] == "deny"]
        outcomes = {r["call"] for r in records if r["kind"] == "outcome"}
        print("the ledger")
        check("has an allow for each forwarded call", len(allowed) == 9, f"{len(allowed)} allowed")
        check("has a deny for each denied call", len(denied) == 4, f"{len(denied)} denied")
        check("has an outcome for each allow", all(r["call"] in outcomes for r in allowed))
        check("has the refused: unknown tools, wrong arguments", kinds.count("refused") == 4)

        gate.send_signal(signal.SIGTERM)
        check("stops with exit code 0", gate.wait(timeout=20) == 0)
        processes.remove(gate)

        print("\nsallyport audit verify")
        print(cli("audit", "verify"))
        report = json.loads(cli("audit", "verify", "--json"))
        check("is sound", report["sound"], f"{report['records']} records")
        check("is signed to its end", report["signed"] == report["records"])
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        log.close()
        if check.failures:
            print((scratch / "sallyport.log").read_text()[-4000:], file=sys.stderr)
        if arguments.keep:
            print(f"kept {scratch}")
        else:
            shutil.rmtree(scratch, ignore_errors=True)
    if check.failures:
        print(f"\n{len(check.failures)} checks failed: " + ", ".join(check.failures))
        return 1
    print("\nevery check passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
