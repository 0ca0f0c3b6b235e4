"""Sallyport with ten thousand live tokens: its own, or those of an issuer."""

import http.client
import json
import socket
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import rows, systems
from .processes import BenchmarkError

COUNT = 10_000
DAY = 86_400


class AdminConnection(http.client.HTTPConnection):
    """A connection to the gateway's Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def start_with_own(stack, context, count=COUNT):
    """Each token is one of the gateway's own, of another person."""
    name = "sallyport-own-tokens"
    system = systems.start_sallyport(stack, context, name)
    connection = AdminConnection(f"{context.scratch}/{name}-data/admin.sock")
    tokens = []
    for number in range(count):
        body = json.dumps({"agent": "bench", "human": f"u{number}", "ttl": DAY})
        connection.request("POST", "/v1/tokens", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise BenchmarkError(f"no token: {answer.status} {text[:300]}")
        tokens.append(json.loads(text)["token"])
    connection.close()
    return show_once(context, system, "\n".join(tokens) + "\n", count)


SETTINGS = """
resource: http://127.0.0.1:{{port}}
issuers:
  corp: {{{{issuer: "{issuer}", jwks_uri: "{issuer}/keys", audience: bench, prefix: "",
          clients: {{{{bench: bench}}}}}}}}
"""


def start_with_issuer(stack, context, count=COUNT):
    """Each token is a JWT (EdDSA) of an issuer, of another person."""
    name = "sallyport-issuer"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    stack.callback(server.server_close)
    stack.callback(server.shutdown)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    issuer = f"http://127.0.0.1:{server.server_port}"
    made = subprocess.run(
        [context.program("bench-tokens"), issuer, "bench", str(count)],
        capture_output=True, text=True, check=True)
    server.keys, tokens = made.stdout.split("\n", 1)
    system = systems.start_sallyport(
        stack, context, name, settings=SETTINGS.format(issuer=issuer))
    return show_once(context, system, tokens, count)


def show_once(context, system, tokens, count):
    """Each token was shown before anything is measured: what counts is those that live."""
    system.tokens = context.write(f"{system.name}.tokens", tokens)
    report = rows.load(context, system, rows.Row("tokens", "each once", 16), "--calls", count)
    if report["errors"]:
        raise BenchmarkError(f"{system.name}: a token was not taken: {report['complaints']}")
    return system


class Keys(BaseHTTPRequestHandler):
    """The issuer's key set, at any path."""

    def do_GET(self):
        body = self.server.keys.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
