"""Many MCP servers of the stateless era at one address, for a gateway in front of them."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERBS = ("create", "list", "delete", "update", "search", "export", "archive", "approve")
THINGS = ("invoice", "ticket", "branch", "message", "contract", "dashboard", "customer", "shipment",
          "playlist", "certificate")


def made_up(number):
    """A tool with a sentence."""
    verb, thing = VERBS[number % len(VERBS)], THINGS[number // len(VERBS) % len(THINGS)]
    return {
        "name": f"{verb}_{thing}_{number}",
        "description": f"{verb.capitalize()} the {thing} of department {number % 997}. "
                       "Answers what became of it.",
        "inputSchema": {"type": "object", "required": ["id"],
                        "properties": {"id": {"type": "string", "description": f"Which {thing}"}}},
    }


def varied(lines, count):
    """As many definitions, made of those of a catalog with one tool a line."""
    known = [json.loads(line) for line in lines]
    for number in range(count):
        tool = known[number % len(known)]
        yield {
            "name": "".join(c if c.isalnum() else "_" for c in tool["name"])[:40] + f"_{number}",
            "description": tool.get("description") or "",
            "inputSchema": {"type": "object", "properties": {
                name: {"description": str(text)} for name, text in (tool.get("schema") or {}).items()
            }},
        }


class ManyServers:
    """Serves lists of tools, the first at /0."""

    def __init__(self, definitions, each=100):
        definitions = list(definitions)
        self.lists = [definitions[start:start + each] for start in range(0, len(definitions), each)]
        lists = self.lists

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                method = asked["method"]
                if method == "server/discover":
                    result = {"supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}}
                elif method == "tools/list":
                    result = {"tools": lists[int(self.path.strip("/"))]}
                else:
                    result = {"content": [{"type": "text", "text": "done"}]}
                answer = {"jsonrpc": "2.0", "id": asked.get("id"),
                          "result": {"resultType": "complete", **result}}
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def handle(self):
                # The gateway may go first.
                with contextlib.suppress(ConnectionError):
                    super().handle()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
