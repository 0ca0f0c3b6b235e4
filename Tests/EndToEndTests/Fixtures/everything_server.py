"""A server with everything that the conformance tests look for, on the Python SDK.

everything_server.py http|stdio [--session-era]: over HTTP it writes its URL. It speaks both eras;
with --session-era it is a server of the time before 2026-07-28.
"""

import sys

sys.dont_write_bytecode = True

import argparse
import asyncio
import json
import socket

import mcp_types as types
import uvicorn
from mcp.server.lowlevel import NotificationOptions
from mcp.server.mcpserver import MCPServer, RequestStateSecurity
from mcp.server.runner import serve_loop
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http import EventMessage, EventStore
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from everything.contents import add_contents
from everything.questions import add_questions
from everything.resources import (
    add_changes,
    add_completion,
    add_prompts,
    add_resources,
    add_session_methods,
)
from everything.tasks import Tasks, add_tasks


def everything(is_session_era: bool) -> MCPServer:
    server = MCPServer(
        "everything",
        version="1.0.0",
        instructions="Everything that the conformance tests look for.",
        request_state_security=RequestStateSecurity(keys=[b"everything " * 4]),
        extensions=[] if is_session_era else [Tasks()],
        log_level="WARNING",
    )
    for add in (
        add_contents, add_questions, add_resources, add_prompts, add_completion, add_changes,
        add_tasks, add_session_methods,
    ):
        add(server)
    low = server._lowlevel_server
    options = low.create_initialization_options
    changes = NotificationOptions(
        prompts_changed=True, resources_changed=True, tools_changed=True
    )
    low.create_initialization_options = lambda: options(changes)
    return server


class Events(EventStore):
    """The events of all streams, for clients that come back."""

    def __init__(self) -> None:
        self.events: list[tuple[str, types.JSONRPCMessage | None]] = []

    async def store_event(self, stream_id, message) -> str:
        self.events.append((stream_id, message))
        return str(len(self.events))

    async def replay_events_after(self, last_event_id, send_callback) -> str | None:
        after = int(last_event_id)
        stream = self.events[after - 1][0]
        for number, (of, message) in enumerate(self.events[after:], after + 1):
            if of == stream and message is not None:
                await send_callback(EventMessage(message, str(number)))
        return stream


class SessionEraOnly:
    """Answers a revision that servers of the session era do not know as they do."""

    def __init__(self, application) -> None:
        self.application = application

    async def __call__(self, scope, receive, send) -> None:
        version = dict(scope.get("headers", ())).get(b"mcp-protocol-version", b"").decode()
        if not version or version in HANDSHAKE_PROTOCOL_VERSIONS:
            return await self.application(scope, receive, send)
        error = {"code": -32600, "message": f"Bad Request: Unsupported protocol version {version}"}
        body = json.dumps({"jsonrpc": "2.0", "id": "server-error", "error": error}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 400, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def serve(server: MCPServer, is_session_era: bool) -> None:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    application = server.streamable_http_app(
        host="127.0.0.1", event_store=Events(), retry_interval=100
    )
    if is_session_era:
        application = SessionEraOnly(application)
    runner = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/mcp", flush=True)
    await runner.serve(sockets=[listening])


async def serve_session_era_lines(server: MCPServer) -> None:
    """Lines of the handshake only; a request before it is refused and changes nothing."""
    low = server._lowlevel_server
    async with stdio_server() as (reads, writes), low.lifespan(low) as state:
        await serve_loop(low, reads, writes, lifespan_state=state)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("transport", choices=["http", "stdio"])
    parser.add_argument("--session-era", action="store_true")
    wanted = parser.parse_args()
    server = everything(wanted.session_era)
    if wanted.transport == "stdio" and wanted.session_era:
        asyncio.run(serve_session_era_lines(server))
    elif wanted.transport == "stdio":
        server.run("stdio")
    else:
        asyncio.run(serve(server, wanted.session_era))


main()
