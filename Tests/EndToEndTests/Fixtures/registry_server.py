"""A registry of MCP servers from the standard library.

usage: registry_server.py JOURNAL [--tls CERTIFICATE KEY]
Writes its address. `/v0.1/servers` has 250 servers, a hundred a page, and searches names;
`/moved/servers` leads there; `/large/servers` answers more than anybody reads; `/endless/servers`
always has another page; `/circle/servers` names the same one again; `/failing/servers` and
`/strange/servers` are no registries. The journal has the target of each request.
"""

import argparse
import json
import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

parser = argparse.ArgumentParser()
parser.add_argument("journal")
parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
options = parser.parse_args()


def entry(number: int) -> dict:
    server = {"name": f"io.example/tool-{number:03}", "description": f"Number {number}", "version": f"1.0.{number}",
              "remotes": [{"type": "streamable-http", "url": f"http://127.0.0.1:9/{number}"}]}
    status = {"status": "deprecated" if number == 249 else "active"}
    return {"server": server, "_meta": {"io.modelcontextprotocol.registry/official": status}}


SERVERS = [entry(number) for number in range(250)]


def page(servers: list, cursor: str | None) -> bytes:
    metadata = {"count": len(servers)} | ({"nextCursor": cursor} if cursor else {})
    return json.dumps({"servers": servers, "metadata": metadata}).encode()


class Registry(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_) -> None:
        pass

    def answer(self, body: bytes, status: int = 200, **fields) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(body), **fields}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        with open(options.journal, "a") as journal:
            journal.write(self.path + "\n")
        target = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(target.query).items()}
        match target.path:
            case "/v0.1/servers":
                found = [one for one in SERVERS if query.get("search", "") in one["server"]["name"]]
                start, size = int(query.get("cursor", "0").removeprefix("after:")), int(query["limit"])
                more = f"after:{start + size}" if start + size < len(found) else None
                self.answer(page(found[start:start + size], more))
            case "/moved/servers":
                self.answer(b"", 302, Location="/v0.1/servers")
            case "/endless/servers":
                turn = int(query.get("cursor", "0"))
                self.answer(page(SERVERS[turn % 250:][:1], str(turn + 1)))
            case "/circle/servers":
                self.answer(page(SERVERS[:1], "here"))
            case "/large/servers":
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.close_connection = True
                try:
                    self.wfile.write(b'{"servers":[],"more":"')
                    for _ in range(80):
                        self.wfile.write(b"x" * (1 << 20))
                    self.wfile.write(b'"}')
                except OSError:
                    pass
            case "/strange/servers":
                self.answer(b"<html>")
            case _:
                self.answer(b"{}", 503)


server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
server.daemon_threads = True
if options.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"{'https' if options.tls else 'http'}://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
