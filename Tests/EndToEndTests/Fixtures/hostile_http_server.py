"""A streamable HTTP server of the standard library that answers calls as no server should.

usage: hostile_http_server.py [--era session|stateless] [--tls CERTIFICATE KEY]
Writes its URL. What it does is named by the tool that is called.
"""

import argparse
import json
import socket
import ssl
import threading
import time

parser = argparse.ArgumentParser()
parser.add_argument("--era", choices=["session", "stateless"], default="session")
parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
options = parser.parse_args()

NAMES = ["echo", "both_lengths", "bad_chunk", "short_body", "hang", "half_head", "garbage", "status_500", "redirect",
         "wrong_type", "forged", "event_bomb", "endless_events", "folded", "forget", "head_bomb", "late_bytes",
         "not_json", "duplicate", "accepted", "large", "large_in_chunks", "large_in_events"]
VERSION = "io.modelcontextprotocol/protocolVersion"
sessions: set[str] = set()
lock = threading.Lock()


def whole(body: bytes, status="200 OK", kind="application/json", more="") -> bytes:
    return (f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{more}Content-Length: {len(body)}\r\n\r\n").encode() + body


def message(identifier, members) -> bytes:
    if options.era == "stateless":
        members = {"resultType": "complete", **members}
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "result": members}).encode()


def content(identifier, text) -> bytes:
    return message(identifier, {"content": [{"type": "text", "text": text}]})


def error(identifier, code, text) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": text}}).encode()


def read_request(stream):
    line = stream.readline()
    if not line:
        return None
    headers = {}
    while (field := stream.readline()) not in (b"\r\n", b""):
        name, _, value = field.decode().partition(":")
        headers[name.strip().lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))
    return line.decode().split()[0], headers, body


def call(connection, identifier, params) -> bool:
    """Answers a call; false ends the connection."""
    good = content(identifier, "an answer")
    send = connection.sendall
    match params["name"]:
        case "echo":
            send(whole(content(identifier, json.dumps(params.get("arguments", {})))))
            return True
        case "both_lengths":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
                 + f"Content-Length: {len(good)}\r\n\r\n{len(good):x}\r\n".encode() + good + b"\r\n0\r\n\r\n")
        case "bad_chunk":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"-5\r\nhello\r\n0\r\n\r\n")
        case "short_body":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n" + good)
        case "hang":
            time.sleep(600)
        case "half_head":
            send(b"HTTP/1.1 200 OK\r\nContent-")
        case "garbage":
            send(b"\x00\x01\x02 this is not HTTP\r\n\r\n")
        case "status_500":
            send(whole(b"<html>oh no</html>", "500 Internal Server Error", "text/html"))
            return True
        case "redirect":
            send(whole(b"", "307 Temporary Redirect", more="Location: http://127.0.0.1:1/elsewhere\r\n"))
            return True
        case "wrong_type":
            send(whole(good, kind="text/html"))
            return True
        case "forged":
            send(whole(content("forged", "another's answer")))
            return True
        case "event_bomb":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\ndata: ")
            for _ in range(60):
                send(b"x" * (1 << 20))
        case "endless_events":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            event = b'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"x"}}\n\n'
            for _ in range(2000):
                send(event * 50)
            send(b"data: " + good + b"\n\n")
        case "folded":
            send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-A: b\r\n c\r\n"
                 + f"Content-Length: {len(good)}\r\n\r\n".encode() + good)
        case "forget":
            with lock:
                sessions.clear()
            send(whole(good))
            return True
        case "head_bomb":
            send(b"HTTP/1.1 200 OK\r\n" + b"X-Padding: " + b"y" * (4 << 20) + b"\r\n\r\n")
        case "late_bytes":
            # A second answer that nobody asked for, on a connection that will be used again.
            send(whole(good) + whole(content(identifier + 1, "smuggled")))
            return True
        case "not_json":
            send(whole(b"{not json"))
            return True
        case "duplicate":
            send(whole(good[:-1] + b',"result":{}}'))
            return True
        case "large":
            send(whole(content(identifier, "y" * params["arguments"]["bytes"])))
            return True
        case "large_in_chunks" | "large_in_events" as name:
            body, kind = content(identifier, "y" * params["arguments"]["bytes"]), "application/json"
            if name == "large_in_events":
                token = params.get("_meta", {}).get("progressToken")
                progress = {"jsonrpc": "2.0", "method": "notifications/progress",
                            "params": {"progressToken": token, "progress": 1}}
                body, kind = b"data: %b\n\ndata: %b\n\n" % (json.dumps(progress).encode(), body), "text/event-stream"
            send(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            for start in range(0, len(body), 50_000):
                chunk = body[start:start + 50_000]
                send(b"%x\r\n%b\r\n" % (len(chunk), chunk))
            send(b"0\r\n\r\n")
            return True
        case "accepted":
            send(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            return True
    return False


def serve(connection) -> None:
    stream = connection.makefile("rb")
    try:
        while request := read_request(stream):
            method, headers, body = request
            if method != "POST":
                connection.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
                continue
            asked = json.loads(body)
            name, identifier, params = asked.get("method"), asked.get("id"), asked.get("params") or {}
            modern = VERSION in params.get("_meta", {})
            if options.era == "session" and name not in ("initialize", "server/discover"):
                with lock:
                    known = headers.get("mcp-session-id") in sessions
                if not known:
                    connection.sendall(whole(error(identifier, -32600, "unknown session"), "404 Not Found"))
                    continue
            if identifier is None:
                connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
            elif (options.era == "stateless") != modern:
                connection.sendall(whole(error(identifier, -32601, "Method not found"), "400 Bad Request"))
            elif name == "server/discover":
                connection.sendall(whole(message(identifier, {
                    "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}}})))
            elif name == "initialize":
                with lock:
                    session = f"session-{len(sessions)}-{time.monotonic_ns()}"
                    sessions.add(session)
                connection.sendall(whole(message(identifier, {
                    "protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                    "serverInfo": {"name": "hostile", "version": "1"}}), more=f"Mcp-Session-Id: {session}\r\n"))
            elif name == "tools/list":
                connection.sendall(whole(message(identifier, {"tools": [
                    {"name": tool, "inputSchema": {"type": "object"}} for tool in NAMES]})))
            elif not call(connection, identifier, params):
                break
    except OSError:
        pass
    finally:
        connection.close()


listening = socket.create_server(("127.0.0.1", 0), backlog=128)
scheme = "https" if options.tls else "http"
print(f"{scheme}://127.0.0.1:{listening.getsockname()[1]}/mcp", flush=True)
context = None
if options.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)


def welcome(connection) -> None:
    try:
        serve(context.wrap_socket(connection, server_side=True) if context else connection)
    except OSError:
        connection.close()


while True:
    threading.Thread(target=welcome, args=(listening.accept()[0],), daemon=True).start()
