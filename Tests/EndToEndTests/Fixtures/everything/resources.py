"""Resources, prompts, completion, subscriptions and changes of the lists."""

import base64
import json

import mcp_types as types
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.prompts.base import Prompt, UserMessage

from .contents import PNG, embedded

LANGUAGES = ["paris", "park", "party", "python"]


def add_resources(server: MCPServer) -> None:
    watched = {"text": "Watched resource content"}

    @server.resource("test://static-text", mime_type="text/plain")
    def static_text() -> str:
        """A text."""
        return "This is the content of the static text resource."

    @server.resource("test://static-binary", mime_type="image/png")
    def static_binary() -> bytes:
        """An image."""
        return base64.b64decode(PNG)

    @server.resource("test://template/{id}/data", mime_type="application/json")
    def template(id: str) -> str:
        """Data of an id."""
        return json.dumps({"id": id, "templateTest": True, "data": f"Data for ID: {id}"})

    @server.resource("test://watched-resource", mime_type="text/plain")
    def watched_resource() -> str:
        """A text that changes."""
        return watched["text"]

    @server.tool()
    async def test_touch_resource(text: str, context: Context) -> str:
        """Changes the watched resource and says so."""
        watched["text"] = text
        await context.notify_resource_updated("test://watched-resource")
        await context.session.send_resource_updated("test://watched-resource")
        return "touched"


def add_prompts(server: MCPServer) -> None:
    @server.prompt()
    def test_simple_prompt() -> list[UserMessage]:
        """Has no arguments."""
        return [UserMessage(types.TextContent(text="This is a simple prompt for testing."))]

    @server.prompt()
    def test_prompt_with_arguments(arg1: str, arg2: str) -> list[UserMessage]:
        """Has two arguments."""
        text = f"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'"
        return [UserMessage(types.TextContent(text=text))]

    @server.prompt()
    def test_prompt_with_embedded_resource(resourceUri: str) -> list[UserMessage]:
        """Embeds the resource that it is given."""
        text = "Embedded resource content for testing."
        return [
            UserMessage(embedded(resourceUri, "text/plain", text)),
            UserMessage(types.TextContent(text="Please process the embedded resource above.")),
        ]

    @server.prompt()
    def test_prompt_with_image() -> list[UserMessage]:
        """Holds an image."""
        return [
            UserMessage(types.ImageContent(data=PNG, mime_type="image/png")),
            UserMessage(types.TextContent(text="Please analyze the image above.")),
        ]


def add_completion(server: MCPServer) -> None:
    @server.completion()
    async def complete(ref, argument, context) -> types.Completion:
        values = [one for one in LANGUAGES if one.startswith(argument.value)]
        return types.Completion(values=values, total=len(values), has_more=False)


def add_changes(server: MCPServer) -> None:
    """Each trigger adds what is not there, or takes it away again."""

    def dynamic() -> str:
        """Comes and goes."""
        return "dynamic"

    prompts = server._prompt_manager._prompts

    @server.tool()
    async def test_trigger_tool_change(context: Context) -> str:
        """Changes the list of tools."""
        if server._tool_manager.get_tool("test_dynamic_tool"):
            server.remove_tool("test_dynamic_tool")
        else:
            server.add_tool(dynamic, name="test_dynamic_tool")
        await context.notify_tools_changed()
        await context.session.send_tool_list_changed()
        return "changed"

    @server.tool()
    async def test_trigger_prompt_change(context: Context) -> str:
        """Changes the list of prompts."""
        if prompts.pop("test_dynamic_prompt", None) is None:
            server.add_prompt(
                Prompt.from_function(dynamic, name="test_dynamic_prompt", description="Comes.")
            )
        await context.notify_prompts_changed()
        await context.session.send_prompt_list_changed()
        return "changed"


def add_session_methods(server: MCPServer) -> None:
    """What only the session era asks for."""

    async def accept(context, params) -> types.EmptyResult:
        return types.EmptyResult()

    for method, params in (
        ("logging/setLevel", types.SetLevelRequestParams),
        ("resources/subscribe", types.SubscribeRequestParams),
        ("resources/unsubscribe", types.UnsubscribeRequestParams),
    ):
        server._lowlevel_server.add_request_handler(method, params, accept)
