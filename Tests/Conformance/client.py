"""How a gateway treats those behind it: servers that watch, and the client in front.

client.py serve: writes a base URL; the server of scenario S is at BASE/S/mcp.
client.py list: names the scenarios.
client.py judge BASE GATEWAY [--header H]: calls each scenario's server through the gateway, where
it is at GATEWAY/servers/S/mcp (`_` as `-`, 20 characters), and says what is wrong with what it saw.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import http.client
import http.server
import json
import threading
import time
import traceback
import urllib.parse

import upstreams  # noqa: F401
from peer.target import Target
from upstreams.watching import WATCHERS, Answer, Seen, Watching


def server_name(scenario: str) -> str:
    """The name of a scenario's server at the gateway, short enough for public names."""
    return scenario.replace("_", "-")[:20].rstrip("-")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    watching: dict[str, Watching] = {}
    lock = threading.Lock()

    def log_message(self, *_) -> None:
        pass

    def handle_any(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        _, scenario, what, *_ = (*self.path.split("/"), "", "")
        watching = self.watching.get(scenario)
        if watching is None:
            return self.write(Answer(status=404))
        if what == "watched":
            return self.watched(watching, json.loads(body or "[]"))
        message = json.loads(body) if body else {}
        if what == "canary":
            message = {"canary": True}
        if isinstance(message, list):
            message = {"method": "a batch"}
        seen = Seen(self.command, self.headers.items(), message, time.monotonic())
        with self.lock:
            watching.seen.append(seen)
            answer = watching.answer(seen)
        self.write(answer)

    do_GET = do_POST = do_DELETE = handle_any

    def watched(self, watching: Watching, said: list[str]) -> None:
        """What is wrong with what was seen so far."""
        wrong: list[str] = []
        watching.judge(lambda holds, otherwise: None if holds else wrong.append(otherwise))
        self.write(Answer({"wrong": wrong}))

    def write(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.stream is not None:
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in answer.stream:
                if piece:
                    self.chunk(piece.encode())
            return self.chunk(b"")
        body = b"" if answer.message is None else json.dumps(answer.message).encode()
        if body:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()


def serve() -> None:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    base = f"http://127.0.0.1:{server.server_address[1]}"
    Handler.watching = {name: kind() for name, kind in WATCHERS.items()}
    for name, watching in Handler.watching.items():
        watching.base = f"{base}/{name}"
    print(base, flush=True)
    server.serve_forever()


def watched(base: str, scenario: str) -> list[str]:
    place = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    connection.request("GET", f"/{scenario}/watched")
    return json.loads(connection.getresponse().read())["wrong"]


def judge(given: argparse.Namespace) -> int:
    headers = [tuple(part.strip() for part in one.split(":", 1)) for one in given.header]
    failed = 0
    for name, kind in WATCHERS.items():
        if given.scenario and name not in given.scenario:
            continue
        url = f"{given.gateway}/servers/{server_name(name)}/mcp"
        wrong: list[str] = []
        try:
            kind().drive(Target(url, kind.revision, headers), wrong)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"{error!r} ({place.name}, line {place.lineno})")
        wrong += watched(given.base, name)
        failed += bool(wrong)
        said = {
            "name": name, "passed": not wrong, "scored": kind.scored,
            "failures": list(dict.fromkeys(wrong)), "warnings": [],
        }
        print(json.dumps(said) if given.json else f"{'FAILED' if wrong else 'passed'}  {name}")
        if not given.json:
            for sentence in said["failures"]:
                print(f"        {sentence}")
        sys.stdout.flush()
    return 1 if failed else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve")
    commands.add_parser("list")
    judging = commands.add_parser("judge")
    judging.add_argument("base")
    judging.add_argument("gateway")
    judging.add_argument("scenario", nargs="*")
    judging.add_argument("--header", action="append", default=[])
    judging.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.command == "serve":
        serve()
    elif given.command == "list":
        for name in WATCHERS:
            print(name)
    else:
        return judge(given)
    return 0


if __name__ == "__main__":
    sys.exit(main())
