"""A server with tasks of 2025-11-25, of the Python SDK that still has them, over stdio or (with a
path for its journal) streamable HTTP, whose URL it writes."""

import asyncio
import contextlib
import socket
import sys

import uvicorn
from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.applications import Starlette
from starlette.routing import Mount

server = Server("tasks")
server.experimental.enable_tasks()
gate = asyncio.Event()


def tool(name: str, support: str | None) -> types.Tool:
    execution = types.ToolExecution(taskSupport=support) if support else None
    return types.Tool(name=name, inputSchema={"type": "object"}, execution=execution)


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [tool("count", "optional"), tool("wait", "required"), tool("ask", "optional"),
            tool("release", None)]


def text(words: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=words)])


@server.call_tool()
async def call_tool(name: str, arguments: dict):
    context = server.request_context
    if name == "release":
        gate.set()
        return text("released")
    if name == "wait":
        gate.clear()
        context.experimental.validate_task_mode("required")
    if not context.experimental.is_task:
        return text("at once")

    async def work(task) -> types.CallToolResult:
        if name == "wait":
            await gate.wait()
        if name == "ask":
            schema = {"type": "object", "properties": {"who": {"type": "string"}}}
            answer = await task.elicit("Who?", schema)
            return text(f"answered {answer.action}")
        await task.update_status("half of it")
        return types.CallToolResult(content=[
            types.TextContent(type="text", text="counted"),
            types.ResourceLink(type="resource_link", uri="note://1", name="one"),
        ])

    return await context.experimental.run_task(work)


async def over_stdio() -> None:
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


async def over_http() -> None:
    manager = StreamableHTTPSessionManager(server)

    @contextlib.asynccontextmanager
    async def lifespan(_):
        async with manager.run():
            yield

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    application = Starlette(
        routes=[Mount("/mcp", app=manager.handle_request)], lifespan=lifespan)
    runner = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp/", flush=True)
    await runner.serve(sockets=[listening])


asyncio.run(over_http() if "--http" in sys.argv else over_stdio())
