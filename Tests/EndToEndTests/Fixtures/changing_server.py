"""A server of the Python SDK over stdio that lists what a JSON file says at the moment.

usage: changing_server.py FILE [--announce]

The file has `tools`, `prompts`, `templates` and `instructions`. A call answers with the tool's name.
With --announce the server watches the file and says so when its lists change.
"""

import asyncio
import json
import os
import sys

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import (
    InMemorySubscriptionBus, ListenHandler, PromptsListChanged, ResourcesListChanged, ToolsListChanged)


def listed(kind):
    with open(sys.argv[1]) as file:
        return json.load(file).get(kind, [])


async def tools(context, params):
    return types.ListToolsResult.model_validate({"tools": listed("tools")})


async def prompts(context, params):
    return types.ListPromptsResult.model_validate({"prompts": listed("prompts")})


async def templates(context, params):
    return types.ListResourceTemplatesResult.model_validate({"resourceTemplates": listed("templates")})


async def resources(context, params):
    return types.ListResourcesResult.model_validate({"resources": []})


async def call(context, params):
    return types.CallToolResult.model_validate({"content": [{"type": "text", "text": f"called {params.name}"}]})


async def watch(bus):
    def mark():
        status = os.stat(sys.argv[1])
        return status.st_ino, status.st_mtime_ns

    known = mark()
    while True:
        await asyncio.sleep(0.02)
        if mark() != known:
            known = mark()
            for event in (ToolsListChanged(), PromptsListChanged(), ResourcesListChanged()):
                await bus.publish(event)


async def main():
    bus, more = InMemorySubscriptionBus(), {}
    if "--announce" in sys.argv:
        more["on_subscriptions_listen"] = ListenHandler(bus)
    server = Server(
        "changing", instructions=listed("instructions") or None, on_list_tools=tools, on_call_tool=call,
        on_list_prompts=prompts, on_list_resources=resources, on_list_resource_templates=templates, **more)
    watching = asyncio.create_task(watch(bus)) if more else None
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())
    if watching:
        watching.cancel()


asyncio.run(main())
