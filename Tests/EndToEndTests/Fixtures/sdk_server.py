"""A server of the Python SDK over streamable HTTP. Writes its URL, and a journal of what befell it."""

import asyncio
import socket
import sys

import uvicorn
from mcp.server.mcpserver import Context, MCPServer

journal = open(sys.argv[1], "a", buffering=1)
server = MCPServer("sdk")


@server.tool()
def add(a: int, b: int) -> str:
    """Add two numbers."""
    return str(a + b)


@server.tool()
async def count(upto: int, context: Context) -> str:
    """Count, telling the progress."""
    for step in range(1, upto + 1):
        await context.report_progress(step, upto)
    return f"counted to {upto}"


@server.tool()
async def wait(seconds: float, mark: str) -> str:
    """Wait; the journal tells whether it was cancelled."""
    journal.write(f"began {mark}\n")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        journal.write(f"cancelled {mark}\n")
        raise
    journal.write(f"finished {mark}\n")
    return "waited"


@server.tool()
def fail() -> str:
    """Always fail."""
    raise ValueError("as it was meant to")


async def main() -> None:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    application = server.streamable_http_app(host="127.0.0.1")
    runner = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", flush=True)
    await runner.serve(sockets=[listening])


asyncio.run(main())
