"""A small MCP server over streamable HTTP, made with the Python SDK: the demo's third upstream."""

import sys

from mcp.server.mcpserver import Context, MCPServer
from mcp.types import ToolAnnotations

notes: list[str] = []
server = MCPServer("notes")


@server.tool(annotations=ToolAnnotations(readOnlyHint=True))
def list_notes() -> str:
    """List every note."""
    return "\n".join(notes) or "(no notes)"


@server.tool()
def add_note(text: str, priority: int = 1) -> str:
    """Add a note with a priority from 1 to 5."""
    notes.append(f"{priority}: {text}")
    return f"added note {len(notes)}"


@server.tool(annotations=ToolAnnotations(destructiveHint=True))
def delete_all_notes() -> str:
    """Delete every note."""
    count = len(notes)
    notes.clear()
    return f"deleted {count} notes"


@server.tool()
async def count_slowly(upto: int, context: Context) -> str:
    """Count, telling the progress."""
    for step in range(1, upto + 1):
        await context.report_progress(step, upto)
    return f"counted to {upto}"


if __name__ == "__main__":
    server.run("streamable-http", host="127.0.0.1", port=int(sys.argv[1]))
