#!/usr/bin/env python3
"""A witness (C2SP tlog-witness): witness.py JOURNAL LOG-KEY-FILE KEY-FILE.

Written from the specification alone, with another library's Ed25519. Prints its URL, writes its
verifier key to KEY-FILE, reads the log's from LOG-KEY-FILE at each request, and tells the journal
what it answered.
"""

import base64
import hashlib
import struct
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

journal, log_key_file, key_file = sys.argv[1:]
NAME = "witness.example/w1"
private = Ed25519PrivateKey.generate()
public = private.public_key().public_bytes_raw()
key_id = hashlib.sha256(NAME.encode() + b"\n\x04" + public).digest()[:4]
seen = {}


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def extends(first, first_root, second, second_root, proof):
    """RFC 9162, section 2.1.4.2."""
    if first == second:
        return not proof and first_root == second_root
    if first == 0:
        return not proof
    path = list(proof)
    if first & (first - 1) == 0:
        path.insert(0, first_root)
    if not path:
        return False
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for hash_ in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(hash_, fr), node(hash_, sr)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, hash_)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root


def signed_by_log(note, text):
    with open(log_key_file, encoding="utf-8") as file:
        keys = [line.strip() for line in file]
    for line in note.splitlines():
        for key in keys:
            name, id_, body = key.split("+", 2)
            if not line.startswith(f"\u2014 {name} "):
                continue
            signature = base64.b64decode(line.split(" ")[2])
            if signature[:4].hex() != id_:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(base64.b64decode(body)[1:]).verify(
                    signature[4:], text.encode())
                return True
            except InvalidSignature:
                return False
    return False


class Witness(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", kind="text/plain"):
        with open(journal, "a", encoding="utf-8") as file:
            file.write(f"{status}\n")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        head, _, checkpoint = body.partition("\n\n")
        lines = head.split("\n")
        old = int(lines[0].removeprefix("old "))
        proof = [base64.b64decode(line) for line in lines[1:]]
        text, _, signatures = checkpoint.partition("\n\n")
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        size, root = int(size), base64.b64decode(root)
        if not signed_by_log(signatures, text):
            return self.answer(403)
        known_size, known_root = seen.get(origin, (0, hashlib.sha256(b"").digest()))
        if old != known_size:
            return self.answer(409, f"{known_size}\n".encode(), "text/x.tlog.size")
        if not extends(old, known_root, size, root, proof):
            return self.answer(422)
        seen[origin] = (size, root)
        now = int(time.time())
        signature = private.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        blob = base64.b64encode(key_id + struct.pack(">Q", now) + signature).decode()
        return self.answer(200, f"\u2014 {NAME} {blob}\n".encode())


server = HTTPServer(("127.0.0.1", 0), Witness)
with open(key_file, "w", encoding="utf-8") as file:
    file.write(f"{NAME}+{key_id.hex()}+{base64.b64encode(bytes([4]) + public).decode()}\n")
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
