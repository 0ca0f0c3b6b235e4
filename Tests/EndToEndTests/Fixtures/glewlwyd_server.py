"""Debian's Glewlwyd as an authorization server: set up from nothing through its own API, with one
client that may ask for tokens for one resource, one by which people sign in (`console`, secret
`console-secret`), and a person (`alice`, password `alice-password`).

glewlwyd_server.py DIRECTORY RESOURCE: prints `ISSUER TOKEN`, the token made for the resource, and
stays until its standard output is closed or it is ended.
"""

import base64
import ctypes
import gzip
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import urllib.request

directory, resource = sys.argv[1:]
documents = "/usr/share/doc/glewlwyd/"


def text(name: str) -> str:
    with gzip.open(documents + name, "rt") as file:
        return file.read()


def free_port() -> int:
    """One that the system gives to nobody who asks for any, before Glewlwyd has it."""
    while True:
        port = random.randint(10_000, 30_000)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


port = free_port()
base = f"http://localhost:{port}/api"

database = f"{directory}/glewlwyd.db"
with sqlite3.connect(database) as connection:
    connection.executescript(text("database/init.sqlite3.sql.gz"))
# Its pages are full of links to files elsewhere, which it does not follow.
shutil.copytree(
    "/usr/share/glewlwyd/webapp", f"{directory}/webapp",
    ignore=shutil.ignore_patterns("config.json"))
with open(f"{directory}/webapp/config.json", "w") as file:
    json.dump({"GlewlwydUrl": f"http://localhost:{port}/", "lang": ["en"]}, file)
configuration = text("glewlwyd.conf.sample.gz")
for old, new in [
    ("/var/cache/glewlwyd/glewlwyd.db", database), ("port=4593", f"port={port}"),
    ("http://localhost:4593", f"http://localhost:{port}"), ("cookie_secure=1", "cookie_secure=0"),
    ("/usr/share/glewlwyd/webapp/", f"{directory}/webapp/"),
]:
    configuration = configuration.replace(old, new)
with open(f"{directory}/glewlwyd.conf", "w") as file:
    file.write(configuration)


def end_with_parent() -> None:
    """Whoever started this program may kill it, which it cannot pass on."""
    ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))  # PR_SET_PDEATHSIG


server = subprocess.Popen(
    ["glewlwyd", f"--config-file={directory}/glewlwyd.conf"],
    stdout=open(f"{directory}/glewlwyd.log", "w"), stderr=subprocess.STDOUT,
    preexec_fn=end_with_parent,
)


def end(*_) -> None:
    server.kill()
    os._exit(0)


signal.signal(signal.SIGTERM, end)
cookie = ""


def ask(method: str, path: str, body=None, form: str | None = None, basic: str | None = None):
    global cookie
    data = form.encode() if form else None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(base + path, data=data, method=method)
    request.add_header("Cookie", cookie)
    if body is not None:
        request.add_header("Content-Type", "application/json")
    if basic:
        request.add_header("Authorization", "Basic " + base64.b64encode(basic.encode()).decode())
    with urllib.request.urlopen(request, timeout=60) as answer:
        cookie = (answer.headers.get("Set-Cookie") or cookie).split(";")[0]
        return answer.read().decode()


for _ in range(600):
    try:
        ask("POST", "/auth/", {"username": "admin", "password": "password"})
        break
    except OSError:
        time.sleep(0.1)


def openssl(*words: str, given: str = "") -> str:
    return subprocess.run(
        ["openssl", *words], input=given, capture_output=True, text=True, check=True
    ).stdout


key = openssl("genrsa", "2048")
ask(
    "POST", "/mod/plugin/",
    {
        "module": "oidc", "name": "oidc", "display_name": "oidc",
        "parameters": {
            "iss": base + "/oidc", "jwt-type": "rsa", "jwt-key-size": "256", "key": key,
            "cert": openssl("rsa", "-pubout", given=key), "jwks-show": True,
            "access-token-duration": 3600, "refresh-token-duration": 3600, "code-duration": 600,
            "refresh-token-rolling": False, "allow-non-oidc": True, "secret-type": "public",
            "auth-type-client-enabled": True, "auth-type-code-enabled": True,
            "auth-type-token-enabled": False, "auth-type-id-token-enabled": True,
            "auth-type-none-enabled": False, "auth-type-password-enabled": False,
            "pkce-allowed": True, "pkce-method-plain-allowed": False,
            "auth-type-refresh-enabled": False, "auth-type-device-enabled": False,
            "resource-allowed": True, "resource-scope": {"mcp": [resource, resource + "/mcp"]},
            "resource-change-allowed": False, "scope": [{"name": "mcp"}],
            "introspection-revocation-allowed": True, "introspection-revocation-auth-scope": [],
            "introspection-revocation-allow-target-client": True, "email-claim": "mandatory",
            "session-management-allowed": True, "session-cookie-name": "session",
            "session-cookie-expiration": 3600, "back-channel-logout-allowed": True,
        },
    },
)
ask(
    "POST", "/scope/",
    {
        "name": "mcp", "display_name": "mcp", "description": "mcp", "password_required": False,
        "scheme": {},
    },
)
ask(
    "POST", "/client/?source=database",
    {
        "client_id": "agent", "name": "agent", "confidential": True, "enabled": True,
        "password": "secret-of-the-agent", "scope": ["mcp"],
        "authorization_type": ["client_credentials"],
        "redirect_uri": ["http://127.0.0.1:1/callback"],
        "token_endpoint_auth_method": ["client_secret_basic"],
    },
)
ask(
    "POST", "/client/?source=database",
    {
        "client_id": "console", "name": "console", "confidential": True, "enabled": True,
        "password": "console-secret", "scope": ["openid"], "authorization_type": ["code"],
        "redirect_uri": ["http://127.0.0.1:1/callback"],
        "token_endpoint_auth_method": ["client_secret_basic"],
    },
)
ask(
    "POST", "/client/?source=database",
    {
        "client_id": "sdk", "name": "sdk", "confidential": False, "enabled": True,
        "scope": ["mcp"], "authorization_type": ["code"],
        "redirect_uri": ["http://127.0.0.1:1/callback"],
        "token_endpoint_auth_method": ["none"],
    },
)
ask(
    "POST", "/user/?source=database",
    {
        "username": "alice", "name": "Alice", "password": "alice-password", "enabled": True,
        "email": "alice@example.com", "scope": ["openid", "mcp"],
    },
)
token = json.loads(
    ask(
        "POST", "/oidc/token",
        form="grant_type=client_credentials&scope=mcp&resource=" + urllib.parse.quote(resource, ""),
        basic="agent:secret-of-the-agent",
    )
)["access_token"]
print(base + "/oidc", token, flush=True)
server.wait()
