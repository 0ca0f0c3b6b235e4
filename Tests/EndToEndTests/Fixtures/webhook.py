"""A webhook for tests: takes posts, writes each to a journal, answers as told.

webhook.py JOURNAL ANSWER…: each ANSWER is for one request, the last one for all that follow:
  ok | STATUS | STATUS:RETRY-AFTER | redirect | cut (after the request) | slow:SECONDS | reset
Prints its URL. A line of the journal is JSON: the answer, headers and body of a request.
"""

import http.server
import json
import socket
import ssl
import struct
import sys
import time

arguments = sys.argv[1:]
tls = None
if arguments[0] == "--tls":
    tls, arguments = arguments[1:3], arguments[3:]
journal, answers = arguments[0], arguments[1:]


class Webhook(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        with open(journal, "a") as file:
            entry = {
                "answer": answer,
                "path": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "body": body,
                "time": time.monotonic(),
            }
            file.write(json.dumps(entry) + "\n")
        if answer == "cut":
            self.close_connection = True
            return
        if answer == "reset":
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            return
        if answer.startswith("slow:"):
            time.sleep(float(answer[5:]))
            answer = "ok"
        status, _, retry_after = answer.partition(":")
        self.send_response({"ok": 202, "redirect": 307}.get(status) or int(status))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        if status == "redirect":
            self.send_header("Location", "/elsewhere")
        text = b"said by the webhook" if status not in ("ok", "redirect") else b""
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
if tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls[0], tls[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
scheme = "https" if tls else "http"
print(f"{scheme}://127.0.0.1:{server.server_address[1]}/hook?secret=1", flush=True)
server.serve_forever()
