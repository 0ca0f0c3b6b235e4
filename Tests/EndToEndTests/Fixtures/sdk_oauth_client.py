"""Signs in with the Python SDK's OAuth client, unmodified, and calls a tool; then once more after
the authorization server has another key. Writes a JSON line for each.

sdk_oauth_client.py URL TOOL AUTHORIZATION-SERVER
"""

import asyncio
import json
import sys
import urllib.parse

import httpx2
from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata

from token_memory import TokenMemory

url, tool, issuer = sys.argv[1:]


class Browser:
    """A person who says yes."""

    answer: dict = {}

    async def open(self, address: str) -> None:
        async with httpx2.AsyncClient() as http:
            response = await http.get(address)
        query = urllib.parse.urlparse(response.headers["location"]).query
        self.answer = dict(urllib.parse.parse_qsl(query))

    async def result(self) -> AuthorizationCodeResult:
        return AuthorizationCodeResult(**self.answer)


async def call(number: int) -> None:
    memory, browser = TokenMemory(), Browser()
    provider = OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(
            client_name="test", redirect_uris=["http://127.0.0.1:1/callback"],
            grant_types=["authorization_code"], response_types=["code"],
            token_endpoint_auth_method="none",
        ),
        storage=memory, redirect_handler=browser.open, callback_handler=browser.result,
    )
    async with httpx2.AsyncClient(auth=provider, timeout=60) as http:
        async with Client(streamable_http_client(url, http_client=http)) as client:
            result = await client.call_tool(tool, {"number": number})
            text = "".join(part.text for part in result.content if part.type == "text")
            print(
                json.dumps(
                    {
                        "text": text, "isError": bool(result.is_error),
                        "scope": memory.tokens.scope, "token": memory.tokens.access_token,
                    }
                ),
                flush=True,
            )


async def main() -> None:
    await call(1)
    async with httpx2.AsyncClient() as http:
        await http.post(urllib.parse.urljoin(issuer, "/rotate"))
    await call(2)


asyncio.run(main())
