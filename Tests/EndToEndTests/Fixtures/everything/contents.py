"""Tools that answer at once: every kind of content, errors, logs, progress."""

import asyncio
from typing import Annotated

import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer
from pydantic import Field

from .asking import is_stateless

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4"
    "z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA="

SCHEMA_2020_12 = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}},
        }
    },
    "properties": {
        "name": {"type": "string"},
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": {"type": "string"},
        "email": {"type": "string"},
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}


def embedded(uri: str, mime_type: str, text: str) -> types.EmbeddedResource:
    return types.EmbeddedResource(
        resource=types.TextResourceContents(uri=uri, mime_type=mime_type, text=text)
    )


async def log(context: Context, data: str) -> None:
    await context.session.send_log_message(
        "info", data, logger="everything", related_request_id=context.request_id
    )


def add_contents(server: MCPServer) -> None:
    @server.tool()
    def test_simple_text() -> str:
        """Answers with a text."""
        return "This is a simple text response for testing."

    @server.tool()
    def test_image_content() -> list[types.ImageContent]:
        """Answers with an image."""
        return [types.ImageContent(data=PNG, mime_type="image/png")]

    @server.tool()
    def test_audio_content() -> list[types.AudioContent]:
        """Answers with a sound."""
        return [types.AudioContent(data=WAV, mime_type="audio/wav")]

    @server.tool()
    def test_embedded_resource() -> list[types.EmbeddedResource]:
        """Answers with an embedded resource."""
        text = "This is an embedded resource content."
        return [embedded("test://embedded-resource", "text/plain", text)]

    @server.tool()
    def test_multiple_content_types() -> list[
        types.TextContent | types.ImageContent | types.EmbeddedResource
    ]:
        """Answers with a text, an image and a resource."""
        return [
            types.TextContent(text="Multiple content types test:"),
            types.ImageContent(data=PNG, mime_type="image/png"),
            embedded(
                "test://mixed-content-resource", "application/json", '{"test":"data","value":123}'
            ),
        ]

    @server.tool()
    def test_resource_link() -> list[types.ResourceLink]:
        """Answers with a link to a resource of this server."""
        return [types.ResourceLink(uri="test://static-text", name="static-text")]

    @server.tool()
    def test_error_handling() -> str:
        """Always fails."""
        raise RuntimeError("This tool intentionally returns an error for testing")

    @server.tool()
    async def test_tool_with_logging(context: Context) -> str:
        """Logs three times."""
        for data in (
            "Tool execution started", "Tool processing data", "Tool execution completed"
        ):
            await log(context, data)
            await asyncio.sleep(0.05)
        return "Tool with logging executed successfully"

    @server.tool()
    async def test_logging_tool(context: Context) -> str:
        """Logs once."""
        await log(context, "logged by test_logging_tool")
        return "logged"

    @server.tool()
    async def test_tool_with_progress(context: Context) -> str:
        """Tells its progress three times."""
        for done in (0, 50, 100):
            await context.report_progress(done, 100, f"Completed step {done} of 100")
            await asyncio.sleep(0.05)
        return "done"

    @server.tool()
    async def test_reconnection(context: Context) -> str:
        """Closes its stream before it answers."""
        if not is_stateless(context):
            await context.close_sse_stream()
            await asyncio.sleep(0.2)
        return "Reconnection test completed"

    @server.tool()
    def test_x_mcp_header(
        region: Annotated[str, Field(json_schema_extra={"x-mcp-header": "Region"})] = "none",
        shard: Annotated[int, Field(json_schema_extra={"x-mcp-header": "Shard"})] = 0,
    ) -> str:
        """Has parameters that are mirrored in headers."""
        return f"region={region} shard={shard}"

    @server.tool()
    def json_schema_2020_12_tool() -> str:
        """Has a schema that uses what only JSON Schema 2020-12 has."""
        return "called"

    server._tool_manager.get_tool("json_schema_2020_12_tool").parameters = SCHEMA_2020_12
