"""Approves over the admin API what waits of every server: approve_all.py SOCKET. Many at a time, as many
people would. Writes how many items were approved.
"""

import http.client
import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor


class Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])


def ask(method: str, path: str, body: str | None = None):
    connection = Connection("localhost", timeout=300)
    connection.request(method, path, body=body)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {text.decode()}")
    return json.loads(text)


def approve(name: str) -> int:
    return len(ask("POST", f"/v1/upstreams/{name}/approve", "{}")["items"])


waiting = [one["name"] for one in ask("GET", "/v1/upstreams") if one["waiting"]]
with ThreadPoolExecutor(64) as pool:
    print(sum(pool.map(approve, waiting)))
