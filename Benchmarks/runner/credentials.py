"""Sallyport with ten thousand live tokens: its own, or those of an issuer, asked or not."""

import http.client
import json
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import rows, systems
from .processes import BenchmarkError, free_port

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


# An issuer that takes opaque tokens, all for one person and agent. What a body says nginx knows only
# where it passes it on, so it asks itself.
ASKED_ISSUER = """
daemon off; worker_processes 1; pid {scratch}/issuer.pid; error_log {scratch}/issuer.err;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_timeout 1h; keepalive_requests 1000000000;
  client_body_temp_path {scratch}/issuer-body; proxy_temp_path {scratch}/issuer-proxy;
  fastcgi_temp_path {scratch}/issuer-fastcgi; uwsgi_temp_path {scratch}/issuer-uwsgi;
  scgi_temp_path {scratch}/issuer-scgi;
  map $request_body $verdict {{ ~^token=opaque- active; default inactive; }}
  upstream itself {{ server 127.0.0.1:{port}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port};
    default_type application/json;
    location = /introspect {{
      proxy_pass http://itself/verdict; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Verdict $verdict;
    }}
    location = /verdict {{
      if ($http_verdict = active) {{ return 200 '{claims}'; }}
      return 200 '{{"active":false}}';
    }}
  }}
}}
"""

ASKED_SETTINGS = """
resource: http://127.0.0.1:{{port}}
issuers:
  corp: {{{{issuer: "{issuer}", audience: bench, prefix: "", clients: {{{{bench: bench}}}},
          introspection: {{{{url: "{issuer}/introspect", client_id: gate,
                            client_secret: {{{{env: BENCH_TOKEN}}}}}}}}}}}}
"""


def start_asking(stack, context, count=COUNT):
    """Each token is opaque: its issuer is asked about it with each call (RFC 7662)."""
    port = free_port()
    issuer = f"http://127.0.0.1:{port}"
    claims = json.dumps({"active": True, "iss": issuer, "aud": "bench", "sub": "u",
                         "client_id": "bench", "exp": int(time.time()) + DAY})
    systems.run_nginx(
        stack, context, "issuer",
        ASKED_ISSUER.format(scratch=context.scratch, port=port, claims=claims))
    system = systems.start_sallyport(
        stack, context, "sallyport-asking", settings=ASKED_SETTINGS.format(issuer=issuer))
    return show_once(
        context, system, "".join(f"opaque-{number:06}\n" for number in range(count)), count)


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
