"""An MCP server over stdio from the standard library, honest or hostile as it is told.

usage: scripted_server.py [--era session|stateless] [--journal FILE] [--tools N] [--catalog NAME] [--stubborn]

Every request is answered on its own thread, so one that hangs does not stop the others. The
journal gets a line for each thing that befalls the server, written before anything is answered.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("--era", choices=["session", "stateless"], default="session")
parser.add_argument("--version", default="2025-06-18")
parser.add_argument("--journal")
parser.add_argument("--tools", type=int, default=0)
parser.add_argument("--catalog", default="plain")
parser.add_argument("--stubborn", action="store_true", help="ends for nothing but SIGKILL")
options = parser.parse_args()

VERSION = "io.modelcontextprotocol/protocolVersion"
output = sys.stdout.buffer
writing = threading.Lock()
journal_lock = threading.Lock()
journal = os.open(options.journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if options.journal else None
extra_tools: list[str] = []
altered: dict[str, str] = {}
subscriptions: list = []
task_subscriptions: dict = {}
cancelled: dict = {}


def note(text: str) -> None:
    if journal is not None:
        with journal_lock:
            os.write(journal, (text + "\n").encode())


def write(data: bytes) -> None:
    with writing:
        output.write(data)
        output.flush()


def send(message: dict) -> None:
    write(json.dumps(message, ensure_ascii=False).encode() + b"\n")


def result(identifier, members: dict) -> None:
    if options.era == "stateless":
        members = {"resultType": "complete", **members}
    send({"jsonrpc": "2.0", "id": identifier, "result": members})


def text(identifier, words: str) -> None:
    result(identifier, {"content": [{"type": "text", "text": words}]})


def tool(name, schema=None) -> dict:
    description = altered.get(name, f"Tool {name}")
    return {"name": name, "description": description, "inputSchema": schema or {"type": "object"}}


NAMES = [
    "echo", "whoami", "hang", "die", "garbage", "one_garbage_line", "long_line", "flood", "forge",
    "twice", "duplicate", "raw", "big", "progress", "slow", "record", "grow", "error", "wrong_result",
    "ask", "environ", "crawl", "alter",
]


def catalog() -> list[dict]:
    if options.catalog == "two-of-a-name":
        return [tool("same"), tool("other"), tool("same")]
    if options.catalog == "illegal-names":
        return [tool("fine"), tool("has space"), tool("x/y"), tool(""), tool("ünï"), tool("a" * 200),
                {"description": "no name at all", "inputSchema": {"type": "object"}},
                tool("line\nbreak"), {"name": "no_schema"}]
    if options.catalog == "long-names":
        return [tool("fits_" + "a" * 10), tool("b" * 63)]
    if options.catalog == "pattern":
        return [tool("pattern", {"type": "object", "properties": {"text": {"type": "string", "pattern": "^(a+)+$"}}}),
                tool("loop", {"$ref": "#"}), tool("broken", {"type": "object", "properties": {"x": {"pattern": "("}}}),
                tool("remote", {"$ref": "http://127.0.0.1:9/schema.json"})]
    if options.catalog == "tasks":
        return [tool("begin"), tool("end")]
    if options.catalog == "typed":
        return [tool("typed", {"type": "object", "required": ["amount"], "additionalProperties": False,
                               "properties": {"amount": {"type": "integer", "maximum": 100}}})]
    if options.tools:
        return [tool(f"tool_{number:04}") for number in range(options.tools)]
    return [tool(name) for name in NAMES + extra_tools]


def call(identifier, params: dict, line: bytes) -> None:
    name, arguments = params["name"], params.get("arguments", {})
    meta = params.get("_meta", {})
    token = meta.get("progressToken")
    match name:
        case "echo":
            text(identifier, json.dumps(arguments, ensure_ascii=False))
        case "raw":
            # The line as it came, so that a test sees what reached the upstream.
            text(identifier, line.decode())
        case "whoami":
            text(identifier, f"{os.getpid()}")
        case "hang":
            note(f"hang {arguments.get('mark', '')}")
            threading.Event().wait()
        case "die":
            os._exit(7)
        case "garbage":
            note("garbage is asked for")
            for number in range(int(arguments.get("lines", 10))):
                write(f"this is not JSON, line {number}\n".encode())
            text(identifier, "after the garbage")
        case "one_garbage_line":
            write(b"\xff\xfe\x00{]\n")
            text(identifier, "after the garbage")
        case "long_line":
            piece = b"x" * (1 << 20)
            try:
                for _ in range(int(arguments["megabytes"])):
                    write(piece)
            except OSError:
                os._exit(0)
            note("wrote the long line")
            threading.Event().wait()
        case "flood":
            message = json.dumps({"jsonrpc": "2.0", "method": "notifications/message",
                                  "params": {"level": "info", "data": "x" * 100}}).encode() + b"\n"
            progress = json.dumps({"jsonrpc": "2.0", "method": "notifications/progress",
                                   "params": {"progressToken": token, "progress": 1}}).encode() + b"\n"
            changed = b'{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n'
            block = message * 200 + (progress * 100 if token is not None else b"") + changed * 10
            note("flood begins")
            for _ in range(int(arguments.get("count", 100_000)) // 200):
                write(block)
            note("flood ends")
            text(identifier, "flooded")
        case "forge":
            for forged in (identifier + 1000, -1, "nobody", 0, identifier + 1, None, 1.5, str(identifier)):
                send({"jsonrpc": "2.0", "id": forged, "result": {"content": [{"type": "text", "text": "forged"}]}})
            text(identifier, "genuine")
        case "twice":
            text(identifier, "first")
            text(identifier, "second")
        case "duplicate":
            write(b'{"jsonrpc":"2.0","id":%d,"result":{"content":[{"type":"text","text":"a"}],'
                  b'"content":[{"type":"text","text":"b"}]}}\n' % identifier)
        case "wrong_result":
            send({"jsonrpc": "2.0", "id": identifier, "result": 7})
        case "big":
            text(identifier, "y" * int(arguments["bytes"]))
        case "progress":
            for number in range(1, 4):
                if token is not None:
                    send({"jsonrpc": "2.0", "method": "notifications/progress",
                          "params": {"progressToken": token, "progress": number, "total": 3}})
            text(identifier, "done")
        case "slow":
            note(f"began {arguments.get('mark', '')}")
            gone = cancelled.setdefault(identifier, threading.Event())
            if gone.wait(float(arguments.get("seconds", 1))):
                note(f"cancelled {arguments.get('mark', '')}")
                return
            note(f"finished {arguments.get('mark', '')}")
            text(identifier, "slept")
        case "record":
            note(f"received {meta.get('traceparent')}")
            time.sleep(float(arguments.get("seconds", 0)))
            text(identifier, "recorded")
        case "grow" | "alter":
            if name == "grow":
                extra_tools.append(arguments["name"])
            else:
                altered[arguments["name"]] = arguments["description"]
            changed = {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}
            if options.era == "session":
                send(changed)
            for subscription in subscriptions:
                send({**changed, "params": {"_meta": {"io.modelcontextprotocol/subscriptionId": subscription}}})
            text(identifier, "grown" if name == "grow" else "altered")
        case "begin":
            send({"jsonrpc": "2.0", "id": identifier, "result": {
                "resultType": "task", "taskId": arguments["id"], "status": "working", "ttlMs": None}})
        case "end":
            for subscription, tasks in task_subscriptions.items():
                if arguments["id"] in tasks:
                    send({"jsonrpc": "2.0", "method": "notifications/tasks", "params": {
                        "taskId": arguments["id"], "status": "completed", "ttlMs": None,
                        "result": {"content": [{"type": "text", "text": "it is done"}]},
                        "_meta": {"io.modelcontextprotocol/subscriptionId": subscription}}})
            text(identifier, f"{len(task_subscriptions)}")
        case "environ":
            descriptors = [int(name) for name in os.listdir("/proc/self/fd")]
            text(identifier, json.dumps({"names": sorted(os.environ), "cwd": os.getcwd(),
                                         "open": [fd for fd in descriptors if fd > 2 and fd != journal
                                                  and os.path.exists(f"/proc/self/fd/{fd}")]}))
        case "crawl":
            # An answer that comes a few bytes at a time.
            answer = json.dumps({"jsonrpc": "2.0", "id": identifier, "result": {
                "content": [{"type": "text", "text": "crawled"}]}}).encode() + b"\n"
            with writing:
                for start in range(0, len(answer), 7):
                    output.write(answer[start:start + 7])
                    output.flush()
                    time.sleep(0.002)
        case "error":
            send({"jsonrpc": "2.0", "id": identifier,
                  "error": {"code": -32050, "message": "an error of its own", "data": {"n": 9007199254740993}}})
        case "ask":
            send({"jsonrpc": "2.0", "id": "mine", "method": "sampling/createMessage", "params": {}})
            text(identifier, "asked")
        case _:
            if name.startswith("tool_") or name in extra_tools or name in ("same", "other", "fine", "typed", "pattern"):
                text(identifier, f"I am {name}")
            else:
                send({"jsonrpc": "2.0", "id": identifier,
                      "error": {"code": -32602, "message": f"unknown tool {name}"}})


def serve(message: dict, line: bytes) -> None:
    method, identifier, params = message.get("method"), message.get("id"), message.get("params") or {}
    capabilities = {"tools": {"listChanged": True}}
    if options.catalog == "tasks":
        capabilities["extensions"] = {"io.modelcontextprotocol/tasks": {}}
    if options.catalog == "resources":
        capabilities["resources"] = {}
    information = {"name": "scripted", "version": "1"}
    if identifier is None:
        if method == "notifications/cancelled":
            note("notified of cancelling")
            cancelled.setdefault(params.get("requestId"), threading.Event()).set()
        return
    modern = VERSION in params.get("_meta", {})
    if options.era == "stateless" and not modern or options.era == "session" and method == "server/discover":
        send({"jsonrpc": "2.0", "id": identifier, "error": {"code": -32601, "message": "Method not found"}})
        return
    match method:
        case "server/discover":
            result(identifier, {"supportedVersions": ["2026-07-28"], "capabilities": capabilities,
                                "_meta": {"io.modelcontextprotocol/serverInfo": information},
                                "ttlMs": 0, "cacheScope": "private"})
        case "initialize":
            result(identifier, {"protocolVersion": options.version, "capabilities": capabilities,
                                "serverInfo": information})
        case "ping":
            result(identifier, {})
        case "subscriptions/listen":
            subscriptions.append(identifier)
            task_subscriptions[identifier] = params["notifications"].get("taskIds", [])
            note("subscribed")
            send({"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
                  "params": {"_meta": {"io.modelcontextprotocol/subscriptionId": identifier},
                             "notifications": {"toolsListChanged": True}}})
        case "tools/list":
            if options.catalog == "endless":
                result(identifier, {"tools": [], "nextCursor": "again"})
                return
            if options.catalog == "huge":
                result(identifier, {"tools": [tool(f"t{number}") for number in range(10_001)]})
                return
            tools = catalog()
            start = int(params.get("cursor") or 0)
            page = {"tools": tools[start:start + 100]}
            if start + 100 < len(tools):
                page["nextCursor"] = str(start + 100)
            result(identifier, page)
        case "resources/list" if "resources" in capabilities:
            result(identifier, {"resources": [{"uri": "x://1", "name": "one"}]})
        case "resources/read" if "resources" in capabilities:
            note(f"read {params['uri']}")
            result(identifier, {"contents": [{"uri": params["uri"], "text": "one"}]})
        case "resources/templates/list" if "resources" in capabilities:
            result(identifier, {"resourceTemplates": []})
        case "tools/call":
            call(identifier, params, line)
        case _:
            send({"jsonrpc": "2.0", "id": identifier, "error": {"code": -32601, "message": "Method not found"}})


if options.stubborn:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"])
    note(f"child {child.pid}")
for line in sys.stdin.buffer:
    message = json.loads(line)
    # Lists and handshakes in order; calls beside each other.
    if message.get("method") == "tools/call":
        threading.Thread(target=serve, args=(message, line), daemon=True).start()
    else:
        serve(message, line)
if options.stubborn:
    threading.Event().wait()
