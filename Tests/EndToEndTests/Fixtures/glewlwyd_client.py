"""The Python SDK's OAuth client, unmodified, gets its token from Glewlwyd (authorization code, PKCE) and
calls a tool; then once more after Glewlwyd has another key. Writes a JSON line for each, and whether the
keys differ.

glewlwyd_client.py URL TOOL ISSUER
"""

import asyncio
import base64
import json
import subprocess
import sys
import urllib.parse

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import (
    AuthorizationCodeResult, OAuthClientInformationFull, OAuthClientMetadata)

from token_memory import TokenMemory

url, tool, issuer = sys.argv[1:]
api = issuer.removesuffix("/oidc")
CALLBACK = "http://127.0.0.1:1/callback"


# Glewlwyd knows the client already.
KNOWN = OAuthClientInformationFull(
    client_id="sdk", redirect_uris=[CALLBACK], token_endpoint_auth_method="none",
    grant_types=["authorization_code"], response_types=["code"])


async def sign_in(http, name: str, password: str) -> None:
    """Signs in at Glewlwyd, whose cookie no jar takes: its domain is `localhost`."""
    answer = await http.post(f"{api}/auth/", json={"username": name, "password": password})
    http.headers["Cookie"] = answer.headers["set-cookie"].split(";")[0]


class Browser:
    """A person who signs in at Glewlwyd and says yes."""

    answer: dict = {}

    async def open(self, address: str) -> None:
        async with httpx2.AsyncClient() as http:
            await sign_in(http, "alice", "alice-password")
            await http.put(f"{api}/auth/grant/sdk", json={"scope": "mcp"})
            response = await http.get(f"{address}&g_continue")
        query = urllib.parse.urlparse(response.headers["location"]).query
        known = ("code", "state", "iss", "error")
        self.answer = {name: value for name, value in urllib.parse.parse_qsl(query) if name in known}

    async def result(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(**self.answer)


async def call(number: int) -> str:
    memory, browser = TokenMemory(KNOWN), Browser()
    provider = OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(
            client_name="sdk", redirect_uris=[CALLBACK], grant_types=["authorization_code"],
            response_types=["code"], token_endpoint_auth_method="none"),
        storage=memory, redirect_handler=browser.open, callback_handler=browser.result,
    )
    async with httpx2.AsyncClient(auth=provider, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            result = await client.call_tool(tool, {"number": number})
            text = "".join(part.text for part in result.content if part.type == "text")
            print(json.dumps({"text": text, "isError": bool(result.is_error)}), flush=True)
    return memory.tokens.access_token


def openssl(*words: str, given: str = "") -> str:
    return subprocess.run(
        ["openssl", *words], input=given, capture_output=True, text=True, check=True).stdout


async def rotate() -> None:
    key = openssl("genrsa", "2048")
    async with httpx2.AsyncClient() as http:
        await sign_in(http, "admin", "password")
        plugin = (await http.get(f"{api}/mod/plugin/oidc")).json()
        plugin["parameters"] |= {"key": key, "cert": openssl("rsa", "-pubout", given=key)}
        (await http.put(f"{api}/mod/plugin/oidc", json=plugin)).raise_for_status()
        (await http.put(f"{api}/mod/plugin/oidc/reset")).raise_for_status()


def kid(token: str) -> str:
    head = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]


async def main() -> None:
    first = await call(1)
    await rotate()
    second = await call(2)
    print(json.dumps({"rotated": kid(first) != kid(second)}), flush=True)


asyncio.run(main())
