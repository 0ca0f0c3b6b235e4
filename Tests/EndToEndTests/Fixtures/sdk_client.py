"""Does a list of steps with the Python SDK's client; writes one JSON line about each."""

import asyncio
import json
import sys

import httpx2
import mcp_types as types
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client


def say(**members) -> None:
    print(json.dumps(members), flush=True)


def elicited(action: str):
    """Answers every question with `action`, and says what was asked."""

    async def answer(context, params) -> types.ElicitResult:
        say(asked=params.mode, url=getattr(params, "url", None))
        return types.ElicitResult(action=action)

    return answer


async def step(client: Client, what: dict) -> None:
    match what["do"]:
        case "list":
            names, cursor, pages = [], None, 0
            while True:
                page = await client.list_tools(cursor=cursor)
                pages += 1
                names += [tool.name for tool in page.tools]
                cursor = page.next_cursor
                if cursor is None:
                    break
            say(names=names, pages=pages)
        case "call":
            steps = []

            async def progress(done, total, message) -> None:
                steps.append(done)

            try:
                result = await client.call_tool(
                    what["tool"],
                    what.get("arguments", {}),
                    progress_callback=progress if what.get("progress") else None,
                )
            except Exception as error:
                say(error=str(error))
                return
            say(
                isError=bool(result.is_error),
                text="".join(part.text for part in result.content if part.type == "text"),
                progress=steps,
                meta=sorted(result.meta or {}),
            )
        case "ping":
            await client.send_ping()
            say(pong=True)


async def run(client: Client, steps: list) -> None:
    async with client:
        say(version=client.protocol_version, server=client.server_info.name)
        for what in steps:
            await step(client, what)


async def main() -> None:
    wanted = json.load(sys.stdin)
    options = {"mode": wanted["mode"]}
    if "elicit" in wanted:
        options["elicitation_callback"] = elicited(wanted["elicit"])
    if "url" in wanted:
        headers = {"Authorization": f"Bearer {wanted['token']}"}
        async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(wanted["url"], http_client=http)
            await run(Client(transport, **options), wanted["steps"])
    else:
        import os

        parameters = StdioServerParameters(
            command=wanted["command"], args=wanted["arguments"], env=dict(os.environ)
        )
        await run(Client(stdio_client(parameters), **options), wanted["steps"])


asyncio.run(main())
