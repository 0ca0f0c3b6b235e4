"""Asks the admin API: admin_request.py SOCKET METHOD PATH, the body on standard input. Writes the
status and the answer."""

import http.client
import socket
import sys

path, method, target = sys.argv[1:4]


class Connection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(path)


connection = Connection("localhost", timeout=60)
try:
    connection.request(method, target, body=sys.stdin.buffer.read())
except BrokenPipeError:
    pass  # It answered before it had read everything.
answer = connection.getresponse()
print(answer.status)
print(answer.read().decode())
