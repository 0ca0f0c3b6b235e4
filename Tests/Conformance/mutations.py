"""Shows that the scenarios can fail: a proxy corrupts answers, and scenarios must notice.

mutations.py URL SESSION_URL: the URL of a server that passes everything in both eras (the same one
may be given twice). Each corruption must make every scenario named beside it fail.
"""

import sys

sys.dont_write_bytecode = True

import copy
import http.server
import json
import threading
from collections.abc import Callable

import scenarios  # noqa: F401
from peer.schemas import Schemas
from peer.target import SESSION, STATELESS, Target
from peer.wire import Exchange
from registry import SCENARIOS, judge

HOP = {"connection", "transfer-encoding", "content-length", "host"}


class Proxy(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream = ""
    corrupt: Callable[[dict, str], dict | None] = staticmethod(lambda message, method: message)
    status: Callable[[int, str], int] = staticmethod(lambda status, method: status)

    def log_message(self, *_) -> None:
        pass

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        asked = json.loads(body) if body else {}
        method = asked.get("method", "") if isinstance(asked, dict) else ""
        headers = [(k, v) for k, v in self.headers.items() if k.lower() not in HOP]
        if "evil" in self.headers.get("Host", ""):
            headers.append(("Host", self.headers["Host"]))
        with Exchange(self.upstream, self.command, headers, body, 30) as exchange:
            self.send_response(self.status(exchange.reply.status, method))
            for name, value in exchange.response.getheaders():
                if name.lower() not in HOP:
                    self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            if exchange.reply.is_stream:
                for event in exchange.events():
                    lines = "" if event.id is None else f"id: {event.id}\n"
                    lines += "" if event.retry is None else f"retry: {event.retry}\n"
                    message = json.loads(event.data) if event.data else None
                    if message is not None:
                        message = self.corrupt(message, method)
                        if message is None:
                            continue
                    data = "" if message is None else json.dumps(message)
                    self.chunk(f"{lines}data: {data}\n\n".encode())
            else:
                data = exchange.response.read()
                if data[:1] == b"{":
                    message = self.corrupt(json.loads(data), method)
                    data = b"" if message is None else json.dumps(message).encode()
                if data:
                    self.chunk(data)
            self.chunk(b"")

    do_GET = do_POST = do_DELETE = handle_any

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            pass

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()


def result(change: Callable[[dict, str], None]) -> Callable[[dict, str], dict]:
    """A corruption of results."""

    def corrupt(message: dict, method: str) -> dict:
        message = copy.deepcopy(message)
        if isinstance(message.get("result"), dict):
            change(message["result"], method)
        return message

    return corrupt


def without(*members: str) -> Callable[[dict, str], dict]:
    return result(lambda result, _: [result.pop(member, None) for member in members])


def dropped(*methods: str) -> Callable[[dict, str], dict | None]:
    return lambda message, _: None if message.get("method") in methods else message


def errors(change: Callable[[dict], None]) -> Callable[[dict, str], dict]:
    def corrupt(message: dict, _: str) -> dict:
        message = copy.deepcopy(message)
        if "error" in message:
            change(message)
        return message

    return corrupt


def schema_altered(result: dict, method: str) -> None:
    for tool in result.get("tools", []):
        tool["inputSchema"].pop("$defs", None)


def renamed(result: dict, method: str) -> None:
    if "requestState" in result:
        result["requestState"] = "changed-on-the-way"


def texts(result: dict, method: str) -> None:
    for content in result.get("content", []):
        if "text" in content:
            content["text"] = "something else"


# What is corrupted, how, in which revision, and the scenarios that must notice.
CORRUPTIONS = [
    ("no resultType", without("resultType"), STATELESS, ["tools-list", "server-stateless"]),
    ("no ttlMs", without("ttlMs"), STATELESS, ["caching"]),
    ("no cacheScope", without("cacheScope"), STATELESS, ["caching"]),
    ("no requestState", without("requestState"), STATELESS, ["input-required-result-request-state"]),
    ("another requestState", result(renamed), STATELESS, ["input-required-result-multi-round"]),
    ("no contents", without("content"), STATELESS, ["tools-call-simple-text"]),
    ("other texts", result(texts), STATELESS, ["tools-call-simple-text"]),
    ("no isError", without("isError"), STATELESS, ["tools-call-error"]),
    ("no $defs", result(schema_altered), STATELESS, ["json-schema-2020-12"]),
    ("no acknowledgement", dropped("notifications/subscriptions/acknowledged"), STATELESS,
     ["server-stateless"]),
    ("no progress", dropped("notifications/progress"), STATELESS, ["tools-call-with-progress"]),
    ("no log", dropped("notifications/message"), SESSION, ["tools-call-with-logging"]),
    ("no sampling", dropped("sampling/createMessage"), SESSION, ["tools-call-sampling"]),
    ("no updates", dropped("notifications/resources/updated"), STATELESS, ["resource-updates"]),
    ("other ids", errors(lambda message: message.update(id=999)), STATELESS, ["server-stateless"]),
    ("other codes", errors(lambda message: message["error"].update(code=-32603)), STATELESS,
     ["server-stateless", "http-header-validation", "tasks-required-task-error"]),
    ("no data of errors", errors(lambda message: message["error"].pop("data", None)), STATELESS,
     ["server-stateless"]),
    ("no protocolVersion", without("protocolVersion"), SESSION,
     ["server-initialize"]),
    ("no taskId", without("taskId"), STATELESS, ["tasks-lifecycle"]),
]
STATUSES = [
    ("200 for errors", lambda status, _: 200 if status in (400, 404) else status, STATELESS,
     ["server-stateless", "http-header-validation"]),
    ("200 for strange hosts", lambda status, _: 200 if status in (403, 421) else status, STATELESS,
     ["dns-rebinding-protection"]),
    ("200 for ended sessions", lambda status, _: 200 if status == 404 else status, SESSION,
     ["server-session-lifecycle"]),
]


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/mcp"
    missed = 0
    cases = [(*case, None) for case in CORRUPTIONS]
    cases += [(what, None, revision, names, status) for what, status, revision, names in STATUSES]
    for what, corrupt, revision, names, status in cases:
        Proxy.upstream = sys.argv[1] if revision == STATELESS else sys.argv[2]
        target = Target(url, revision, [], Schemas.find(revision, None))
        Proxy.corrupt = staticmethod(lambda message, method: message)
        Proxy.status = staticmethod(lambda status, method: status)
        clean = [name for name in names if not judge(SCENARIOS[name], target).passed]
        Proxy.corrupt = staticmethod(corrupt or Proxy.corrupt)
        Proxy.status = staticmethod(status or Proxy.status)
        unnoticed = [name for name in names if judge(SCENARIOS[name], target).passed]
        bad = clean or unnoticed
        missed += bool(bad)
        print(f"{'MISSED ' if bad else 'noticed'}  {what}  {', '.join(names)}", flush=True)
        for name in clean:
            print(f"         {name} fails without it: {judge(SCENARIOS[name], target).failures}")
        for name in unnoticed:
            print(f"         {name} passes with it")
    print(f"{len(cases) - missed} of {len(cases)} corruptions were noticed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
