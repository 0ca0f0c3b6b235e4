"""A server of the Python SDK over stdio that lists what a JSON file says at the moment.

usage: changing_server.py FILE

The file has `tools`, `prompts`, `templates` and `instructions`. A call answers with the tool's name.
"""

import asyncio
import json
import sys

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server


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


async def main():
    server = Server(
        "changing", instructions=listed("instructions") or None, on_list_tools=tools, on_call_tool=call,
        on_list_prompts=prompts, on_list_resources=resources, on_list_resource_templates=templates)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


asyncio.run(main())
